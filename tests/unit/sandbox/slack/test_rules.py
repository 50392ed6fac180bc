"""Slack's rules with memory: triggers, response URLs, rate limits, faults."""

import pytest

from sandbox.slack.clock import Clock
from sandbox.slack.errors import RateLimitedError, SlackError
from sandbox.slack.faults import Faults
from sandbox.slack.rules import (
    POST_BURST,
    RESPONSE_URL_USES,
    TIERS,
    RateLimits,
    Response,
    ResponseUrls,
    Triggers,
)

HERE = Response(user="U0ALICE", channel="C0GENERAL")


def refusal(error: pytest.ExceptionInfo[SlackError]) -> str:
    return error.value.code


def test_use_names_the_person_when_a_trigger_is_fresh() -> None:
    """A trigger belongs to whoever clicked."""
    triggers = Triggers(Clock())
    assert triggers.use(triggers.issue("U0BOB")) == "U0BOB"


def test_use_refuses_when_a_trigger_was_used() -> None:
    """A trigger opens one view."""
    triggers = Triggers(Clock())
    trigger = triggers.issue("U0BOB")
    triggers.use(trigger)
    with pytest.raises(SlackError) as error:
        triggers.use(trigger)
    assert refusal(error) == "exchanged_trigger_id"


def test_use_refuses_when_a_trigger_is_older_than_three_seconds() -> None:
    """A trigger lives three seconds."""
    clock = Clock()
    triggers = Triggers(clock)
    trigger = triggers.issue("U0BOB")
    clock.advance(3.1)
    with pytest.raises(SlackError) as error:
        triggers.use(trigger)
    assert refusal(error) == "expired_trigger_id"


def test_use_refuses_when_a_trigger_was_never_issued() -> None:
    """Nobody can make up a trigger."""
    with pytest.raises(SlackError) as error:
        Triggers(Clock()).use("1.2.made-up")
    assert refusal(error) == "invalid_trigger_id"


def test_use_refuses_a_response_url_when_used_five_times() -> None:
    """A response_url takes five answers."""
    urls = ResponseUrls(Clock())
    path = urls.issue(HERE)
    assert [urls.use(path).user for _ in range(RESPONSE_URL_USES)] == ["U0ALICE"] * 5
    with pytest.raises(SlackError) as error:
        urls.use(path)
    assert refusal(error) == "used_url"


def test_use_refuses_a_response_url_when_thirty_minutes_have_passed() -> None:
    """A response_url lives thirty minutes."""
    clock = Clock()
    urls = ResponseUrls(clock)
    path = urls.issue(HERE)
    clock.advance(29 * 60)
    urls.use(path)
    clock.advance(61)
    with pytest.raises(SlackError) as error:
        urls.use(path)
    assert refusal(error) == "expired_url"


def test_count_call_says_when_to_come_back_when_a_tier_is_used_up() -> None:
    """A tier counts calls per minute and method, and Retry-After is the rest of that minute."""
    clock = Clock()
    rates = RateLimits(clock)
    for _ in range(TIERS["t2"]):
        rates.count_call("users.list", "t2")
    with pytest.raises(RateLimitedError) as error:
        rates.count_call("users.list", "t2")
    assert 1 <= error.value.seconds <= 60
    rates.count_call("usergroups.list", "t2")
    clock.advance(error.value.seconds)
    rates.count_call("users.list", "t2")


def test_count_post_slows_down_when_a_burst_is_over() -> None:
    """After a burst a channel takes one message per second."""
    clock = Clock()
    rates = RateLimits(clock)
    for _ in range(POST_BURST):
        rates.count_post("C0APPROVE")
    with pytest.raises(RateLimitedError):
        rates.count_post("C0APPROVE")
    rates.count_post("C0GENERAL")
    clock.advance(1.0)
    rates.count_post("C0APPROVE")


def test_count_never_refuses_when_limits_are_off() -> None:
    """For measurements there are no limits."""
    rates = RateLimits(Clock(), {})
    for _ in range(1_000):
        rates.count_call("chat.postMessage", "t5")
        rates.count_post("C0APPROVE")


def test_faults_strike_once_each_when_ordered() -> None:
    """A fault that was ordered for one call strikes that method, once, in order."""
    faults = Faults()
    faults.change({"errors": {"chat.update": ["message_not_found"]}, "lost_acks": 1})
    faults.raise_for("chat.postMessage")
    with pytest.raises(SlackError):
        faults.raise_for("chat.update")
    faults.raise_for("chat.update")
    assert (faults.takes_ack(), faults.takes_ack()) == (True, False)


def test_faults_refuse_when_a_fault_does_not_exist() -> None:
    """A misspelt fault is an error, not silence."""
    with pytest.raises(ValueError, match="lost_ack"):
        Faults().change({"lost_ack": 1})


def test_clear_takes_all_faults_away_when_some_were_set() -> None:
    """Everything works again."""
    faults = Faults()
    faults.change({"down": True, "lost_answers": 2, "retry_after": {"chat.update": [1]}})
    faults.clear()
    assert faults == Faults()


def test_ts_never_repeats_when_asked_quickly() -> None:
    """A ts names one message."""
    clock = Clock()
    stamps = [clock.ts() for _ in range(1_000)]
    assert len(set(stamps)) == 1_000
    assert stamps == sorted(stamps)


def test_advance_refuses_when_time_would_run_back() -> None:
    """Time only moves forward."""
    with pytest.raises(ValueError, match="backwards"):
        Clock().advance(-1)
