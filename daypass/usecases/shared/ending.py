"""Ending: the decision that leases are over, whoever takes it; the grants worker makes it so."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from daypass.domain.audit import Action, AuditEvent
from daypass.domain.errors import OutsideError
from daypass.domain.lease import EndCause, Lease
from daypass.domain.request import Request
from daypass.ports import Change, Ledger, Promise
from daypass.usecases.shared.events import lease_event
from daypass.usecases.shared.rows import (
    adjust_row,
    card,
    cards,
    end_row,
    lapse,
    provision_row,
    warn_row,
)

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
    return endings([(lease, why) for lease in leases], ledger)


def endings(ended: Sequence[tuple[Lease, Ending]], ledger: Ledger) -> Change:
    """Decide the same of leases that end each for its own reason."""
    now = ledger.clock.now()
    over = tuple(lease.ending(why.cause, why.by, why.why) for lease, why in ended)
    return Change(
        move=ledger.ids.move(),
        leases=over,
        events=tuple(_event(lease, why, now) for lease, (_, why) in zip(over, ended, strict=True)),
        promises=(
            *(end_row(lease, now) for lease in over),
            *dict.fromkeys(row for lease in over for row in cards(lease, now)),
            *_of_what_waits([lease for lease, _ in ended], now, ledger),
        ),
        done=tuple(
            row(lease, now) for lease in over for row in (provision_row, adjust_row, warn_row)
        ),
        urgent=True,
    )


def _event(lease: Lease, why: Ending, now: datetime) -> AuditEvent:
    facts = {"cause": why.cause.value, "why": why.why}
    return lease_event(lease, Action.LEASE_ENDING, facts, actor=why.actor, at=now)


def _of_what_waits(leases: Sequence[Lease], now: datetime, ledger: Ledger) -> list[Promise]:
    """Promise to let lapse at once what asks for more of leases that end before their time.

    The bot does it, for not everybody who ends leases may write requests. No end fails for it:
    such a request waits no longer than its lease would have lasted. What else their holders wait
    for adds more from now on.
    """
    early = [lease for lease in leases if lease.ends_at is not None and now < lease.ends_at]
    with suppress(OutsideError):
        waiting = list(_waiting(early, ledger))  # Once: somebody may wait for a thousand things.
        return [
            *(lapse(request, now) for request in _asking_for_more(early, waiting)),
            *_cards_of(early, waiting, now),
        ]
    return []


def cards_beside(leases: Sequence[Lease], now: datetime, ledger: Ledger) -> list[Promise]:
    """Promise to say anew what requests of the holders of leases add there, for those are less."""
    return _cards_of(leases, _waiting(leases, ledger), now)


def _cards_of(leases: Sequence[Lease], waiting: Iterable[Request], now: datetime) -> list[Promise]:
    clusters = {lease.cluster for lease in leases}
    others = (request for request in waiting if request.extends is None)
    return [card(request.id, now) for request in others if request.cluster in clusters]


def _asking_for_more(leases: Sequence[Lease], waiting: Iterable[Request]) -> list[Request]:
    """Return the pending requests for more time for these leases, as their holders' lists say.

    Nothing rests on those but that such a request lapses before its time.
    """
    wanted = {lease.id for lease in leases}
    return [request for request in waiting if request.extends in wanted]


def _waiting(leases: Sequence[Lease], ledger: Ledger) -> Iterator[Request]:
    """Yield what the holders of leases wait for."""
    for holder in dict.fromkeys(lease.holder.id for lease in leases):
        yield from ledger.store.pending_of(holder)
