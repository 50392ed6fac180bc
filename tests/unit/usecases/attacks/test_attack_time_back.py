"""The store's time was ahead and goes back, or another Redis takes over whose time is behind."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from daypass.domain.errors import TemporaryOutsideError
from daypass.domain.lease import LeaseState
from daypass.ports import PromiseKind
from tests.builders import World, a_world
from tests.unit.usecases.attacks.watching import settled
from tests.unit.usecases.scenes import failing, grant, lease_of, let_go, names, work

AHEAD = timedelta(minutes=30)


def put_off(world: World) -> None:
    """The cluster does not answer: it is tried again a little later."""
    work(world, ports=failing(world, "delete", TemporaryOutsideError("no answer")))


def claimed(world: World) -> None:
    """Whoever claimed it dies."""
    (one,) = world.agenda.claim("prod", 1, (PromiseKind.END,))
    assert one.until > world.clock.now()


@pytest.mark.parametrize("before", [put_off, claimed])
def test_an_end_of_a_time_that_was_ahead_comes_soon(before: Callable[[World], None]) -> None:
    """Law 3: its row names a moment that is half an hour away by now, and somebody watches."""
    world = a_world()
    grant(world)
    worker = settled(world)
    world.clock.set(world.clock.now() + AHEAD)
    worker.seconds(5)
    let_go(world)
    before(world)
    assert lease_of(world).state is LeaseState.REVOKING
    world.clock.set(world.clock.now() - AHEAD)
    worker.seconds(15)
    work(world)
    assert names(world) == []
    assert lease_of(world).state is LeaseState.ENDED


def test_time_that_goes_on_or_wavers_costs_no_look() -> None:
    """A list of all costs seconds, and clocks are put right by a little all day."""
    world = a_world()
    grant(world)
    worker = settled(world)
    for moved in (AHEAD, timedelta(seconds=-4), timedelta(seconds=4)):
        world.clock.set(world.clock.now() + moved)
        worker.watch.look_after_ends()
        assert worker.watch.sees_all()
