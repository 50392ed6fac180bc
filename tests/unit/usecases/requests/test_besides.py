"""What a yes gives besides the time that was asked for: said is what the grants worker seals."""

from datetime import timedelta

import pytest

from daypass.domain.lease import Lease
from daypass.domain.request import Request
from daypass.usecases.requests.decide import Decide, decide
from tests.builders import NOON, World, a_catalog, a_workflow, a_world
from tests.unit.usecases.scenes import BOB, HOUR, ask, work

LESS = timedelta(minutes=20)
RULES = {
    "usual": a_catalog(),
    "twice": a_catalog(workflows=(a_workflow(extensions=2),)),
    "never": a_catalog(workflows=(a_workflow(extensions=0),)),
    "short": a_catalog(workflows=(a_workflow(extensions=9, max_duration=1.5 * HOUR),)),
    "two of them": a_catalog(
        workflows=(
            a_workflow("once", levels=("debug",), default_duration=2 * HOUR),
            a_workflow("twice", extensions=2, self_approval=True),
        )
    ),
    "one is free": a_catalog(
        workflows=(a_workflow("asks", levels=("debug",)), a_workflow("gives", steps=()))
    ),
}


def free(world: World, approved: Request) -> timedelta:
    """Return the most that one of the leases may last longer, of levels that somebody gave."""
    found = world.store.leases(approved.lease_ids)
    asking = {flow.name for flow in world.catalog.workflows if flow.steps}
    asked = [one for one in found if flow_of(approved, one) in asking]
    return max((one.free_until or NOON) - (one.ends_at or NOON) for one in asked)


def flow_of(approved: Request, lease: Lease) -> str:
    """Return the workflow that decided on a lease."""
    return next(i.workflow for i in approved.plan.items if i.level == lease.level)


@pytest.mark.parametrize("rules", RULES)
@pytest.mark.parametrize("levels", [("debug",), ("debug", "nodes")])
@pytest.mark.parametrize("length", [None, HOUR, 1.5 * HOUR])
@pytest.mark.parametrize("less", [None, LESS])
def test_what_is_said_before_a_yes_is_what_it_leaves_free(
    rules: str, levels: tuple[str, ...], length: timedelta | None, less: timedelta | None
) -> None:
    """Whoever decides reads how much longer it may last, and no lease may last longer than that."""
    world = a_world(RULES[rules])
    asked = ask(world, *levels, duration=length).request
    said = asked.free
    approved = decide(Decide(actor=BOB, target=asked.id, yes=True, duration=less), world.ask)
    work(world)
    assert free(world, approved) == (said if less is None else timedelta(0))
