"""More time that was judged by rules which the worker has not: waited for, and not for ever."""

from dataclasses import replace
from datetime import timedelta

from daypass.usecases.requests.extend import Extend, extend
from tests.builders import World, a_snapshot, a_world
from tests.unit.usecases.scenes import ALICE, FIRST, HOUR, grant, lease_of, work

NEARLY = timedelta(seconds=119)


def other_rules(world: World) -> World:
    """Start all anew with another version of the rules."""
    return replace(world, catalog=replace(world.catalog, version="v2"))


def later(world: World, by: timedelta) -> None:
    """Let time pass, and the worker try again."""
    world.clock.advance(by)
    world.heartbeats.beat("timekeeper")
    world.store.keep_seen(a_snapshot(taken_at=world.clock.now()))
    work(world)


def test_more_time_of_other_rules_is_given_up_and_may_be_asked_for_anew() -> None:
    """The configuration was changed between the ask and the worker's try: two minutes, as grants.

    Else the lease would be "being extended" to its end, and nobody could ask for more.
    """
    world = a_world()
    grant(world)
    ends_at = lease_of(world).ends_at
    extend(Extend(actor=ALICE, target=FIRST, length=HOUR), world.ask)
    anew = other_rules(world)
    work(anew)
    later(anew, NEARLY)
    assert lease_of(anew).extension is not None
    later(anew, timedelta(seconds=15))
    assert lease_of(anew).extension is None
    assert "different configurations" in lease_of(anew).extensions[-1].refused
    assert lease_of(anew).ends_at == ends_at
    extend(Extend(actor=ALICE, target=FIRST, length=HOUR), anew.ask)
    work(anew)
    assert lease_of(anew).ends_at == (ends_at or anew.clock.now()) + HOUR


def test_more_time_of_other_rules_is_given_once_they_are_the_workers_again() -> None:
    """Whoever starts the processes one after another loses nothing."""
    world = a_world()
    grant(world)
    ends_at = lease_of(world).ends_at
    extend(Extend(actor=ALICE, target=FIRST, length=HOUR), world.ask)
    work(other_rules(world))
    later(world, timedelta(seconds=30))
    assert lease_of(world).ends_at == (ends_at or world.clock.now()) + HOUR
