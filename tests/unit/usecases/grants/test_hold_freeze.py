"""A freeze holds whatever somebody who writes to the store makes of it there."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from daypass.domain.epoch import Freeze
from daypass.domain.reasons import Frozen
from daypass.usecases.incident.freeze import FreezeGrants, ThawGrants, freeze, thaw
from daypass.usecases.shared.keep_rows import LOOK_EVERY
from tests.builders import NOON, World, a_world
from tests.unit.usecases.scenes import (
    HOUR,
    Meanwhile,
    approve,
    ask,
    look,
    refusal,
    with_cluster,
    work,
)

SECOND = timedelta(seconds=1)


def _freeze(world: World, *clusters: str, why: str = "INC-42") -> None:
    freeze(FreezeGrants(actor="U0DAN", by="dan", why=why, clusters=clusters), world.ask)


def _thaw(world: World) -> None:
    thaw(ThawGrants(actor="U0DAN"), world.ask)


def say(world: World, word: Freeze | None) -> None:
    """Have another word in the store, as somebody does who writes to it."""
    world.store._freeze = word


def test_freeze_that_somebody_deleted_stops_the_next_grant_all_the_same() -> None:
    """The cluster's mark knows it; a worker asks that before it grants, and puts it back."""
    world = a_world()
    approve(world)
    _freeze(world, why="breach")
    look(world)
    say(world, None)
    world.clock.advance(11 * SECOND)
    world.heartbeats.beat("timekeeper")
    world.witnesses["prod"].freeze = None  # Another worker's: it has seen nothing.
    work(world)
    assert not world.clusters["prod"].objects
    again = world.store.freeze()
    assert again is not None
    assert (again.by, again.why, again.everywhere) == ("dan", "breach", True)
    assert refusal(lambda: ask(world, "nodes")) == Frozen(by="dan", why="breach", where="")


def test_freeze_that_somebody_deletes_during_a_look_stays_on_the_mark() -> None:
    """The mark is not written over by a store that has lost it in the meantime."""
    world = a_world()
    _freeze(world)
    look(world)
    world.clock.advance(LOOK_EVERY)
    deleting = Meanwhile(world.clusters["prod"], "ours", lambda: say(world, None))
    look(world, with_cluster(world.grants(), deleting))
    mark = world.clusters["prod"].mark
    assert mark is not None
    assert mark.freeze is not None
    assert mark.freeze.everywhere


def _deleted_before(question: str) -> World:
    """Return a world in which a freeze was deleted as a worker asked the store that."""
    world = a_world()
    approve(world)
    _freeze(world)
    work(world)
    deleting = Meanwhile(world.store, question, lambda: say(world, None))
    world.clock.advance(SECOND)
    work(world, ports=replace(world.grants(), store=cast("Any", deleting)))
    return world


def test_freeze_that_somebody_deletes_just_before_the_rules_are_asked_still_holds() -> None:
    """Between the last comparison and the judgement a process believes what it has seen itself."""
    world = _deleted_before("conditions")
    assert world.store.freeze() is None
    assert not world.clusters["prod"].objects


def test_freeze_that_somebody_deletes_between_question_and_grant_still_holds() -> None:
    """What a process has seen it needs not ask a cluster about."""
    world = _deleted_before("freeze")
    assert not world.clusters["prod"].objects


def test_thaw_of_an_administrator_lifts_a_freeze_that_every_mark_knows() -> None:
    """The later word holds: nothing is put back that was lifted."""
    world = a_world()
    _freeze(world)
    look(world)
    world.clock.advance(SECOND)
    _thaw(world)
    look(world)
    kept, mark = world.store.freeze(), world.clusters["prod"].mark
    assert kept is not None
    assert not kept.on
    assert mark is not None
    assert mark.freeze is not None
    assert not mark.freeze.on


def test_thaw_from_the_future_lifts_nothing_and_does_not_stick() -> None:
    """Somebody writes to the store: no word is the last for ever."""
    world = a_world()
    _freeze(world)
    look(world)
    say(world, Freeze(by="mallory", at=datetime.max.replace(tzinfo=UTC)))
    world.clock.advance(LOOK_EVERY)
    look(world)
    kept = world.store.freeze()
    assert kept is not None
    assert kept.everywhere
    say(world, Freeze(by="mallory", at=datetime.max.replace(tzinfo=UTC)))
    _freeze(world, "dev")
    world.clock.advance(LOOK_EVERY)
    look(world)
    kept = world.store.freeze()
    assert kept is not None
    assert kept.holds("dev")


def test_thaw_after_time_has_jumped_back_follows_the_freeze() -> None:
    """A freeze that was said while time was ahead can be lifted at once."""
    world = a_world()
    world.clock.set(NOON + HOUR)
    _freeze(world)
    look(world)
    world.clock.set(NOON)
    _thaw(world)
    look(world)
    kept = world.store.freeze()
    assert kept is not None
    assert not kept.on
