"""Grants that begin at the same time ask once whether the store goes on (law 10)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from daypass.domain.errors import UnreadableError
from daypass.usecases.grants.epochs import NOT_AT_ALL, assure
from tests.builders import World, a_world
from tests.unit.usecases.scenes import Failing


class Asking:
    """A lock that another thread holds, which may have asked meanwhile."""

    def __init__(self, world: World, *, answered: bool, mine: bool) -> None:
        self._world = world
        self._answered = answered
        self._mine = mine
        self.released = 0

    def acquire(self, timeout: float) -> bool:
        """Wait for it; it is had, or not within that time."""
        assert timeout > 0
        if self._answered:
            assure(self._world.grants(), NOT_AT_ALL)
        return self._mine

    def release(self) -> None:
        """Let others have it."""
        self.released += 1


@pytest.mark.parametrize("answered", [True, False])
@pytest.mark.parametrize("mine", [True, False])
def test_one_asks_for_all_that_begin_at_the_same_time(*, answered: bool, mine: bool) -> None:
    """What another thread has just learnt is believed; nobody waits for long for whoever asks."""
    world = a_world()
    world.clock.advance(timedelta(minutes=1))
    lock = Asking(world, answered=answered, mine=mine)
    world.witnesses["prod"].assuring = cast("Any", lock)
    asked = list[object]()

    def noted(one: object) -> bool:
        asked.append(one)
        return False

    noting = Failing(world.store, "last_event", UnreadableError(""), noted)
    known = assure(replace(world.grants(), store=cast("Any", noting)))
    assert known.at == world.clock.now()
    assert len(asked) == (0 if answered else 1)
    assert lock.released == (1 if mine else 0)
