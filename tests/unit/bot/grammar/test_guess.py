"""No command is offered in place of a word that means its opposite (law 9: what was typed)."""

import pytest

from bot.grammar.line import Verb
from bot.grammar.parse import Mistake, parse

REQUEST = "k7q2m9x4t1bd"
LIKER_ANOTHER = "requesst"
"""It is liker "request", which asks for access."""


def offered(typed: str) -> tuple[str, ...]:
    """Return the lines that are offered in place of what was typed."""
    said = parse(typed)
    assert isinstance(said, Mistake)
    return said.lines


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("end {}", "revoke {}"),
        ("block prod because x", 'freeze prod --reason "x"'),
        ("lock prod because x", 'freeze prod --reason "x"'),
        ("free prod", "thaw prod"),
        ("unlock prod", "thaw prod"),
        ("increase {} 30m", "extend {} 30m"),
        ("decrease {} 30m", "shorten {} 30m"),
        ("allow {}", "approve {}"),
        ("veto {} because x", 'deny {} --reason "x"'),
        ("withdraw {}", "cancel {}"),
        ("unapproved {}", "deny {}"),
        ("un-freeze prod", "thaw prod"),
    ],
)
def test_what_people_call_a_command_is_understood_by_its_meaning(typed: str, line: str) -> None:
    """By their letters most of these are like the opposite."""
    assert offered(typed.format(REQUEST)) == (line.format(REQUEST),)


@pytest.mark.parametrize(
    "word",
    [
        *("restore", "start", "restart", "reset", "recover", "stop", "undo", "refresh", "exit"),
        *("reopen", "delete", "grant", "hold", "forbid", "expire", "unrevoke", "unreleased"),
        *("un-revoked", "deapprove", "non-release", "defreeze", "unrequest", "uncancel"),
        *("no-revoke", "dont-revoke", "stop-revoke", "no-release", "dont-extend", "stop-freeze"),
        *("dont-cancel", "no-deny", "don't-revoke", "stop-release"),
        *("look", "use", "send", "lend", "move", "resolve", "cease", "restrict", "each", "unable"),
    ],
)
def test_no_command_is_offered_for_what_none_does(word: str) -> None:
    """Letters alone would take "restore" for "revoke" and "stop" for "to"."""
    assert offered(f"{word} {REQUEST}") == ("help",)


@pytest.mark.parametrize("verb", [verb for verb in Verb if len(verb) > 3])
def test_a_slip_is_still_understood(verb: Verb) -> None:
    """A letter that is missing, doubled, or in its neighbour's place."""
    slips = [
        typed
        for at in range(1, len(verb) - 1)
        for typed in (
            verb[:at] + verb[at + 1 :],
            verb[:at] + verb[at] + verb[at:],
            verb[:at] + verb[at + 1] + verb[at] + verb[at + 2 :],
        )
        if typed not in {*Verb, LIKER_ANOTHER}
    ]
    for typed in slips:
        said = parse(f"{typed} {REQUEST}")
        assert isinstance(said, Mistake)
        assert f"did you mean “{verb}”?" in said.problems[0], typed
