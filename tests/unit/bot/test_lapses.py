"""The bot looks for requests that nobody answered, whatever went wrong the last time."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

from structlog.testing import capture_logs

from bot.lapses import Lapses
from daypass.domain.errors import TemporaryOutsideError
from tests.builders import a_world
from tests.unit.usecases.scenes import HOUR, Failing, ask


def test_a_look_that_fails_is_said_once_and_the_next_one_comes() -> None:
    """Redis was away for a while."""
    world = a_world()
    ask(world)
    world.clock.advance(HOUR + timedelta(seconds=1))
    away, left = TemporaryOutsideError("Redis does not answer"), [3]

    def is_away(_: object) -> bool:
        left[0] -= 1
        return left[0] >= 0

    store = cast("Any", Failing(world.store, "commit", away, is_away))
    lapses = Lapses(replace(world.ledger, store=store))
    with capture_logs() as said:
        for _ in range(4):
            lapses.look()
            world.clock.advance(timedelta(minutes=1))
    assert [one["event"] for one in said] == ["bot.lapses_fail"]
    assert world.store.pending() == []
