"""What stands in place of an id and is none does not mean the only thing that there is."""

import pytest

from bot.grammar.line import Verb
from bot.grammar.parse import Mistake, parse


@pytest.mark.parametrize("blank", [",", ".", ";", "，", "`", "``", "and", "&", '""', "“ ”"])  # noqa: RUF001
@pytest.mark.parametrize("typed", ["release {}", "cancel {}", "extend {} 30m", "shorten {} 30m"])
def test_punctuation_alone_is_no_id(typed: str, blank: str) -> None:
    """`release ,` ended the only lease; no line is offered, for nobody knows which was meant."""
    read = parse(typed.format(blank))
    assert isinstance(read, Mistake)
    assert read.problems[0].startswith("Which one? After “")
    assert read.lines == ()


def test_punctuation_alone_denies_nothing() -> None:
    """The only request that waits may be another."""
    assert isinstance(parse("deny , because no"), Mistake)
    assert isinstance(parse('release "'), Mistake)


@pytest.mark.parametrize("typed", ["extend 30m .", "extend 30m ,"])
def test_punctuation_after_a_length_may_have_been_an_id(typed: str) -> None:
    """It is not left out either."""
    assert isinstance(parse(typed), Mistake)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("release", ()),
        ("release -", ("-",)),
        ("revoke -", ("-",)),
        ("extend - 30m", ("-",)),
        ("extend 1 hour and 30 minutes", ()),
        ("deny because a , b", ()),
        ("release k7q2m9x4t1bd .", ("k7q2m9x4t1bd",)),
    ],
)
def test_what_is_an_id_or_none_was_typed_is_read_as_before(
    typed: str, words: tuple[str, ...]
) -> None:
    """A dash is a word that no lease has for an id; “and” is a part of a length."""
    read = parse(typed)
    assert not isinstance(read, Mistake)
    assert read.verb is Verb(typed.split(maxsplit=1)[0])
    assert read.words == words
