"""What an approved request gives: the leases that it becomes, once."""

from dataclasses import replace
from datetime import datetime

from daypass.domain.lease import Lease
from daypass.domain.request import Request, RequestState


def approvers_of(request: Request) -> tuple[str, ...]:
    """Return the emails of those whose yes counts, first to last."""
    return tuple(answer.by.email for answer in request.counted if answer.yes)


def leases_for(request: Request, now: datetime) -> tuple[Lease, ...]:
    """Return the leases that an approved request becomes: one per level."""
    return tuple(
        Lease(
            id=name,
            holder=request.requester,
            approvers=approvers_of(request),
            cluster=request.cluster,
            level=item.level,
            scope=item.scope,
            duration=request.duration,
            approved_at=now,
        )
        for name, item in zip(request.lease_ids, request.plan.items, strict=True)
    )


def where_asked(lease: Lease, request: Request) -> Lease:
    """Return a lease as one of the cluster and the level that its request was for.

    Who writes leases need not tell the truth: what somebody decides is to reach the cluster where
    it is, and to be said by whoever may say it of that level.
    """
    items = dict(zip(request.lease_ids, request.plan.items, strict=True))
    item = items.get(lease.id)
    place = (lease.level, lease.scope) if item is None else (item.level, item.scope)
    if (lease.cluster, lease.level, lease.scope) == (request.cluster, *place):
        return lease
    return replace(lease, cluster=request.cluster, level=place[0], scope=place[1])


def gave(request: Request, lease: Lease) -> bool:
    """Whether a request was approved and became this very lease, whatever came of that since.

    An approval gives it once, at its moment: no lease that is over is begun anew.
    """
    if request.state is not RequestState.APPROVED or request.decided_at is None:
        return False
    made = Lease(
        id=lease.id,
        holder=lease.holder,
        approvers=lease.approvers,
        cluster=lease.cluster,
        level=lease.level,
        scope=lease.scope,
        duration=lease.duration,
        approved_at=lease.approved_at,
    )
    return request.extends is None and made in leases_for(request, request.decided_at)
