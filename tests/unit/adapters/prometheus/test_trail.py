"""A trail that takes no event, or that no checkpoint covers any more, is measured."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

from prometheus_client import CollectorRegistry

from daypass.adapters.prometheus.state import State
from daypass.adapters.prometheus.trail import TrailState
from daypass.domain.audit import Action, AuditEvent
from daypass.domain.errors import DaypassError, TemporaryOutsideError, UnreadableError
from daypass.ports import TrailPorts
from tests.builders import NOON, World, a_world
from tests.unit.usecases.scenes import Failing
from workers.checkpoints import seal

EVENT = AuditEvent(at=NOON, action=Action.PERSON_PINNED, actor="bot", subject="U0ALICE")
MINUTES = timedelta(minutes=6)
DAY = timedelta(days=1)
LAST = f"{(1 << 64) - 1}-{(1 << 64) - 1}"


def measured(ports: TrailPorts) -> CollectorRegistry:
    """Return the gauges of a trail, as one timekeeper goes on serving them."""
    registry = CollectorRegistry()
    registry.register(State(ports, dict, TrailState(ports).measured))
    return registry


def unsealed(registry: CollectorRegistry) -> float | None:
    """Return what the alert DaypassTrailUnsealed looks at."""
    return registry.get_sample_value("daypass_unsealed_seconds")


def test_events_that_are_chained_wait_for_nothing() -> None:
    """A checkpoint comes each second; another event is another wait."""
    world = a_world()
    state = measured(world.trail)
    for _ in range(3):
        world.store.record(EVENT)
        assert unsealed(state) == 0
        world.clock.advance(MINUTES)
        seal(world.trail)
        assert unsealed(state) == 0


def test_an_event_that_is_not_chained_waits_since_it_was_seen() -> None:
    """Without a key, or with a checkpoint that cannot be gone on from, nothing is proven."""
    world = a_world()
    world.store.record(EVENT)
    state = measured(world.trail)
    assert unsealed(state) == 0
    world.clock.advance(MINUTES)
    world.store.record(EVENT)
    assert unsealed(state) == MINUTES.total_seconds()


def test_a_wait_that_was_first_seen_while_time_was_ahead_counts_since_it_is_back() -> None:
    """Else nobody hears of it for as long as time was ahead."""
    world = a_world()
    world.store.record(EVENT)
    state = measured(world.trail)
    world.clock.set(world.clock.now() + DAY)
    unsealed(state)
    world.clock.set(world.clock.now() - DAY)
    assert unsealed(state) == 0
    world.clock.advance(MINUTES)
    assert unsealed(state) == MINUTES.total_seconds()


def failing(world: World, error: DaypassError) -> TrailPorts:
    """Return ports to a trail that does not tell its newest checkpoint."""
    trail = Failing(world.trail.trail, "last", error, lambda _: True)
    return replace(world.trail, trail=cast("Any", trail))


def test_a_checkpoint_that_cannot_be_read_is_a_wait() -> None:
    """The chain does not go on from it."""
    world = a_world()
    state = measured(failing(world, UnreadableError("it is damaged")))
    assert unsealed(state) == 0
    world.clock.advance(MINUTES)
    assert unsealed(state) == MINUTES.total_seconds()


def test_nothing_is_said_of_a_trail_that_nobody_can_ask() -> None:
    """That the store is away another gauge says."""
    assert unsealed(measured(failing(a_world(), TemporaryOutsideError("it is away")))) is None


def test_a_trail_that_takes_no_event_is_full() -> None:
    """One event with the greatest id, and nothing is asked for, approved or thawed any more."""
    world = a_world()
    full = replace(world.trail, store=cast("Any", _Ended(world.store)))
    for ports, said in ((world.trail, 0), (full, 1)):
        assert measured(ports).get_sample_value("daypass_trail_full") == said


class _Ended:
    """A store whose newest event has the greatest id."""

    def __init__(self, inner: object) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def last_event(self) -> str:
        """Return that id."""
        return LAST
