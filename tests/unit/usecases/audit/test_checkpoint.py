"""Checkpoints: what happened is chained, bounded, and nobody waits for it."""

from dataclasses import replace
from typing import Any, cast

import pytest

from daypass.domain.audit import Action, AuditEvent
from daypass.domain.errors import PermanentOutsideError
from daypass.domain.verification import verify
from daypass.usecases.audit.checkpoint import MOST, checkpoint
from daypass.usecases.audit.excerpt import LEEWAY, Span, excerpt
from daypass.usecases.shared.tick import tick
from tests.builders import KEY, NOON, World, a_world
from tests.unit.usecases.scenes import HOUR, Failing, Meanwhile, grant

EVENT = AuditEvent(at=NOON, action=Action.PERSON_PINNED, actor="bot", subject="U0ALICE")


def happen(world: World, times: int = 1) -> None:
    for _ in range(times):
        world.store.record(EVENT)


def test_checkpoint_covers_what_happened_since_the_last() -> None:
    """The chain goes on where it was."""
    world = a_world()
    grant(world)
    first = checkpoint(world.trail)
    happen(world)
    second = checkpoint(world.trail)
    assert first is not None
    assert second is not None
    assert (second.made.number, second.made.before) == (2, first.made.hash)
    assert (second.made.count, second.doubted) == (1, False)
    there = excerpt(world.trail.trail)
    assert verify(there.pieces, KEY, head=second.made.hash).faults == ()


def test_checkpoint_writes_nothing_when_nothing_happened() -> None:
    """An idle system does not grow."""
    world = a_world()
    assert checkpoint(world.trail) is None
    happen(world)
    checkpoint(world.trail)
    assert checkpoint(world.trail) is None
    assert len(world.store.checkpoints) == 1


def test_checkpoint_takes_a_bounded_number_of_events() -> None:
    """A burst is chained over several looks; none of it is left out."""
    world = a_world()
    happen(world, MOST + 1)
    taken = [checkpoint(world.trail) for _ in range(3)]
    assert [one and one.made.count for one in taken] == [MOST, 1, None]


def test_checkpoint_gives_way_to_another_timekeeper() -> None:
    """Who comes second just goes on; the trail has no fork."""
    world = a_world()
    happen(world)

    def faster() -> None:
        world.clock.advance(HOUR)
        checkpoint(world.trail)

    slow = Meanwhile(world.trail.trail, "append", faster)
    assert checkpoint(replace(world.trail, trail=cast("Any", slow))) is None
    assert len(world.store.checkpoints) == 1


def test_checkpoint_goes_on_after_one_that_is_not_ours_and_says_so() -> None:
    """A damaged checkpoint, or a new key, leaves nothing unproven from then on."""
    world = a_world()
    happen(world)
    checkpoint(replace(world.trail, key=b"x" * 32))
    happen(world)
    done = checkpoint(world.trail)
    assert done is not None
    assert done.doubted
    found = verify(excerpt(world.trail.trail).pieces, KEY)
    assert found.faults == ("checkpoint 1: changed, or not made with this key",)


def test_tick_is_not_held_up_by_a_damaged_trail() -> None:
    """Law 10: ends are woken for although no checkpoint can be made."""
    world = a_world()
    grant(world)
    world.clock.advance(HOUR)
    world.agenda.wakeups.clear()
    broken = Failing(
        world.trail.trail, "last", PermanentOutsideError("it is damaged"), lambda _: True
    )
    ports = replace(world.trail, trail=cast("Any", broken))
    with pytest.raises(PermanentOutsideError):
        checkpoint(ports)
    tick(ports)
    assert "prod" in world.agenda.wakeups


def test_walk_returns_the_part_that_was_asked_for_in_whole_checkpoints() -> None:
    """What begins or ends within a checkpoint takes all of it, and can be verified by itself."""
    world = a_world()
    made = []
    for _ in range(5):
        world.clock.advance(HOUR)
        happen(world)
        done = checkpoint(world.trail)
        assert done is not None
        made.append(done.made)
    happen(world)
    part = excerpt(world.trail.trail, Span(since=made[2].at, until=made[2].at - 2 * LEEWAY))
    found = verify(part.pieces, KEY, anchor=part.anchor)
    assert (part.anchor, found.last, found.faults) == (made[1], made[2], ())
    rest = excerpt(world.trail.trail, Span(since=made[3].at))
    assert verify(rest.pieces, KEY, anchor=rest.anchor).uncovered == 1
    late = excerpt(world.trail.trail, Span(since=made[4].at + HOUR))
    assert late.anchor == made[4]
    early = excerpt(world.trail.trail, Span(until=made[0].at - HOUR))
    assert verify(early.pieces, KEY).checkpoints == 1
    ended = excerpt(world.trail.trail, Span(until=made[3].at))
    assert verify(ended.pieces, KEY).last == made[4]
