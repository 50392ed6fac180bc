"""The bot looks for requests that nobody answered, whatever went wrong the last time."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

from structlog.testing import capture_logs

from bot.lapses import Lapses
from daypass.domain.errors import TemporaryOutsideError, UnreadableError
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


def test_what_fails_each_time_is_said_once_however_often_its_row_comes_back() -> None:
    """One request that cannot be read fills no log."""
    world = a_world()
    asked = ask(world).request
    world.clock.advance(HOUR + timedelta(seconds=1))
    damaged = UnreadableError(f"request:{asked.id}")
    store = cast("Any", Failing(world.store, "request", damaged, lambda _: True))
    lapses = Lapses(replace(world.ledger, store=store))
    with capture_logs() as said:
        for _ in range(6):
            lapses.look()
            world.clock.advance(timedelta(seconds=5))
    assert [one["event"] for one in said] == ["bot.lapses_fail"]


def test_a_fault_of_our_own_is_said_whole_and_the_next_look_comes() -> None:
    """Nobody else would see that requests do not time out."""
    world, fault = a_world(), cast("Any", ValueError("a bug"))
    agenda = cast("Any", Failing(world.agenda, "claim", fault, lambda _: True))
    lapses = Lapses(replace(world.ledger, agenda=agenda))
    with capture_logs() as said:
        for _ in range(2):
            lapses.look()
    assert [one["event"] for one in said] == 2 * ["bot.lapses_broken"]
