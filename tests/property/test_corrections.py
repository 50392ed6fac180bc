"""One mistake in a line costs nobody what was right in it."""

from dataclasses import dataclass
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.grammar.correct import corrected
from bot.grammar.line import ANY_NUMBER, GRAMMAR, LOOKS, Flag, Line, Verb
from bot.grammar.parse import Mistake, parse
from bot.grammar.reading import LENGTH, LEVEL
from daypass.domain.reasons import UnknownCluster, UnknownLevel

HOLES = {LEVEL, LENGTH, "CLUSTER", "ID", "NAMESPACE", "PERSON", "…"}
NAMES = st.from_regex(r"[a-z]{3}-[a-z]{2,6}", fullmatch=True)
IDS = st.from_regex(r"[0-9a-hjkmnp-tv-z]{11}z(-[1-9])?", fullmatch=True)
REASONS = st.from_regex(r"INC-[0-9]{1,4}( [a-z]{3,8}){0,3}", fullmatch=True)
EQUAL = "=＝ "  # noqa: RUF001 - On purpose.
LENGTHS = st.sampled_from(["30m", "90m", "1h30m", "2h", "PT1H", "45s"])
COMMAS = st.sampled_from([" ", ", ", ",", " , ", " and ", "，"])  # noqa: RUF001 - On purpose.
EQUALS = st.sampled_from(["=", " ", " = ", "= ", " =", "＝"])  # noqa: RUF001 - On purpose.
DASHES = st.sampled_from(["--", "—", "–", "－－"])  # noqa: RUF001 - On purpose.
CHANGING = [verb for verb in Verb if verb not in LOOKS]
WHOLE = {Verb.FREEZE, Verb.THAW}


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A right command in pieces, each as somebody types it, and the words that matter in it."""

    verb: Verb
    names: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()

    def text(self, *more: str) -> str:
        """Return it as one line, with `more` between the words and the flags."""
        return " ".join([self.verb, *self.names, *more, *self.flags])


@st.composite
def commands(draw: st.DrawFn, verbs: list[Verb] = CHANGING) -> Typed:
    """Any right command, in any of the spellings that are understood."""
    verb = draw(st.sampled_from(verbs))
    grammar = GRAMMAR[verb]
    many = 3 if grammar.most == ANY_NUMBER else 1
    one = NAMES if grammar.word == "CLUSTER" else IDS
    names = draw(st.lists(one, min_size=1, max_size=many, unique=True))
    said: list[tuple[Flag, str]] = []
    if Flag.GROUP in grammar.flags:
        said += [(Flag.GROUP, one) for one in draw(st.lists(NAMES, min_size=1, max_size=2))]
    if Flag.NAMESPACE in grammar.flags:
        said += [(Flag.NAMESPACE, one) for one in draw(st.lists(NAMES, max_size=2))]
    if Flag.DURATION in grammar.flags:
        said.append((Flag.DURATION, draw(LENGTHS)))
    reason = draw(REASONS) if Flag.REASON in grammar.flags else ""
    flags = [draw(DASHES) + flag.strip("-") + draw(EQUALS) + value for flag, value in said]
    # An unquoted reason goes on to the next flag, so it comes last.
    flags += [f"because {reason}"] if reason else []
    values = [value for _, value in said]
    return Typed(
        verb=verb,
        names=(draw(COMMAS).join(names),),
        flags=tuple(flags),
        kept=(*names, *values, *([reason] if reason else [])),
    )


def words_of(text: str) -> set[str]:
    """Return the words of a line without what sets them off."""
    for mark in '=,"':
        text = text.replace(mark, " ")
    return set(text.split())


def must_be_right(typed: Typed, read: Mistake) -> None:
    """Every line that is offered is right, and together they hold each word that was typed."""
    for line in read.lines:
        again = parse(line)
        holes = HOLES & words_of(line)
        assert isinstance(again, Line) or holes, (typed, line, again)
        assert again.verb is typed.verb if isinstance(again, Line) else True
    kept = {word for one in typed.kept for word in one.split()}
    assert kept <= words_of(" ".join(read.lines)), (typed, read)


@given(commands())
def test_right_command_is_understood_in_every_spelling(typed: Typed) -> None:
    """Kinds of dashes, equals signs with spaces, commas and “and” between names: no mistakes."""
    read = parse(typed.text())
    assert isinstance(read, Line), (typed, read)
    said = (*read.words, *read.levels, *read.namespaces, read.length, read.reason)
    assert set(typed.kept) <= set(said)


@given(commands(), st.sampled_from("abcdefgh"))
def test_misspelt_verb_costs_nothing(typed: Typed, letter: str) -> None:
    """Whatever else was said stands in the line with the right verb."""
    text = typed.text().replace(typed.verb, typed.verb + letter, 1)
    read = parse(text)
    assert isinstance(read, Mistake)
    if read.lines[0].split()[0] == typed.verb:
        must_be_right(typed, read)


@given(commands([verb for verb in CHANGING if GRAMMAR[verb].most == 1]), IDS)
def test_name_too_many_costs_nothing(typed: Typed, more: str) -> None:
    """Each name has its line, and each line has everything else that was said."""
    read = parse(typed.text(f", {more}"))
    assert isinstance(read, Mistake)
    assert len(read.lines) == 2
    rest = [{word for one in typed.kept[1:] for word in one.split()} for _ in read.lines]
    for line, kept in zip(read.lines, rest, strict=True):
        assert kept <= words_of(line)
    assert {more, typed.kept[0]} <= words_of(" ".join(read.lines))
    must_be_right(typed, read)


@given(commands([verb for verb in CHANGING if Flag.DURATION in GRAMMAR[verb].flags]))
def test_length_that_is_none_costs_nothing_and_none_is_invented(typed: Typed) -> None:
    """A placeholder stands where it was, for only the person knows; one that extends needs none."""
    lengths = [one for one in typed.flags if Flag.DURATION.strip("-") in one]
    flags = tuple("--duration soon" if one in lengths else one for one in typed.flags)
    read = parse(Typed(verb=typed.verb, names=typed.names, flags=flags).text())
    assert isinstance(read, Mistake)
    placeholder = "" if typed.verb == Verb.EXTEND else f"{Flag.DURATION} {LENGTH}"
    assert all(placeholder in line for line in read.lines)
    said = {flag.split("duration")[-1].strip(EQUAL) for flag in lengths}
    kept = tuple(one for one in typed.kept if one not in said)
    must_be_right(Typed(verb=typed.verb, kept=kept), read)


@given(commands(), st.sampled_from(["--read-only", "--zzz=1", "—dry-run", "--zzz soon"]))
def test_unknown_flag_may_have_been_a_limit(typed: Typed, flag: str) -> None:
    """No line is offered that would do more than was typed; what is wrong is said."""
    read = parse(" ".join([typed.verb, flag, *typed.names, *typed.flags]))
    assert isinstance(read, Mistake)
    assert read.lines == ()
    assert "There is no flag" in read.problems[0]


@given(commands(), st.sampled_from(["--k8sgrup", "--durationn", "--namespase", "--raeson"]))
def test_misspelt_flag_costs_nothing(typed: Typed, flag: str) -> None:
    """Its value goes to the flag that was meant; where the verb has none, no line is offered."""
    more = f"{flag} 30m" if "duration" in flag else f"{flag} abc-def"
    read = parse(typed.text(more))
    assert isinstance(read, Mistake)
    if read.lines:
        must_be_right(typed, read)


@given(commands([Verb.TO, Verb.FREEZE, Verb.THAW]), st.data())
def test_refused_name_costs_no_other(typed: Typed, data: st.DataObject) -> None:
    """A cluster or level that there is not is exchanged for the nearest; all others stand."""
    line = parse(typed.text())
    assert isinstance(line, Line)
    reason, wrong = data.draw(
        st.sampled_from(
            [
                *((UnknownCluster(name=one, nearest=(f"{one}x",)), one) for one in line.words),
                *((UnknownLevel(name=one, nearest=(f"{one}x",)), one) for one in line.levels),
            ]
        )
    )
    better = corrected(line, (reason,))
    assert better is not None
    names = {*typed.kept} - {wrong} | {f"{wrong}x"}
    assert {word for one in names for word in one.split()} <= words_of(better)
    assert isinstance(parse(better), Line)


@given(commands([Verb.FREEZE, Verb.THAW]), st.data())
def test_unknown_cluster_never_widens_nor_drops_a_known_one(
    typed: Typed, data: st.DataObject
) -> None:
    """One that is like no other is left out beside others; alone, it never becomes all of them."""
    line = parse(typed.text())
    assert isinstance(line, Line)
    unknown = data.draw(st.sampled_from(line.words))
    better = corrected(line, (UnknownCluster(name=unknown, nearest=()),))
    if len(line.words) == 1:
        assert better is None
        return
    again = parse(better or "")
    assert isinstance(again, Line)
    assert set(again.words) == set(line.words) - {unknown}
    assert again.reason == line.reason


def test_lines_of_lengths_say_what_was_typed() -> None:
    """A length is written back as it was typed, not as we would write it."""
    read = parse("to prod, dev -g debug -d 90m because INC-42")
    assert isinstance(read, Mistake)
    assert all("--duration 90m" in line for line in read.lines)
    line = parse("to prod -g debug -d 90m")
    assert isinstance(line, Line)
    assert line.duration == timedelta(minutes=90)
