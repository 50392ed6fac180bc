"""How people write lengths of time."""

from datetime import timedelta

import pytest

from daypass.domain.duration import DurationError, read_duration, write_duration


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("90m", 90),
        ("1h30m", 90),
        ("1h 30m", 90),
        ("1 hour and 30 minutes", 90),
        ("1h, 30min", 90),
        ("1.5h", 90),
        ("2 hours", 120),
        ("2 HRS", 120),
        ("PT1H", 60),
        ("pt1h30m", 90),
        ("P1D", 1440),
        ("P1W", 10_080),
        ("P1DT1H", 1500),
        ("1d", 1440),
        ("1 week", 10_080),
        ("3600s", 60),
        ("  45 min  ", 45),
    ],
)
def test_read_duration_understands_what_people_write(text: str, minutes: int) -> None:
    """Every usual way to write a length of time means that length."""
    assert read_duration(text) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "text",
    [
        *("", "soon", "h", "90", "1x", "-1h", "+1h", "1h-", "1h1h", "1e3m", "1h x", "h1", "1..5h"),
        *("P", "PT", "P1DT", "PT-1H", "P1Y", "1:30", "1h\n\n?", "٣ jours"),
    ],
)
def test_read_duration_refuses_with_examples_when_malformed(text: str) -> None:
    """What is no length of time is refused with ways to write one; a sign is malformed too."""
    with pytest.raises(DurationError, match="is not a duration; write 90m, 1h30m"):
        read_duration(text)


@pytest.mark.parametrize("text", ["0", "0m", "0h0m", "PT0S", "0.4s", "0.0h"])
def test_read_duration_refuses_when_nothing_is_left(text: str) -> None:
    """A duration is at least one second."""
    with pytest.raises(DurationError, match="write 90m"):
        read_duration(text)


@pytest.mark.parametrize("text", ["367d", "53 weeks", "999999999w", "P999999W"])
def test_read_duration_refuses_when_longer_than_a_year(text: str) -> None:
    """Nobody means more than a year."""
    with pytest.raises(DurationError, match="longer than a year"):
        read_duration(text)


def test_read_duration_drops_fractions_of_a_second() -> None:
    """Durations are whole seconds, as ends on a cluster are."""
    assert read_duration("1.9s") == timedelta(seconds=1)


@pytest.mark.parametrize(
    ("duration", "written"),
    [
        (timedelta(minutes=90), "1h30m"),
        (timedelta(days=2), "2d"),
        (timedelta(days=8, seconds=1), "8d1s"),
        (timedelta(0), "0s"),
    ],
)
def test_write_duration_takes_the_form_of_commands(duration: timedelta, written: str) -> None:
    """A written duration is short and has no empty parts."""
    assert write_duration(duration) == written
