"""Granting that lasts says what it waits for (a card tells what is true now)."""

from daypass.domain.errors import TemporaryOutsideError
from daypass.domain.lease import LeaseState
from daypass.ports import NOTIFICATIONS, PromiseKind
from tests.builders import a_world
from tests.unit.usecases.scenes import (
    FIRST,
    Failing,
    Meanwhile,
    actions,
    approve,
    lease_of,
    let_go,
    pass_time,
    rows,
    try_once,
    with_cluster,
)


def test_provision_tells_what_it_waits_for_once() -> None:
    """The reason is on the card soon, and is not told anew at each try."""
    world = a_world()
    approve(world)
    world.clusters["prod"].down = True
    pass_time(world, 10)
    lease = lease_of(world)
    assert (lease.state, lease.why) == (LeaseState.GRANTING, "prod: unreachable")
    assert actions(world, FIRST).count("lease.delayed") == 1
    assert rows(world, NOTIFICATIONS)[PromiseKind.CARD, lease.request] < 1


def test_provision_tells_nothing_when_somebody_ended_it_meanwhile() -> None:
    """Whoever ended it is what people see."""
    world = a_world()
    approve(world)
    down = TemporaryOutsideError("prod: unreachable")
    failing = Failing(world.clusters["prod"], "questions", down, lambda _: True)
    cluster = Meanwhile(failing, "questions", lambda: let_go(world))
    try_once(world, with_cluster(world.grants(), cluster))
    assert lease_of(world).state is LeaseState.REVOKING
    assert "lease.delayed" not in actions(world, FIRST)
