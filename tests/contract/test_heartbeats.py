"""The contract of the heartbeats: who lives, who has which duty, when who is idle; on all three."""

from datetime import timedelta

from daypass.ports import DUTY_HELD, QUIET, Outlook
from tests.contract.store_stages import HOUR, State


def test_heard_is_the_last_beat(state: State) -> None:
    """Each process has its own pulse; one that never beat was never heard."""
    assert state.heartbeats.heard("timekeeper") is None
    before = state.clock.now()
    state.heartbeats.beat("timekeeper")
    heard = state.heartbeats.heard("timekeeper")
    assert heard is not None
    assert before <= heard < state.clock.now() + HOUR  # What is carried on is never ahead.
    assert state.heartbeats.heard("other") is None


def test_idle_is_alive_only_where_nothing_is_overdue(state: State) -> None:
    """Who has something to do first says afterwards that it lives."""
    state.write(state.due_in(-HOUR, "a"), state.due_in(HOUR, due="dev"))
    known = state.heartbeats.idle("timekeeper", ["dev", "prod"])
    assert known == Outlook(overdue={"prod": 1}, quiet=timedelta(0))
    assert state.heartbeats.heard("timekeeper") is None
    before = state.clock.now()
    assert state.heartbeats.idle("timekeeper", ["dev"]) == Outlook(overdue={}, quiet=QUIET)
    heard = state.heartbeats.heard("timekeeper")
    assert heard is not None
    assert before <= heard < state.clock.now() + HOUR


def test_idle_says_for_how_long_nothing_is_due(state: State) -> None:
    """Of all that is asked for, the nearest; a minute where it is further, or nothing is there."""
    assert state.heartbeats.idle("timekeeper", ["dev"]).quiet == QUIET
    state.write(
        state.due_in(timedelta(seconds=40), "a"),
        state.due_in(timedelta(seconds=20), "b", due="dev"),
        state.due_in(timedelta(seconds=30), "c", due="dev"),
    )
    quiet = state.heartbeats.idle("timekeeper", ["dev", "prod"]).quiet
    assert timedelta(0) < quiet <= timedelta(seconds=20)
    assert timedelta(seconds=20) < state.heartbeats.idle("timekeeper", ["prod"]).quiet
    assert state.heartbeats.idle("timekeeper", ["prod"]).quiet <= timedelta(seconds=40)


def test_duty_is_one_holders_until_it_is_silent(state: State) -> None:
    """Whoever has it keeps it by saying so; another gets it when nobody did for DUTY_HELD."""
    take = state.heartbeats.take_duty
    assert take("watch:prod", "one")
    assert take("watch:prod", "one")
    assert not take("watch:prod", "two")
    assert take("watch:dev", "two")
    state.clock.pause(DUTY_HELD + timedelta(milliseconds=100))
    assert take("watch:prod", "two")
    assert not take("watch:prod", "one")
