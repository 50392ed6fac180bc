"""Every line that we print is read back as what it says."""

from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.grammar.line import ANY_NUMBER, GRAMMAR, KEYWORDS, Flag, Line, Verb, write
from bot.grammar.parse import UNSAID, parse
from bot.grammar.tokenizer import tidy
from daypass.adapters.slack.text import escape
from daypass.domain.unseen import says_nothing

MANY = {"all", "on", "of", "everything", "everywhere", "?"}
WORDS = (
    st.text(min_size=1)
    .map(tidy)
    .filter(lambda word: word.strip(".,;") != "" and word.lower() not in MANY)
)
NAMES = st.from_regex(r"[a-z0-9][a-z0-9.-]{0,20}", fullmatch=True)
REASONS = st.text().map(tidy).filter(lambda text: text not in UNSAID and text != "")


@st.composite
def lines(draw: st.DrawFn) -> Line:
    """Any line that can be typed."""
    verb = draw(st.sampled_from([verb for verb in Verb if verb is not Verb.HELP]))
    grammar = GRAMMAR[verb]
    most = 3 if grammar.most == ANY_NUMBER else grammar.most
    fewest = grammar.least if grammar.needed else 0
    words = draw(st.lists(WORDS, min_size=fewest, max_size=most, unique=True))
    names = st.lists(NAMES, max_size=3, unique=True)
    levels = st.lists(NAMES, min_size=1, max_size=3, unique=True)
    seconds = st.integers(1, 31_536_000)
    has = grammar.flags.__contains__
    checks = has(Flag.CHECK) and draw(st.booleans())
    cluster = draw(NAMES) if verb is Verb.CAN_I or checks else ""
    return Line(
        verb=verb,
        words=tuple(words),
        levels=tuple(draw(levels)) if has(Flag.GROUP) else (),
        namespaces=tuple(draw(names))[: 1 if verb is Verb.CAN_I else 3]
        if has(Flag.NAMESPACE)
        else (),
        duration=timedelta(seconds=draw(seconds)) if has(Flag.DURATION) else None,
        reason=draw(_reason_of(verb)) if has(Flag.REASON) else "",
        kind=draw(NAMES) if has(Flag.KIND) else "",
        page=draw(st.integers(1, 999_999)) if has(Flag.PAGE) else 1,
        cluster=cluster,
        checks=checks,
        person=draw(NAMES) if has(Flag.PERSON) else "",
        part=draw(NAMES) if has(Flag.PART) else "",
    )


def _reason_of(verb: Verb) -> st.SearchStrategy[str]:
    if verb is Verb.FREEZE:  # There one is needed that can be read.
        return REASONS.filter(lambda text: not says_nothing(text))
    return REASONS | st.just("")


@example(Line(verb=Verb.DENY, words=("k7q2m9x4t1bd",), reason=";"))
@example(Line(verb=Verb.FREEZE, words=("at", "In"), reason="INC-42"))
@example(Line(verb=Verb.WHO, words=("on", "now", "in", "as")))
@example(Line(verb=Verb.CAN_I, words=("i", "pods")))
@example(Line(verb=Verb.DISCOVER, words=("prod", "what?"), page=2))
@given(lines())
def test_parse_reads_back_what_write_writes(line: Line) -> None:
    """Every line that we print can be copied, sent through Slack and understood."""
    assert parse(escape(write(line))) == line


@pytest.mark.parametrize("word", [*KEYWORDS, "two words", "—dash", "'quoted'"])
def test_write_quotes_words_that_would_mean_something_else(word: str) -> None:
    """A cluster called `for` is still a cluster."""
    line = Line(verb=Verb.TO, words=(word,), levels=("a",))
    assert parse(write(line)) == line
