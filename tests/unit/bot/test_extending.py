"""`extend` and `shorten` as people type and click them, and what they are answered."""

from datetime import timedelta
from typing import Any

import pytest

from bot.grammar.correct import corrected
from bot.grammar.line import Line, Verb, write
from bot.grammar.parse import Mistake, parse
from daypass.adapters.slack import actions as act
from daypass.domain import reasons as no
from daypass.domain.ids import LeaseId
from daypass.domain.lease import Lease
from tests.builders import World
from tests.unit.bot.stage import Stage
from tests.unit.usecases.scenes import work

HOUR = timedelta(hours=1)
MORE = Line(verb=Verb.EXTEND, words=("k7q2m9x4t1bd",), duration=HOUR / 2)
LESS = Line(verb=Verb.SHORTEN, words=("k7q2m9x4t1bd-1",), duration=HOUR / 2)


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("extend k7q2m9x4t1bd 30m", MORE),
        ("extend k7q2m9x4t1bd 30 minutes", MORE),
        ("extend k7q2m9x4t1bd by 30m", MORE),
        ("extend 30m k7q2m9x4t1bd", MORE),
        ("extend by 30 minutes k7q2m9x4t1bd", MORE),
        (
            "extend 30m 000000000001",
            Line(verb=Verb.EXTEND, words=("000000000001",), duration=HOUR / 2),
        ),
        ("extend 000000000001", Line(verb=Verb.EXTEND, words=("000000000001",))),
        ("shorten 30m k7q2m9x4t1bd-1", LESS),
        ("extend k7q2m9x4t1bd for 30m", MORE),
        ("extend k7q2m9x4t1bd --duration 30m", MORE),
        ("EXTEND k7q2m9x4t1bd another 30m", MORE),
        ("extend 30m", Line(verb=Verb.EXTEND, duration=HOUR / 2)),
        ("extend 1 hour and 30 minutes", Line(verb=Verb.EXTEND, duration=3 * HOUR / 2)),
        ("extend", Line(verb=Verb.EXTEND)),
        ("extend k7q2m9x4t1bd", Line(verb=Verb.EXTEND, words=("k7q2m9x4t1bd",))),
        ("extend nonsense 30m", Line(verb=Verb.EXTEND, words=("nonsense",), duration=HOUR / 2)),
        (
            "extend 30m because still broken",
            Line(verb=Verb.EXTEND, duration=HOUR / 2, reason="still broken"),
        ),
        ("shorten k7q2m9x4t1bd-1 30m", LESS),
        ("shorten k7q2m9x4t1bd-1 by 30m", LESS),
        ("shorten 30m -r done", Line(verb=Verb.SHORTEN, duration=HOUR / 2, reason="done")),
    ],
)
def test_parse_reads_a_length_where_people_say_it(typed: str, line: Line) -> None:
    """After the id, alone, in several words or with a flag: all mean the same."""
    assert parse(typed) == line
    assert parse(write(line)) == line


@pytest.mark.parametrize(
    ("typed", "said", "right"),
    [
        ("extend k7q2m9x4t1bd -5m", "“-5m” is not a duration", "extend k7q2m9x4t1bd 5m"),
        ("extend —5m", "“—5m” is not a duration", "extend 5m"),
        ("extend 0m", "not longer than zero", "extend"),
        ("extend k7q2m9x4t1bd soon", "“soon” is not a duration", "extend k7q2m9x4t1bd"),
        (
            "extend Tomorrow k7q2m9x4t1bd because x",
            "“Tomorrow” is not a duration",
            'extend k7q2m9x4t1bd --reason "x"',
        ),
        ("extend k7q2m9x4t1bd debug soon", "“debug” is too much", ""),
        ("shorten k7q2m9x4t1bd soon", "“soon” is", "shorten k7q2m9x4t1bd --duration DURATION"),
        ("extend 90", "“90” is not a duration", "extend 1h30m"),
        ("extend 30m for 1h", "more than once: “1h” and “30m”", ""),
        ("extend a b 30m", "“b” is too much", ""),
        (
            "extend k7q2m9x4t1bd k7q2m9x4t1bc-2 30m",
            "“k7q2m9x4t1bc-2” is too much",
            "extend k7q2m9x4t1bd 30m\nextend k7q2m9x4t1bc-2 30m",
        ),
        ("shorten", "How much is to be taken off its end?", "shorten --duration DURATION"),
        ("shorten k7q2m9x4t1bd", "How much", "shorten k7q2m9x4t1bd --duration DURATION"),
        (
            "shorten k7q2m9x4t1bd 0m",
            "not longer than zero",
            "shorten k7q2m9x4t1bd --duration DURATION",
        ),
        ("extend -5 minutes k7q2m9x4t1bd", "“-5 minutes” is not", "extend k7q2m9x4t1bd 5m"),
        ("shorten 90 000000000001", "“90” is not a", "shorten 000000000001 1h30m"),
    ],
)
def test_parse_names_what_is_wrong_with_a_length(typed: str, said: str, right: str) -> None:
    """The line to type stands beside what was wrong with the one that was typed."""
    read = parse(typed)
    assert isinstance(read, Mistake)
    assert said in " ".join(read.problems)
    assert "\n".join(read.lines) == right


@pytest.mark.parametrize(
    ("reason", "line"),
    [
        (
            no.TooLongInAll(lease="x", total=5 * HOUR, most=4 * HOUR, left=HOUR / 4),
            "extend k7q2m9x4t1bd 15m",
        ),
        (no.TooLongInAll(lease="x", total=5 * HOUR, most=HOUR, left=timedelta(0)), None),
        (
            no.DurationTooLong(asked=HOUR / 2, most=HOUR / 6, workflow="w"),
            "extend k7q2m9x4t1bd 10m",
        ),
        (no.BeingExtended(lease="x"), None),
    ],
)
def test_corrected_asks_for_what_is_left(reason: no.Reason, line: str | None) -> None:
    """A line that would be refused again is not offered."""
    assert corrected(MORE, (reason,)) == line


def held(stage: Stage) -> LeaseId:
    """Let alice hold something on prod; return its lease."""
    request = stage.pending()
    stage.click("bob", act.APPROVE, request)
    work(stage.world)
    return LeaseId(f"{request}-1")


def lease_now(world: World, lease: LeaseId) -> Lease:
    """Return a lease as stored."""
    found = world.store.lease(lease)
    assert found is not None
    return found


def test_extend_answers_until_when_and_that_nothing_breaks(stage: Stage) -> None:
    """What is free is being made so at once; nobody has to connect anew."""
    lease = held(stage)
    said = stage.say("alice", "extend 30m")
    assert "Extending" in said
    assert "No reconnect is needed" in said
    assert lease_now(stage.world, lease).extension is not None


def test_extend_answers_who_is_asked_when_it_is_more_than_free(stage: Stage) -> None:
    """The id of the new request, who could say yes, and how to take it back."""
    lease = held(stage)
    said = stage.say("alice", f"extend {lease} 4h --reason 'still broken'")
    (request,) = stage.world.store.pending()
    for part in ("you asked for 4h more", "team:sre (bob, dan)", request.id, "cancel"):
        assert part in said
    assert request.ask.reason == "still broken"
    assert f"Lease {lease} is being extended" not in stage.click("bob", act.APPROVE, request.id)
    assert lease_now(stage.world, lease).extension is not None


def test_button_extends_by_half_an_hour(stage: Stage) -> None:
    """The button carries the lease and nothing else (law 9)."""
    lease = held(stage)
    assert "Extending" in stage.click("alice", act.EXTEND, lease)
    extension = lease_now(stage.world, lease).extension
    assert extension is not None
    assert extension.length == HOUR / 2


def test_button_of_somebody_else_is_refused(stage: Stage) -> None:
    """Whoever sees the button may not press it for another (law 5)."""
    lease = held(stage)
    assert "You may not extend" in stage.click("bob", act.EXTEND, lease)
    assert lease_now(stage.world, lease).extensions == ()


def test_shorten_answers_when_it_ends_now(stage: Stage) -> None:
    """Less time counts at once."""
    lease = held(stage)
    before: Any = lease_now(stage.world, lease).ends_at
    assert "Shortened" in stage.say("bob", f"shorten {lease} 5m")
    assert lease_now(stage.world, lease).ends_at == before - timedelta(minutes=5)


@pytest.mark.parametrize(
    ("typed", "said", "right"),
    [
        ("extend {} 5h", "gives at most 4h", "extend {} 4h"),
        ("extend nonsense 5m", "no request or lease “nonsense”", ""),
        ("shorten {} 9h", "“release” for its holder", ""),
        ("shorten 5m --duration soon", "“soon” is not a duration", ""),
    ],
)
def test_answers_with_reason_and_corrected_line(
    stage: Stage, typed: str, said: str, right: str
) -> None:
    """Bad input gets a clear answer, and the lease is as it was."""
    lease = held(stage)
    before = lease_now(stage.world, lease)
    answer = stage.say("alice", typed.format(lease))
    assert said in answer
    assert right.format(lease) in answer
    assert lease_now(stage.world, lease) == before
