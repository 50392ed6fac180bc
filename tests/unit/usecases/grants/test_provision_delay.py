"""Granting that lasts says what it waits for (a card tells what is true now)."""

from datetime import timedelta
from typing import Final

from daypass.domain.errors import TemporaryOutsideError
from daypass.domain.lease import LeaseState
from daypass.ports import NOTIFICATIONS, PromiseKind
from tests.builders import World, a_world
from tests.unit.usecases.scenes import (
    FIRST,
    Failing,
    Meanwhile,
    actions,
    approve,
    failing,
    lease_of,
    let_go,
    pass_time,
    rows,
    try_once,
    with_cluster,
)

TWICE: Final = 2


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


def test_provision_tells_what_it_waits_for_where_its_attempt_was_undone() -> None:
    """A server that asks to wait, say, made nothing: the card says why there is no access yet."""
    world = a_world()
    approve(world)
    told(world)
    busy = failing(world, "create", TemporaryOutsideError("prod: too many requests"))
    try_once(world, busy)
    lease = lease_of(world)
    assert (lease.attempt, lease.why) == (None, "prod: too many requests")
    assert (PromiseKind.CARD, lease.request) in rows(world, NOTIFICATIONS)
    told(world)
    try_once(world, busy)
    assert lease_of(world).tries == TWICE
    assert (PromiseKind.CARD, lease.request) not in rows(world, NOTIFICATIONS)


def told(world: World) -> None:
    """Let time pass until nothing is left that people are to be told."""
    world.clock.advance(timedelta(seconds=2))
    world.heartbeats.beat("timekeeper")
    for one in world.agenda.claim(NOTIFICATIONS, 50):
        world.agenda.finish(one)
