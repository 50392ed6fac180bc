"""What every move has in common: judge again when somebody was first, and who must be told."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar

from daypass.domain.audit import Action, AuditEvent
from daypass.domain.errors import ConflictError
from daypass.domain.ids import RequestId
from daypass.domain.lease import EndCause, Lease
from daypass.domain.request import Request
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


def lapse(request: Request) -> Promise:
    """Promise to look whether anybody answered."""
    at = request.lapses_at
    return Promise(due=TIMEKEEPER, kind=PromiseKind.LAPSE, subject=request.id, at=at)


def provision_row(lease: Lease, at: datetime) -> Promise:
    """Promise to grant a lease."""
    return Promise(due=lease.cluster, kind=PromiseKind.PROVISION, subject=lease.id, at=at)


def end_row(lease: Lease, at: datetime) -> Promise:
    """Promise to end a lease and to revoke it (law 2)."""
    return Promise(due=lease.cluster, kind=PromiseKind.END, subject=lease.id, at=at)


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
        ),
        kept=tuple(provision_row(lease, now) for lease in over),
    )


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
