"""What every move has in common: judge again when somebody was first, and who must be told."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar

from daypass.domain.audit import Action, AuditEvent
from daypass.domain.circumstances import Circumstances
from daypass.domain.errors import ConflictError, OutsideError
from daypass.domain.ids import PersonId, RequestId
from daypass.domain.lease import EndCause, Lease
from daypass.domain.request import Request
from daypass.domain.timers import after, reminders, warnings
from daypass.ports import (
    NOTIFICATIONS,
    TIMEKEEPER,
    Change,
    Ledger,
    Promise,
    PromiseKind,
)

TRIES: Final = 20
"""Far more writers than ever meet at one request."""
SETTLE: Final = timedelta(milliseconds=200)
"""Ten times what a grant takes from the approval to its proof."""
GRANTS_WORKER: Final = "grants worker"
"""The actor of what happens on a cluster."""
TOO_LATE: Final = "it could not be granted in time"
T = TypeVar("T")


def until_committed(move: Callable[[], T]) -> T:
    """Run a read-judge-commit move again for as long as somebody else commits first."""
    for _ in range(TRIES - 1):
        try:
            return move()
        except ConflictError:
            continue
    return move()


def card(request: RequestId, at: datetime) -> Promise:
    """Promise to tell Slack how a request stands."""
    return Promise(due=NOTIFICATIONS, kind=PromiseKind.CARD, subject=request, at=at)


def approved_card(request: RequestId, at: datetime) -> Promise:
    """Promise to tell Slack of an approval: mostly together with the grant that follows at once.

    Slack takes about one message a second per channel; "Granting" is told when it lasts.
    """
    return card(request, at + SETTLE)


def lapse(request: Request, at: datetime | None = None) -> Promise:
    """Promise to let a request lapse: when nobody answered, or at another moment."""
    when = at or request.lapses_at
    return Promise(due=TIMEKEEPER, kind=PromiseKind.LAPSE, subject=request.id, at=when)


def provision_row(lease: Lease, at: datetime) -> Promise:
    """Promise to grant a lease."""
    return Promise(due=lease.cluster, kind=PromiseKind.PROVISION, subject=lease.id, at=at)


def end_row(lease: Lease, at: datetime) -> Promise:
    """Promise to end a lease and to revoke it (law 2)."""
    return Promise(due=lease.cluster, kind=PromiseKind.END, subject=lease.id, at=at)


def adjust_row(lease: Lease, at: datetime) -> Promise:
    """Promise to give a lease's objects the end that it is to have."""
    return Promise(due=lease.cluster, kind=PromiseKind.ADJUST, subject=lease.id, at=at)


def warn_row(lease: Lease, at: datetime) -> Promise:
    """Promise to tell a lease's holder that it ends soon."""
    return Promise(due=NOTIFICATIONS, kind=PromiseKind.WARN, subject=lease.id, at=at)


def warn_rows(lease: Lease, now: datetime) -> tuple[Promise, ...]:
    """Promise the next warning of a lease as it now stands; none where all are past.

    For the moves that give it an end or another one; `ending` removes the row.
    """
    at = after(now, warnings(lease))
    return () if at is None else (warn_row(lease, at),)


def remind_row(request: Request, at: datetime) -> Promise:
    """Promise to tell a request's approvers that it still waits."""
    return Promise(due=NOTIFICATIONS, kind=PromiseKind.REMIND, subject=request.id, at=at)


def waiting_rows(request: Request, now: datetime) -> tuple[Promise, ...]:
    """Promise what a pending request needs: to let it lapse, and the next reminder before."""
    at = after(now, reminders(request))
    return (lapse(request), *(() if at is None else (remind_row(request, at),)))


def no_longer_waiting(request: Request) -> tuple[Promise, ...]:
    """Return the rows to remove with the move that decides a request."""
    return (lapse(request), remind_row(request, request.lapses_at))


def rows_for(leases: tuple[Lease, ...], given: Circumstances) -> tuple[Promise, ...]:
    """Promise what new leases need: to be granted, and a look at their holder.

    That look counts from when Slack last vouched for the person, so new leases never put it off.
    """
    holders = {lease.holder.id: lease.holder.verified_at for lease in leases}
    wait = given.catalog.look_at_holders
    return (
        *(provision_row(lease, given.now) for lease in leases),
        *(holder_row(holder, verified + wait) for holder, verified in holders.items()),
    )


def holder_row(person: PersonId, at: datetime) -> Promise:
    """Promise to look whether a person who holds leases may still hold them."""
    return Promise(due=NOTIFICATIONS, kind=PromiseKind.HOLDER, subject=person, at=at)


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
            *dict.fromkeys(card(lease.request, now) for lease in over),
            *_pointless(leases, now, ledger),
        ),
        kept=tuple(
            row(lease, now) for lease in over for row in (provision_row, adjust_row, warn_row)
        ),
        urgent=True,
    )


def _pointless(leases: tuple[Lease, ...], now: datetime, ledger: Ledger) -> list[Promise]:
    """Promise to let lapse at once what asks for more of leases that end before their time.

    The timekeeper does it, for not everybody who ends leases may write requests. No end fails for
    it: such a request waits no longer than its lease would have lasted.
    """
    early = [lease for lease in leases if lease.ends_at is not None and now < lease.ends_at]
    with suppress(OutsideError):
        return [lapse(one, now) for one in asking_for_more(early, ledger)]
    return []


def asking_for_more(leases: Sequence[Lease], ledger: Ledger) -> list[Request]:
    """Return the pending requests for more time for these leases."""
    wanted = {lease.id for lease in leases}
    holders = dict.fromkeys(lease.holder.id for lease in leases)
    waiting = (one for holder in holders for one in ledger.store.pending_of(holder))
    return [one for one in waiting if one.extends in wanted]


def lease_event(
    lease: Lease, action: Action, facts: Mapping[str, str], *, actor: str, at: datetime
) -> AuditEvent:
    """Say what happened to a lease; facts that are empty are left out."""
    return AuditEvent(
        at=at,
        action=action,
        actor=actor,
        subject=lease.id,
        cluster=lease.cluster,
        facts={name: said for name, said in facts.items() if said},
    )


def leases_for(request: Request, now: datetime) -> tuple[Lease, ...]:
    """Return the leases that an approved request becomes: one per level."""
    yes = tuple(answer.by.email for answer in request.approvals if answer.yes)
    return tuple(
        Lease(
            id=name,
            holder=request.requester,
            approvers=yes,
            cluster=request.cluster,
            level=item.level,
            scope=item.scope,
            duration=request.duration,
            approved_at=now,
        )
        for name, item in zip(request.lease_ids, request.plan.items, strict=True)
    )
