"""What asking for more time and giving it have in common."""

from daypass.domain.audit import Action, AuditEvent
from daypass.domain.duration import write_duration
from daypass.domain.errors import RefusedError
from daypass.domain.extension import Wish
from daypass.domain.instants import write_time
from daypass.domain.lease import Extension, Lease
from daypass.domain.reasons import UnknownRequest
from daypass.domain.request import Request
from daypass.domain.yields import where_asked
from daypass.ports import Ledger
from daypass.usecases.shared.events import lease_event


def wish_of(request: Request, ledger: Ledger) -> Wish | None:
    """Return what a request for more time comes to now; None for any other.

    Raises RefusedError when its lease is not in the store any more.
    """
    if request.extends is None:
        return None
    lease = ledger.store.lease(request.extends)
    first = ledger.store.request(lease.request) if lease is not None else None
    if lease is None or first is None:
        raise RefusedError(UnknownRequest(text=request.extends))
    return Wish(
        by=request.requester,
        lease=where_asked(lease, first),
        request=first,
        length=request.plan.duration,
        reason=request.ask.reason,
    )


def extending_event(lease: Lease, wanted: Extension, *, actor: str, why: str) -> AuditEvent:
    """Say that a lease was given more time, and on what that rests."""
    facts = {
        "length": write_duration(wanted.length),
        "until": write_time(wanted.until),
        "request": wanted.request or "",
        "reason": why,
    }
    return lease_event(lease, Action.LEASE_EXTENDING, facts, actor=actor, at=wanted.asked_at)
