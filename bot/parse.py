"""Text after the slash command → a line that was understood, or every mistake in it at once.

Knows the grammar only; whether a cluster exists or a level may be had is for the rule book.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from difflib import get_close_matches
from typing import Final

from bot.lengths import split
from bot.line import ALL, GRAMMAR, MOVES_END, Flag, Grammar, Line, Verb, write
from bot.pieces import Said, Stray, known, pieces
from bot.sweeping import ON, TAKES, clusters, everything, is_right
from bot.tokenizer import DASHES, Token, split_up, tidy, unescape
from daypass.domain.duration import DurationError, read_duration
from daypass.domain.reasons import HoldsSecret
from daypass.domain.secrets import secret_in, without_secrets

LEVEL: Final = "LEVEL"
UNSAID: Final = frozenset({"…", "...", "why you need it"})
"""What our own lines hold in place of a reason: never a reason itself."""
REASON: Final = "…"
USUAL: Final = timedelta(hours=1)
QUARTER: Final = timedelta(minutes=15)
_HELP: Final = frozenset({"?", "-?", "-h", "h", "help"})
_WHICH: Final = {
    Verb.TO: "Which cluster? Its name comes after “to”.",
    Verb.REVOKE: "Which request or lease? Its id comes after “revoke”.",
}
_EXAMPLES: Final = {Flag.GROUP: "=LEVEL", Flag.DURATION: " 1h", Flag.REASON: ' "…"'}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """Why a text is no command: plain sentences, and the line that would be right."""

    problems: tuple[str, ...]
    line: str


@dataclass(slots=True, kw_only=True)
class _Reading:
    """What was gathered so far, and what was wrong with it."""

    verb: Verb
    words: list[str] = field(default_factory=list)
    levels: list[str] = field(default_factory=list)
    namespaces: list[str] = field(default_factory=list)
    durations: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def grammar(self) -> Grammar:
        return GRAMMAR[self.verb]


def parse(text: str) -> Line | Mistake:
    """Read what stands after the slash command; nothing at all asks for help. Never raises."""
    typed = tidy(unescape(text))
    kind = secret_in(typed)
    return _without_secret(typed, kind) if kind else _read_text(typed)


def _without_secret(typed: str, kind: str) -> Mistake:
    """Refuse before anything is looked up, and show what was understood with a gap in it."""
    read = _read_text(without_secrets(typed, REASON))
    problems = (str(HoldsSecret(kind=kind)),)
    if isinstance(read, Line):
        return Mistake(problems=problems, line=_offered(read))
    return Mistake(problems=(*problems, *read.problems), line=read.line)


def _read_text(typed: str) -> Line | Mistake:
    tokens = split_up(typed)
    if not tokens or _asks_help(tokens[0]):
        return Line(verb=Verb.HELP)
    first, rest = tokens[0], tokens[1:]
    word = first.text.lower()
    if not first.flag and word in set(Verb):
        return _read(Verb(word), rest)
    return _no_verb(first, tokens)


def _asks_help(token: Token) -> bool:
    return token.flag.lower() in _HELP or token.text.lower() in _HELP


def _no_verb(first: Token, tokens: Sequence[Token]) -> Mistake:
    """Guess: a verb spelled wrong, or `to` left out; whatever else is wrong is said as well."""
    near = [] if first.flag else get_close_matches(first.text.lower(), list(Verb), n=1, cutoff=0.6)
    if not near and (any(known(token) for token in tokens)):
        guess, rest, hint = Verb.TO, tokens, "asking for access starts with “to”"
    elif near:
        guess, rest, hint = Verb(near[0]), tokens[1:], f"did you mean “{near[0]}”?"
    else:
        guess, rest, hint = Verb.HELP, [], f"there are {', '.join(Verb)}"
    read = _read(guess, rest)
    problem = f"“{first.raw[:80]}” is no command; {hint}" + ("" if hint.endswith("?") else ".")
    if isinstance(read, Line):
        return Mistake(problems=(problem,), line=_offered(read))
    return Mistake(problems=(problem, *read.problems), line=read.line)


def _read(verb: Verb, tokens: Sequence[Token]) -> Line | Mistake:
    reading = _gathered(verb, tokens)
    if verb in MOVES_END:
        _take_length(reading)
    line = Line(
        verb=verb,
        words=tuple(reading.words),
        levels=tuple(dict.fromkeys(reading.levels)),
        namespaces=tuple(dict.fromkeys(reading.namespaces)),
        duration=_duration(reading),
        reason=_one(Flag.REASON, reading.reasons, reading),
    )
    line = _complete(line, reading)
    if not reading.problems:
        return line
    return Mistake(problems=tuple(dict.fromkeys(reading.problems)), line=_offered(line))


def _take_length(reading: _Reading) -> None:
    """Take what says how long from the words; of a flag and a word that differ both are said."""
    words, length = split(tuple(reading.words))
    reading.words = list(words)
    reading.durations += [length] if length else []


def _gathered(verb: Verb, tokens: Sequence[Token]) -> _Reading:
    reading = _Reading(verb=verb)
    for piece in pieces(tokens, reading.grammar.flags):
        match piece:
            case Said(flag=flag) if flag not in reading.grammar.flags:
                reading.problems.append(f"“{verb}” takes no {flag}.")
            case Said(flag=flag, value=value):
                _put(flag, value, reading)
            case Stray():
                _guess(piece, reading)
            case str():
                reading.words.append(piece)
    return reading


def _guess(stray: Stray, reading: _Reading) -> None:
    """Say that there is no such flag; what was said with it goes to the one that is nearest."""
    said = f"There is no flag --{stray.name[:80]}."
    if stray.near in reading.grammar.flags:
        reading.problems.append(f"{said} Did you mean {stray.near}?")
        _put(stray.near, stray.value, reading)
    else:
        offered = ", ".join(flag for flag in Flag if flag in reading.grammar.flags)
        reading.problems.append(f"{said} “{reading.verb}” takes {offered or 'none'}.")


def _put(flag: Flag, value: str | None, reading: _Reading) -> None:
    if not value:
        example = _EXAMPLES.get(flag, " NAME")
        reading.problems.append(f"{flag} needs a value: {flag}{example}.")
        return
    match flag:
        case Flag.GROUP:
            reading.levels += _names(value)
        case Flag.NAMESPACE:
            reading.namespaces += _names(value)
        case Flag.DURATION:
            reading.durations.append(value)
        case Flag.REASON:
            reading.reasons.append(value)


def _names(value: str) -> list[str]:
    return [name.strip() for name in value.split(",") if name.strip()]


def _duration(reading: _Reading) -> timedelta | None:
    lengths = [_length(written, reading) for written in dict.fromkeys(reading.durations)]
    _one(Flag.DURATION, reading.durations, reading)
    return lengths[-1] if lengths else None


def _length(written: str, reading: _Reading) -> timedelta:
    try:
        return read_duration(written)
    except DurationError as error:
        reading.problems.append(f"{error}.")
        return _meant(written)


def _meant(written: str) -> timedelta:
    """Guess for the corrected line: without its sign, a bare number as minutes, else an hour."""
    digits = written.strip(f"+ {DASHES}")
    for guess in (digits, f"{digits}m"):
        try:
            return read_duration(guess)
        except DurationError:
            continue
    return USUAL


def _one(flag: Flag, values: Sequence[str], reading: _Reading) -> str:
    different = list(dict.fromkeys(values))
    if len(different) > 1:
        said = " and ".join(f"“{value[:80]}”" for value in different)
        reading.problems.append(f"{flag} is given more than once: {said}.")
    return different[-1] if different else ""


def _complete(line: Line, reading: _Reading) -> Line:
    """Note what is missing or too much; return the line with that put right as far as it can be."""
    grammar = reading.grammar
    if line.verb in {Verb.FREEZE, Verb.THAW}:
        return _with_reason(replace(line, words=clusters(line.words)), reading)
    if line.verb is Verb.REVOKE and (words := everything(line.words)):
        return _with_reason(_whole(line, words, reading), reading)
    if line.verb is Verb.SHORTEN and line.duration is None:
        reading.problems.append("How much is to be taken off its end? Say it after the id: 30m.")
        line = replace(line, duration=QUARTER)
    if grammar.needed and not line.words:
        reading.problems.append(_WHICH[line.verb])
        line = replace(line, words=(grammar.word,))
    if len(line.words) > grammar.most:
        line = _without_strays(line, reading)
    if line.verb is Verb.TO and not line.levels:
        reading.problems.append(
            f"Which level? Say it with {Flag.GROUP}=LEVEL; “catalog” lists them."
        )
        line = replace(line, levels=(LEVEL,))
    return _with_reason(line, reading)


def _whole(line: Line, words: tuple[str, ...], reading: _Reading) -> Line:
    if is_right(words):
        return replace(line, words=words)
    reading.problems.append(TAKES)
    return replace(line, words=(ALL, ON, "CLUSTER"))


def _with_reason(line: Line, reading: _Reading) -> Line:
    if line.reason.strip() in UNSAID:
        reading.problems.append(f"Put your own words in place of “{line.reason.strip()}”.")
        line = replace(line, reason="")
    if line.verb is Verb.FREEZE and not line.reason:
        problem = "Why? Say it after “because”: whoever asks for access meanwhile reads it."
        reading.problems.append(problem)
    return line


def _without_strays(line: Line, reading: _Reading) -> Line:
    kept, strays = line.words[: reading.grammar.most], line.words[reading.grammar.most :]
    said = " ".join(strays)[:80]
    if line.verb is Verb.TO and not line.levels and len(strays) == 1:
        reading.problems.append(f"A level is said with its flag: {Flag.GROUP}={said}.")
        return replace(line, words=kept, levels=strays)
    takes = f"one {reading.grammar.word}" if reading.grammar.word else "nothing"
    reading.problems.append(
        f"“{said}” is too much: “{line.verb}” takes {takes}; put what has spaces in quotes."
    )
    return replace(line, words=kept)


def _offered(line: Line) -> str:
    """Write the right line; a request's shows where its reason goes."""
    reason = line.reason or (REASON if line.verb in {Verb.TO, Verb.FREEZE} else "")
    return write(replace(line, reason=reason))
