"""Text after the slash command → a line that was understood, or every mistake in it at once.

Knows the grammar only; whether a cluster exists or a level may be had is for the rule book.

The line that is offered instead holds every word that was understood as it was typed. Where no
line can (an unknown flag may have been a limit), none is offered: nobody pastes half of a command.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.grammar.checking import checking
from bot.grammar.forbidden import heard
from bot.grammar.guess import nearest
from bot.grammar.line import LOOKS, TIMES, Flag, Line, Verb, write
from bot.grammar.looking import about_one, take_places, with_places
from bot.grammar.reading import LENGTH, LEVEL, Reading, gathered
from bot.grammar.scope import (
    BOTH,
    ENDLESS,
    TAKES,
    WHERE,
    clusters,
    ends_in_on,
    everything,
    is_right,
    meant,
)
from bot.grammar.tokenizer import Token, split_up, tidy, unescape
from bot.grammar.words import Word, known
from daypass.domain.duration import is_duration
from daypass.domain.ids import read_id
from daypass.domain.reasons import HoldsSecret
from daypass.domain.secrets import secret_in, without_secrets
from daypass.domain.unseen import says_nothing

UNSAID: Final = frozenset({"…", "...", "why you need it"})
"""What our own lines hold in place of a reason: never a reason itself."""
REASON: Final = "…"
LONGEST: Final = 8_000
"""Characters as Slack sends them: the longest reason, escaped, beside all names that fit a card.
Reading takes time by the square of it at worst, and one thread of few."""
_MOST_LINES: Final = 10
"""Lines offered in one answer."""
_HELP: Final = frozenset({"?", "-?", "-h", "h", "help"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """Why a text is no command: plain sentences, and the lines that would be right, if any.

    Several lines are one command each: a verb that takes one thing was given more.
    """

    problems: tuple[str, ...]
    lines: tuple[str, ...]


def parse(text: str) -> Line | Mistake:
    """Read what stands after the slash command; nothing at all asks for help. Never raises."""
    if len(text) > LONGEST:
        problem = f"That is {len(text)} characters; {LONGEST} is the most. Write it in less."
        return Mistake(problems=(problem,), lines=())
    raw = unescape(text)
    typed = tidy(raw)
    kind = secret_in(typed)
    return _without_secret(typed, kind) if kind else (_checked(raw) or _read_text(typed))


def _checked(raw: str) -> Line | Mistake | None:
    """Return what is to be compared with what was pasted, of which every sign counts."""
    if (found := checking(raw)) is None:
        return None
    line, problem = found
    return Mistake(problems=(problem,), lines=(_offered(line),)) if problem else line


def _without_secret(typed: str, kind: str) -> Mistake:
    """Refuse before anything is looked up, and show what was understood with a gap in it."""
    read = _read_text(without_secrets(typed, REASON))
    return _and_also(str(HoldsSecret(kind=kind)), read)


def _and_also(problem: str, read: Line | Mistake) -> Mistake:
    if isinstance(read, Line):
        return Mistake(problems=(problem,), lines=(_offered(read),))
    return Mistake(problems=(problem, *read.problems), lines=read.lines)


def _read_text(typed: str) -> Line | Mistake:
    if (checked := _checked(typed)) is not None:
        return checked
    tokens = split_up(typed)
    if (refused := _heard(typed, tokens)) is not None:
        return refused
    if not tokens or _asks_help(tokens[0]):
        return Line(verb=Verb.HELP)
    first, rest = tokens[0], tokens[1:]
    word = first.text.lower()
    if word == "can" and rest and rest[0].raw.lower() == "i":
        return _read(Verb.CAN_I, rest)
    if not first.flag and word in set(Verb):
        return _read(Verb(word), rest)
    return _no_verb(first, tokens)


def _heard(typed: str, tokens: Sequence[Token]) -> Line | None:
    """Return what Kubernetes refused, if that is what was pasted, alone or after `can-i`."""
    word = tokens[0].text.lower() if tokens else ""
    return heard(typed) if word == Verb.CAN_I or word not in set(Verb) else None


def _asks_help(token: Token) -> bool:
    return token.flag.lower() in _HELP or token.text.lower() in _HELP


def _no_verb(first: Token, tokens: Sequence[Token]) -> Mistake:
    """Guess: a verb spelled wrong, or `to` left out; whatever else is wrong is said as well."""
    word = first.text.lower()
    near = None if first.flag else nearest(word)
    if near is None and any(known(token) for token in tokens):
        guess, rest, hint = Verb.TO, tokens, "asking for access starts with “to”"
    elif near is not None:
        guess, rest, hint = near, tokens[1:], f"did you mean “{near}”?"
    else:
        guess, rest, hint = Verb.HELP, [], f"there are {', '.join(Verb)}"
    problem = f"“{first.raw[:80]}” is no command; {hint}" + ("" if hint.endswith("?") else ".")
    return _and_also(problem, _read(guess, rest))


def _read(verb: Verb, tokens: Sequence[Token]) -> Line | Mistake:
    reading = gathered(verb, tokens)
    take_places(reading)
    duration, length = reading.length()
    line = Line(
        verb=verb,
        words=() if verb is Verb.HELP else reading.names,
        levels=tuple(dict.fromkeys(reading.levels)),
        namespaces=tuple(dict.fromkeys(reading.namespaces)),
        duration=duration,
        length=length,
        reason=reading.reason(),
    )
    line = with_places(line, reading)
    lines = [_with_reason(one, reading) for one in _complete(line, reading)]
    if not reading.problems:
        return lines[0]
    offered = () if reading.unclear or len(lines) > _MOST_LINES else map(_offered, lines)
    return Mistake(problems=tuple(dict.fromkeys(reading.problems)), lines=tuple(offered))


def _complete(line: Line, reading: Reading) -> list[Line]:
    """Note what is missing or too much; return what is right, as far as it can be known."""
    if line.verb in {Verb.FREEZE, Verb.THAW}:
        return [_with_clusters(line, reading)]
    if line.verb is Verb.REVOKE and (words := everything(line.words)):
        return _whole(line, words, reading)
    optional = line.verb not in LOOKS and not reading.grammar.needed
    if optional and reading.blank and not reading.named:
        # Without an id it would be the only one that there is.
        reading.problems.append(f"Which one? After “{line.verb}” comes an id, or nothing at all.")
        reading.unclear = True
    if line.verb is Verb.SHORTEN and not line.length and line.duration is None:
        reading.problems.append("How much is to be taken off its end? Say it after the id: 30m.")
        line = replace(line, length=LENGTH)
    if reading.grammar.needed and len(line.words) < reading.grammar.least:
        reading.problems.append(reading.grammar.asks)
        missing = reading.grammar.word.split()[len(line.words) :]
        line = replace(line, words=(*line.words, *missing))
        if line.verb is Verb.TO:  # Whoever says nothing at all reads what there is to say.
            line = replace(line, levels=line.levels or (LEVEL,))
    lines = about_one(line, reading)
    if len(lines[0].words) > reading.grammar.most:
        lines = _one_each(lines[0], reading)
    return lines


def _with_clusters(line: Line, reading: Reading) -> Line:
    named = clusters(line.words)
    if any(_is_time(word) for word in reading.words):
        reading.problems.append(ENDLESS)
        reading.unclear = True
    if ends_in_on(line.words) or (reading.blank and not reading.named):
        reading.problems.append(WHERE)
        reading.unclear = True
    if named is None:
        reading.problems.append(BOTH)
        reading.unclear = True
    return replace(line, words=named or ())


def _whole(line: Line, words: tuple[str, ...], reading: Reading) -> list[Line]:
    if is_right(words):
        return [replace(line, words=words)]
    reading.problems.append(TAKES)
    lines = [replace(line, words=one) for one in meant(words)]
    # Of several names one may be a part of what another names, unless commas tie them together.
    tied = all(word.listed for word in reading.words[len(reading.words) - len(lines) + 1 :])
    reading.unclear = reading.unclear or not lines or not tied
    return lines


def _with_reason(line: Line, reading: Reading) -> Line:
    if line.reason.strip() in UNSAID:
        reading.problems.append(f"Put your own words in place of “{line.reason.strip()}”.")
        line = replace(line, reason="")
    if line.verb is Verb.FREEZE and says_nothing(line.reason):
        problem = "Why? Say it after “because”: whoever asks for access meanwhile reads it."
        reading.problems.append(problem)
        line = replace(line, reason="")
    return line


def _one_each(line: Line, reading: Reading) -> list[Line]:
    """Say that there are too many words; return a line for each that may have been meant."""
    most, word = reading.grammar.most, reading.grammar.word
    more = reading.words[most:]
    said = " ".join(one.text for one in more)[:80]
    if line.verb is Verb.TO and not line.levels and not any(one.listed for one in more):
        levels = tuple(dict.fromkeys(one.text for one in more))
        flags = " ".join(f"{Flag.GROUP}={level}" for level in levels)
        reading.problems.append(f"A level is said with its flag: {flags[:80]}.")
        return [replace(line, words=line.words[:most], levels=levels)]
    takes = f"one {word}" if word else "nothing"
    reading.problems.append(
        f"“{said}” is too much: “{line.verb}” takes {takes}; put what has spaces in quotes."
    )
    # Words after a reason in quotes may be its end, others name a part, a place or a moment: nobody
    # knows, unless what was tied together by commas is as many names.
    named = all(one.listed for one in more) if line.verb is Verb.TO else _all_ids(line.words)
    doubtful = (reading.late or not named) and line.verb not in LOOKS
    reading.unclear = reading.unclear or doubtful
    if most > 1:
        return [replace(line, words=line.words[:most])]
    if line.verb is Verb.TO:  # One of the names may be a level: none stands for the default.
        line = replace(line, levels=line.levels or (LEVEL,))
    names = dict.fromkeys(line.words) if most else ()
    return [replace(line, words=(name,)) for name in names] or [replace(line, words=())]


def _is_time(word: Word) -> bool:
    return not word.quoted and (word.text.lower() in TIMES or is_duration(word.text))


def _all_ids(words: Sequence[str]) -> bool:
    return all(read_id(word) is not None for word in words)


def _offered(line: Line) -> str:
    """Write the right line; a request's shows where its reason goes."""
    reason = line.reason or (REASON if line.verb in {Verb.TO, Verb.FREEZE} else "")
    return write(replace(line, reason=reason))
