"""Ending: the decision that leases are over, whoever takes it; the grants worker makes it so."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from daypass.domain.audit import Action
from daypass.domain.errors import OutsideError
from daypass.domain.lease import EndCause, Lease
from daypass.domain.request import Request
from daypass.ports import Change, Ledger, Promise
from daypass.usecases.shared.events import lease_event
from daypass.usecases.shared.rows import adjust_row, cards, end_row, lapse, provision_row, warn_row

TOO_LATE: Final = "it could not be granted in time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """Why leases end, and whose doing it is; `actor` is for the audit trail, `by` for people."""

    cause: EndCause
    actor: str
    by: str = ""
    why: str = ""


def ending(leases: tuple[Lease, ...], why: Ending, ledger: Ledger) -> Change:
    """Decide that leases are over: revoking them is due at once, whoever crashes next."""
    now = ledger.clock.now()
    over = tuple(lease.ending(why.cause, why.by, why.why) for lease in leases)
    facts = {"cause": why.cause.value, "why": why.why}
    return Change(
        move=ledger.ids.move(),
        leases=over,
        events=tuple(
            lease_event(lease, Action.LEASE_ENDING, facts, actor=why.actor, at=now)
            for lease in over
        ),
        promises=(
            *(end_row(lease, now) for lease in over),
            *dict.fromkeys(row for lease in over for row in cards(lease, now)),
            *_pointless(leases, now, ledger),
        ),
        done=tuple(
            row(lease, now) for lease in over for row in (provision_row, adjust_row, warn_row)
        ),
        urgent=True,
    )


def _pointless(leases: tuple[Lease, ...], now: datetime, ledger: Ledger) -> list[Promise]:
    """Promise to let lapse at once what asks for more of leases that end before their time.

    The bot does it, for not everybody who ends leases may write requests. No end fails for
    it: such a request waits no longer than its lease would have lasted.
    """
    early = [lease for lease in leases if lease.ends_at is not None and now < lease.ends_at]
    with suppress(OutsideError):
        return [lapse(request, now) for request in asking_for_more(early, ledger)]
    return []


def asking_for_more(leases: Sequence[Lease], ledger: Ledger) -> list[Request]:
    """Return the pending requests for more time for these leases."""
    wanted = {lease.id for lease in leases}
    holders = dict.fromkeys(lease.holder.id for lease in leases)
    waiting = (request for holder in holders for request in ledger.store.pending_of(holder))
    return [request for request in waiting if request.extends in wanted]
