"""Commands that concern many say exactly whom; whatever does not is never guessed."""

import pytest

from bot.grammar.line import Line, Verb, write
from bot.grammar.parse import Mistake, parse


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
        ("freeze all clusters because INC-42", ()),
        ("freeze everything on prod because INC-42", ("prod",)),
        ("freeze prod, dev because INC-42", ("prod", "dev")),
        ("freeze prod,dev and test because INC-42", ("prod", "dev", "test")),
        ("freeze prod \uff0cdev、test & qa because INC-42", ("prod", "dev", "test", "qa")),
        ('freeze "prod","dev" because INC-42', ("prod", "dev")),
        ("revoke everything on prod", ("all", "on", "prod")),
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
    assert line.revokes_all == (line.verb is Verb.REVOKE)
    assert parse(write(line)) == line


@pytest.mark.parametrize(
    ("typed", "line", "said"),
    [
        ("revoke all prod", "revoke all on prod", "takes “on CLUSTER” or “of @PERSON”"),
        ("revoke all <@U0BOB>", "revoke all on U0BOB", "takes “on CLUSTER”"),
        ("revoke all <@U0B0B12>", "revoke all of U0B0B12", "takes “on CLUSTER”"),
        ("revoke all bob@example.com", "revoke all of bob@example.com", "takes “on CLUSTER”"),
        ("revoke all on", "revoke all on CLUSTER", "takes “on CLUSTER”"),
        ("revoke all of", "revoke all of PERSON", "takes “on CLUSTER”"),
        (
            "revoke all on prod, dev -r x",
            'revoke all on prod --reason "x"\nrevoke all on dev --reason "x"',
            "takes “on CLUSTER”",
        ),
        ("revoke all on prod of bob", "", "takes “on CLUSTER”"),
        ('revoke all on ""', "revoke all on CLUSTER", "takes “on CLUSTER”"),
        ('revoke all of ""', "revoke all of PERSON", "takes “on CLUSTER”"),
        ("revoke x y", "", "“y” is too much"),
        (
            "revoke 000000000001 000000000002",
            "revoke 000000000001\nrevoke 000000000002",
            "“000000000002” is too much",
        ),
        ("revoke all on prod debug", "", "takes “on CLUSTER”"),
        ("revoke all of a@example.com debug", "", "takes “on CLUSTER”"),
        ("revoke all a@example.com prod", "", "takes “on CLUSTER”"),
        ("freeze prod for 1h because x", "", "no length and no time"),
        ("freeze prod at 17:00 because x", "", "no length and no time"),
        ("thaw prod in 30m", "", "no length and no time"),
        ("freeze all prod because x", "", "“all” and names do not go together"),
        ("freeze prod", 'freeze prod --reason "…"', "Why?"),
        ("freeze prod because \u0301", 'freeze prod --reason "…"', "Why?"),
        ('freeze because "…"', 'freeze --reason "…"', "Put your own words"),
        ("thaw prod --duration 1h", "", "takes no --duration"),
        ("thaw on", "", "On which cluster?"),
        ("thaw everything on", "", "On which cluster?"),
        ("freeze on, because x", "", "On which cluster?"),
        ("freeze , because x", "", "On which cluster?"),
        ("thaw ,", "", "On which cluster?"),
        ("thaw .", "", "On which cluster?"),
        ("thaw `", "", "On which cluster?"),
        ("thaw and because x", "", "On which cluster?"),
        ('thaw ""', "", "On which cluster?"),
    ],
)
def test_parse_never_guesses_whom_a_command_for_many_concerns(
    typed: str, line: str, said: str
) -> None:
    """What is not said clearly ends nothing and stops nothing."""
    read = parse(typed)
    assert isinstance(read, Mistake)
    assert "\n".join(read.lines) == line
    assert said in read.problems[0]


@pytest.mark.parametrize(
    "typed",
    [
        "revoke all except prod because x",
        "revoke all but <@U0B0B12>",
        "revoke k7q2m9x4t1bd not k7q2m9x4t1be",
        "freeze except dev because x",
        "freeze prod not dev because x",
        "thaw not prod",
        "release k7q2m9x4t1bd without k7q2m9x4t1bd-2",
        "cancel not k7q2m9x4t1bd",
    ],
)
def test_parse_offers_nothing_where_something_is_left_out(typed: str) -> None:
    """No line says “all but one”: whatever was offered would do what was not meant."""
    read = parse(typed)
    assert isinstance(read, Mistake), read
    assert read.lines == ()
    assert "leaves anything out" in read.problems[0]


def test_parse_takes_a_quoted_word_for_a_name() -> None:
    """A cluster may be called so."""
    read = parse('freeze "but" because x')
    assert isinstance(read, Line), read
    assert read.words == ("but",)
