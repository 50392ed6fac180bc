"""A word that held the rest to a limit is never lost on the way to the line that is offered."""

import pytest

from bot.grammar.line import Line, write
from bot.grammar.parse import Mistake, parse


@pytest.mark.parametrize(
    "typed",
    [
        *(f"approve k7q2m9x4t1bd {rest}" for rest in ("only debug", "just debug", "debug")),
        "approve k7q2m9x4t1bd max 1h",
        *(f"{verb} k7q2m9x4t1bd to 30m" for verb in ("shorten", "extend")),
        *(f"{verb} k7q2m9x4t1bd until 30m" for verb in ("shorten", "extend")),
        "approve debug of k7q2m9x4t1bd",
        "approve k7q2m9x4t1bd up to 30m",
        "extend k7q2m9x4t1bd at most 30m",
        "extend k7q2m9x4t1bd only debug 30m",
        "revoke k7q2m9x4t1bd only debug",
        "release just k7q2m9x4t1bd",
        "to prod only debug",
    ],
)
def test_parse_offers_no_line_that_does_more_than_was_typed(typed: str) -> None:
    """What held the rest to a limit, or may have named a part of it, is left out of no line."""
    read = parse(typed)
    assert isinstance(read, Mistake)
    assert read.lines == ()


def test_parse_takes_a_name_that_is_a_limit_in_quotes() -> None:
    """Quoted, a word means what it says, and so it is written."""
    for name in ("max", "only", "to"):
        line = parse(f'to "{name}" --k8sGroup=debug because x')
        assert isinstance(line, Line)
        assert line.words == (name,)
        assert parse(write(line)) == line
