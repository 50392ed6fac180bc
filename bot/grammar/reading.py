"""Gathers what the pieces of a line say, and notes what is wrong with each of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import takewhile
from typing import Final

from bot.grammar.durations import split, take_wrong, unsigned, without_fillers
from bot.grammar.line import (
    AND,
    ANY_NUMBER,
    EXCEPT,
    FREE,
    GRAMMAR,
    KEYWORDS,
    LIMITS,
    LOOKS,
    MOVES_END,
    Flag,
    Grammar,
    Verb,
)
from bot.grammar.tokenizer import COMMAS, Token
from bot.grammar.words import Said, Stray, Word, is_flag, names_nothing, pieces
from daypass.domain.duration import DurationError, read_duration

LEVEL: Final = "LEVEL"
LENGTH: Final = "DURATION"
"""What stands in a line in place of a length that only the person knows."""
_PLACEHOLDERS: Final = {Flag.GROUP: LEVEL, Flag.NAMESPACE: "NAMESPACE", Flag.DURATION: LENGTH}
_EXAMPLES: Final = {Flag.GROUP: "=LEVEL", Flag.DURATION: " 1h", Flag.REASON: ' "…"'}
_SHOWN: Final = 80
"""Characters of a word that are repeated in a sentence about it."""


@dataclass(slots=True, kw_only=True)
class Reading:
    """What was gathered so far, and what was wrong with it.

    `unclear`: something may have been a limit that no right line can hold, so none is offered.
    `late`: words came after a reason in quotes, perhaps its end. `blank`: before any flag stood
    what names nothing, in place of a name.
    """

    verb: Verb
    words: list[Word] = field(default_factory=list)
    levels: list[str] = field(default_factory=list)
    namespaces: list[str] = field(default_factory=list)
    lengths: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    plain: dict[Flag, list[str]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    unclear: bool = False
    late: bool = False
    blank: bool = False
    _closed: bool = False

    @property
    def grammar(self) -> Grammar:
        """What the verb takes."""
        return GRAMMAR[self.verb]

    @property
    def names(self) -> tuple[str, ...]:
        """The words' texts."""
        return tuple(word.text for word in self.words)

    @property
    def named(self) -> bool:
        """Whether any word names something."""
        return any(word.text.strip() for word in self.words)

    def length(self) -> tuple[timedelta | None, str]:
        """Return the one duration said and how it was written; a placeholder where it is none."""
        different = tuple(dict.fromkeys(self.lengths))
        if len(different) > 1:
            self._twice(Flag.DURATION, different)
            self.unclear = True
        read = [self._read(written) for written in different]
        return read[-1] if read else (None, "")

    def reason(self) -> str:
        """Return the one reason; of several all, for each may matter."""
        different = tuple(dict.fromkeys(self.reasons))
        if len(different) > 1:
            self._twice(Flag.REASON, different)
        return "; ".join(different)

    def one(self, flag: Flag) -> str:
        """Return what was said with a flag that takes one word; of several the first."""
        different = tuple(dict.fromkeys(self.plain.get(flag, ())))
        if len(different) > 1:
            self._twice(flag, different)
            self.unclear = True
        return different[0] if different else ""

    def put(self, flag: Flag, value: str | None) -> None:
        """Take a flag's value, or a placeholder where none was said."""
        # Commas part names and lengths; in a reason they are what somebody wrote.
        if not value or (flag is not Flag.REASON and not value.strip(COMMAS + " ")):
            example = _EXAMPLES.get(flag, " NAME")
            self.problems.append(f"{flag} needs a value: {flag}{example}.")
            value = _PLACEHOLDERS.get(flag, "")
        match flag:
            case Flag.GROUP:
                self.levels += _names(value)
            case Flag.NAMESPACE:
                self.namespaces += _names(value)
            case Flag.DURATION:
                self.lengths.append(value)
            case Flag.REASON:
                self.reasons += [value] if value else []
            case _:
                self.plain.setdefault(flag, []).extend([value] if value else [])

    def leave_out(self, flag: Flag | None) -> None:
        """Without a flag that may have been a limit, a line might do too much.

        What nobody has to say why of needs no reason; with a yes it may say how much.
        """
        limits = flag is not Flag.REASON or self.verb is Verb.APPROVE
        if self.verb not in LOOKS and limits:
            self.unclear = True

    def take(self, piece: Word | Said | Stray) -> None:
        """Sort one piece in."""
        match piece:
            case Word():
                self._word(piece)
            case Said(flag=flag) if flag not in self.grammar.flags:
                self.problems.append(f"“{self.verb}” takes no {flag}.")
                self.leave_out(flag)
            case Said(flag=flag, value=value):
                self._closed = piece.closed
                self.put(flag, value)
            case Stray():
                self._guess(piece)

    def _word(self, word: Word) -> None:
        """Take a word; one that excepts others, or limits them, says what no line can."""
        self.late = self.late or self._closed
        unsayable = None if word.quoted or self.verb in LOOKS else self._unsayable(word.text)
        if unsayable:
            self.problems.append(unsayable)
            self.unclear = True
        else:
            self.words.append(word)

    def _unsayable(self, word: str) -> str | None:
        low = word.lower()
        if low in EXCEPT:
            return f"No command leaves anything out (“{word}”): name all that you mean."
        if self.verb in MOVES_END and low in LIMITS | {Verb.TO}:
            return f"“{self.verb}” takes by how much its end moves (30m), no “{word}”."
        if low in LIMITS or (low == Verb.TO and self.verb is not Verb.TO):
            return f"No command sets such a limit (“{word}”): say no more than you mean."
        return None

    def _guess(self, stray: Stray) -> None:
        """Say that there is no such flag; its value goes to the one that is nearest."""
        said = f"There is no flag --{stray.name[:_SHOWN]}."
        if stray.near in self.grammar.flags:
            self.problems.append(f"{said} Did you mean {stray.near}?")
            self.put(stray.near, stray.value)
        else:
            offered = ", ".join(flag for flag in Flag if flag in self.grammar.flags)
            self.problems.append(f"{said} “{self.verb}” takes {offered or 'none'}.")
            self.leave_out(None)

    def _read(self, written: str) -> tuple[timedelta | None, str]:
        try:
            return read_duration(written), written
        except DurationError as error:
            self.problems.append(f"{error}.")
        # Without its sign, or as minutes; what is neither only the person knows.
        for guess in (unsigned(written), f"{unsigned(written)}m"):
            try:
                return read_duration(guess), ""
            except DurationError:
                continue
        # One that extends needs none: then it is the usual, or what is free.
        return None, "" if self.verb is Verb.EXTEND else LENGTH

    def _twice(self, flag: Flag, values: Sequence[str]) -> None:
        said = " and ".join(f"“{value[:_SHOWN]}”" for value in values)
        self.problems.append(f"{flag} is given more than once: {said}.")


def gathered(verb: Verb, tokens: Sequence[Token]) -> Reading:
    """Return what was said after a verb."""
    reading = Reading(verb=verb, blank=_blank(tokens))
    grammar = reading.grammar
    # Also where the verb takes none: “release ID because done” names one id, not three.
    keywords = grammar.flags if grammar.most == ANY_NUMBER else frozenset(KEYWORDS.values())
    for piece in pieces(tokens, frozenset() if verb in FREE else keywords):
        reading.take(piece)
    _take_lengths(reading)
    return reading


def _blank(tokens: Sequence[Token]) -> bool:
    """Whether something stands in place of a name that is none: a comma, a dot, empty quotes.

    “And” may stand within a length: it is none only where it comes first.
    """
    said = list(takewhile(lambda token: not is_flag(token), tokens))
    return any(names_nothing(one) for one in said if one is said[0] or one.text.lower() not in AND)


def _take_lengths(reading: Reading) -> None:
    """Take what says how long from the words."""
    if Flag.DURATION not in reading.grammar.flags:
        return
    if reading.verb in MOVES_END:
        reading.words = without_fillers(reading.words)
    spared = 1 if reading.grammar.needed else 0
    reading.words, lengths = split(reading.words, spared)
    if not lengths and not spared:
        reading.words, lengths = take_wrong(reading.words)
    reading.lengths += lengths


def _names(value: str) -> list[str]:
    for comma in COMMAS:
        value = value.replace(comma, ",")
    return [name.strip() for name in value.split(",") if name.strip()]
