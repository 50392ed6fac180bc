"""Expire: decide that leases past their end are over, many in one move (laws 3, 7)."""

from dataclasses import dataclass, field, replace

from daypass.domain.errors import ConflictError, OutsideError
from daypass.domain.lease import EndCause, Lease, LeaseState
from daypass.ports import Claim, GrantPorts, PromiseKind, joined
from daypass.usecases.shared.ending import TOO_LATE, Ending, ending
from daypass.usecases.shared.events import GRANTS_WORKER


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A lease that has to go, and the promise that says so."""

    claim: Claim
    lease: Lease


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """Leases that are recorded as over, and those that are not because the store `failed`."""

    moved: list[Due]
    unmoved: list[Due] = field(default_factory=list)
    failed: OutsideError | None = None


def decide(due: list[Due], ports: GrantPorts) -> Decided:
    """Decide that those past their end are over, in one move if nobody else moved one of them."""
    fresh = [overdue for overdue in due if overdue.lease.state is not LeaseState.REVOKING]
    rest = [overdue for overdue in due if overdue.lease.state is LeaseState.REVOKING]
    try:
        return Decided(moved=rest + _expire(fresh, ports))
    except ConflictError:
        return _decide_each(fresh, rest, ports)
    except OutsideError as error:
        return Decided(moved=rest, unmoved=fresh, failed=error)


def _decide_each(fresh: list[Due], rest: list[Due], ports: GrantPorts) -> Decided:
    """Decide of each by itself, until the store fails."""
    moved, unmoved = list(rest), list[Due]()
    for number, one in enumerate(fresh):
        try:
            alone = _alone(one, ports)
        except OutsideError as error:
            return Decided(moved=moved, unmoved=unmoved + fresh[number:], failed=error)
        moved += alone.moved
        unmoved += alone.unmoved
    return Decided(moved=moved, unmoved=unmoved)


def _alone(one: Due, ports: GrantPorts) -> Decided:
    """Decide of one. Whoever moved it rescored its row: it is due again when it has to be.

    Where nobody did, and the store does not take the move all the same, it is over unrecorded.
    """
    try:
        return Decided(moved=_expire([one], ports))
    except ConflictError:
        stands = one.lease in ports.store.leases([one.lease.id])
        return Decided(moved=[], unmoved=[one] if stands else [])


def _expire(due: list[Due], ports: GrantPorts) -> list[Due]:
    if not due:
        return []
    active = tuple(overdue.lease for overdue in due if overdue.lease.state is LeaseState.ACTIVE)
    never = tuple(overdue.lease for overdue in due if overdue.lease.state is LeaseState.GRANTING)
    expired = Ending(cause=EndCause.EXPIRED, actor=GRANTS_WORKER)
    failed = Ending(cause=EndCause.FAILED, actor=GRANTS_WORKER, why=TOO_LATE)
    change = joined([ending(active, expired, ports), ending(never, failed, ports)])
    # Their rows stay as they were claimed: they are being seen to now. Nobody's wish is behind it:
    # where the trail takes no event, they go unrecorded.
    rows = tuple(row for row in change.promises if row.kind is not PromiseKind.END)
    stored = ports.store.commit(replace(change, promises=rows, urgent=False))
    over = {lease.id: lease for lease in stored.leases}
    return [replace(overdue, lease=over[overdue.lease.id]) for overdue in due]
