"""Commands that concern many say exactly whom; whatever does not is never guessed."""

import pytest

from bot.line import Line, Verb, write
from bot.parse import Mistake, parse


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("revoke all", ("all",)),
        ("REVOKE ALL because stolen", ("all",)),
        ("revoke all on prod", ("all", "on", "prod")),
        ("revoke all of <@U0BOB>", ("all", "of", "U0BOB")),
        ("revoke all OF <@U0BOB|bob> because stolen", ("all", "of", "U0BOB")),
        ("revoke all of bob@example.com", ("all", "of", "bob@example.com")),
        ("freeze because INC-42", ()),
        ("freeze on prod because INC-42", ("prod",)),
        ("freeze prod dev because INC-42", ("prod", "dev")),
        ("freeze everything because INC-42", ()),
        ("thaw", ()),
        ("thaw on prod", ("prod",)),
        ("thaw all because it is over", ()),
    ],
)
def test_parse_reads_whom_a_command_for_many_concerns(typed: str, words: tuple[str, ...]) -> None:
    """Everybody, a cluster, a person: a mention is an id, small words are no names."""
    line = parse(typed)
    assert isinstance(line, Line), line
    assert line.words == words
    assert line.panics == (line.verb is Verb.REVOKE)
    assert parse(write(line)) == line


@pytest.mark.parametrize(
    ("typed", "line", "said"),
    [
        ("revoke all prod", "revoke all on CLUSTER", "takes “on CLUSTER” or “of @PERSON”"),
        ("revoke all on", "revoke all on CLUSTER", "takes “on CLUSTER”"),
        ("revoke all on prod dev", "revoke all on CLUSTER", "takes “on CLUSTER”"),
        ("freeze prod", 'freeze prod --reason "…"', "Why?"),
        ('freeze because "…"', 'freeze --reason "…"', "Put your own words"),
        ("thaw prod --duration 1h", "thaw prod", "takes no --duration"),
    ],
)
def test_parse_never_guesses_whom_a_command_for_many_concerns(
    typed: str, line: str, said: str
) -> None:
    """What is not said clearly ends nothing and stops nothing."""
    read = parse(typed)
    assert isinstance(read, Mistake)
    assert read.line == line
    assert said in read.problems[0]
