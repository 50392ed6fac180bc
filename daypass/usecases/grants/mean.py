"""What a level allows by the cluster's own word, before anything is created for a lease.

A yes was for what a role allowed then. The store's word on that is anybody's who writes there, and
as old as the last look: the role is read again.
"""

from dataclasses import replace

from daypass.domain.catalog import Level
from daypass.domain.circumstances import Circumstances
from daypass.domain.deliveries import roles_needed
from daypass.domain.errors import PermanentOutsideError
from daypass.domain.lease import Lease
from daypass.domain.levels import level_on
from daypass.domain.request import Plan, Request
from daypass.ports import GrantPorts


def seen_by_itself(lease: Lease, given: Circumstances, ports: GrantPorts) -> Circumstances:
    """Return the same with what the cluster says now of the roles that the lease needs.

    A role that is gone is missing in it. Raises OutsideError where the cluster does not answer.
    """
    level = level_on(ports.name, lease.level, ports.catalog)
    seen = given.seen.get(ports.name)
    if level is None or seen is None:
        return given  # Refused whatever it means.
    needed = roles_needed(level, lease.scope)
    others = {name: one for name, one in seen.means.items() if name not in needed}
    now = replace(seen, means={**others, **ports.cluster.means(needed)})
    return replace(given, seen={**given.seen, ports.name: now})


def given_level(lease: Lease, ports: GrantPorts) -> Level:
    """Return what the level of a lease is on its cluster by our own configuration (law 8).

    Raises PermanentOutsideError where the cluster offers none of that name.
    """
    level = level_on(ports.name, lease.level, ports.catalog)
    if level is None:
        raise PermanentOutsideError(f"level {lease.level} is not offered on {ports.name}")
    return level


def must_be_meant(lease: Lease, request: Request, plan: Plan) -> None:
    """Raise PermanentOutsideError where people said yes to something else; `plan` is as it is now.

    Also where the cards did not say what it leads to: the store's word on that is another's. What
    nobody has to say yes to is granted as it is.
    """
    if not (request.plan.steps or plan.steps):
        return
    place = (lease.level, lease.scope)
    approved = {(i.meaning, i.risks) for i in request.plan.items if (i.level, i.scope) == place}
    for item in plan.items:
        if {(item.meaning, item.risks)} != approved:
            what = item.gives.partition(" by ")[0]
            raise PermanentOutsideError(
                f"{what} was changed after it was approved: it allows something else than what "
                "people said yes to. Nothing was given for that yes; ask again"
            )
