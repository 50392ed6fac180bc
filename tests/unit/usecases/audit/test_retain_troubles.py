"""Retention beside what somebody wrote: one thing that may not go keeps no other."""

from dataclasses import replace
from typing import Any, cast

from daypass.domain.ids import LeaseId, RequestId
from daypass.usecases.audit.retain import SOON
from tests.unit.usecases.audit.test_retain import REQUEST, YEAR, a_life, a_short_memory, look
from tests.unit.usecases.scenes import FIRST, HOUR


class Stale:
    """A store that reads alice's first lease as it was before its last move."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def lease(self, name: LeaseId) -> Any:
        """Return a lease."""
        found = self._inner.lease(name)
        return replace(found, version=found.version - 1) if name == FIRST else found


def test_retain_leaves_out_what_was_moved_meanwhile() -> None:
    """What does not fit keeps the others until the next look and no longer, and stays whole."""
    world = a_short_memory()
    a_life(world)
    a_life(world)
    second = RequestId("000000000002")
    world.clock.advance(YEAR + HOUR)
    ports = replace(world.trail, store=cast("Any", Stale(world.store)))
    assert look(world, ports) == SOON
    assert world.store.request(second) is not None
    world.clock.advance(SOON)
    look(world, ports)
    assert world.store.request(second) is None
    assert world.store.request(REQUEST) is not None
    assert world.store.lease(FIRST) is not None


def test_retain_looks_again_behind_what_is_old_already() -> None:
    """However many requests wait for a lease that stays, what may go has its turn."""
    world = a_short_memory()
    a_life(world)
    world.clock.advance(YEAR + HOUR)
    ports = replace(world.trail, store=cast("Any", Stale(world.store)))
    look(world, ports)
    before = world.clock.advance(SOON) - YEAR
    look(world, ports)
    assert world.store.put_off[REQUEST] == before
