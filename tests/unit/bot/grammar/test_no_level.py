"""Who says nothing of a level names none; what nobody understood is not nothing."""

import pytest

from bot.grammar.line import Line, Verb
from bot.grammar.parse import Mistake, parse


@pytest.mark.parametrize(
    "typed",
    [
        "to prod -n pay -d 1h -r x",
        "to prod for 1h --namespace pay because x",
        "to prod -n pay 1h -r x",
    ],
)
def test_parse_names_no_level_when_nothing_is_said_of_one(typed: str) -> None:
    """What is meant then is for the rules to say (ADR 0033)."""
    read = parse(typed)
    assert isinstance(read, Line)
    assert (read.verb, read.words, read.levels) == (Verb.TO, ("prod",), ())
    assert (read.namespaces, read.reason) == (("pay",), "x")


@pytest.mark.parametrize(
    "typed",
    [
        *(f"to prod {flag} -r x" for flag in ("-g \u200b", "-g .", "-g and", "-g", "--no-level")),
        *(f"to prod{word} -r x" for word in (" k8sGroup=", " level", " without level", ", debug")),
        "to prod -g -n payments -r x",
    ],
)
def test_parse_takes_no_slip_for_no_level(typed: str) -> None:
    """What somebody began to say of a level, or may have meant by one, is never the default."""
    read = parse(typed)
    assert isinstance(read, Mistake)
    assert all("--k8sGroup=" in line for line in read.lines)
