"""What retention forgets, against a cluster that is put back from before: what was ended stays so.

Nobody has to attack for that: etcd is restored from a backup, and Redis failed over since.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from daypass.domain.ids import MoveId
from daypass.ports import Change, TrailPorts
from daypass.usecases.requests.shorten import Shorten, shorten
from tests.builders import World, a_world
from tests.rules import a_catalog, a_workflow
from tests.unit.usecases.audit.test_retain import look as retain
from tests.unit.usecases.scenes import (
    BOB,
    FIRST,
    HOUR,
    grant,
    let_go,
    look,
    names,
    ours,
    pass_time,
    work,
)

DAY = timedelta(days=1)
WEEK = 7 * DAY


def a_long_lease() -> World:
    """Let alice have something for a week, where what is over is forgotten a day later."""
    workflow = a_workflow(max_duration=WEEK)
    world = a_world(a_catalog(workflows=(workflow,), retention=DAY))
    grant(world, duration=WEEK)
    look(world)
    return world


def fail_over(world: World) -> None:
    """Let another epoch begin, and every cluster be proven since."""
    epoch = world.store.epoch()
    assert epoch is not None
    again = replace(epoch, id=MoveId("epoch-2"), begun_at=world.clock.now(), unproven=frozenset())
    world.store.commit(Change(move=world.ids.move(), epoch=again))


def release(world: World) -> None:
    """End it at once."""
    let_go(world)
    work(world)


def cut(world: World) -> None:
    """Let bob take most of it off, and let it run out."""
    shorten(Shorten(actor=BOB, target=FIRST, length=WEEK - HOUR, reason="enough"), world.ask)
    work(world)
    pass_time(world, 2 * HOUR.total_seconds(), step=60)


def as_it_was(world: World) -> TrailPorts:
    """Keep the configuration."""
    return world.trail


def for_less(world: World) -> TrailPorts:
    """Have a maximum that was lowered since."""
    shorter = replace(world.catalog, workflows=(a_workflow(),))
    return replace(world.trail, catalog=shorter)


@pytest.mark.parametrize("rules", [as_it_was, for_less])
@pytest.mark.parametrize("end", [release, cut])
def test_what_was_ended_is_not_taken_over_from_a_cluster_that_was_put_back(
    end: Callable[[World], None], rules: Callable[[World], TrailPorts]
) -> None:
    """Law 3: its object says a later end; what is forgotten must not be adopted."""
    world = a_long_lease()
    backup, mark = ours(world), world.clusters["prod"].mark
    end(world)
    assert names(world) == []
    fail_over(world)
    world.clock.advance(2 * DAY)
    world.heartbeats.beat("timekeeper")
    retain(world, rules(world))
    world.clusters["prod"].put(backup)
    world.clusters["prod"].mark = mark
    look(world)
    assert names(world) == []


def test_what_was_ended_is_forgotten_once_no_object_of_it_can_last() -> None:
    """A day's memory becomes a week's, no more."""
    world = a_long_lease()
    release(world)
    world.clock.advance(WEEK - HOUR)
    retain(world)
    assert world.store.lease(FIRST) is not None
    world.clock.advance(2 * HOUR)
    retain(world)
    assert world.store.lease(FIRST) is None
