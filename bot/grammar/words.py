"""Sorts tokens into words and flags with their values; says nothing yet about what they mean."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from bot.grammar.line import ALIASES, AND, KEYWORDS, Flag
from bot.grammar.tokenizer import COMMAS, Token
from daypass.domain.duration import is_duration

_LONGEST_DURATION: Final = 6  # Words: “1 hour and 30 minutes” are five.
_LISTED: Final = frozenset({Flag.GROUP, Flag.NAMESPACE})
"""Flags that take several names."""
_PAUSE: Final = f"{COMMAS}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A name, an id or a length: without what set it off from its neighbours.

    `listed`: a comma or “and” ties it to the word before. `quoted`: it means what it says.
    """

    text: str
    quoted: bool = False
    listed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A flag and what was said with it; None: nothing. `closed`: a quote ended it."""

    flag: Flag
    value: str | None
    closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stray:
    """A flag that does not exist, as written, without dashes; `near` is the one nearest to it."""

    name: str
    near: Flag | None
    value: str | None = None


Piece = Word | Said | Stray


def pieces(tokens: Sequence[Token], keywords: frozenset[Flag]) -> Iterator[Piece]:
    """Yield words and flags in order; plain words count as flags only for those in `keywords`."""
    rest, listed = list(tokens), False
    while rest:
        token = rest.pop(0)
        flag = known(token) or _undashed(token) or _keyword(token, keywords)
        if flag is not None:
            yield _said(flag, token, rest, keywords=keywords)
        elif token.dashed:
            yield _stray(token, rest, keywords)
        else:
            yield from _words(token, listed=listed)
            listed = _goes_on(token)


def known(token: Token) -> Flag | None:
    """Return the flag that stands there with its dashes, under any of its names."""
    return ALIASES.get(_folded(token.flag)) if token.dashed else None


def _undashed(token: Token) -> Flag | None:
    """Return the flag in `level=debug`: no name of anything holds an equals sign."""
    return ALIASES.get(_folded(token.flag)) if token.flag else None


def _keyword(token: Token, keywords: frozenset[Flag]) -> Flag | None:
    flag = None if token.quoted or token.flag else KEYWORDS.get(token.text.lower())
    return flag if flag in keywords else None


def _folded(name: str) -> str:
    return name.lower().replace("-", "").replace("_", "")


def _stray(token: Token, rest: list[Token], keywords: frozenset[Flag]) -> Stray:
    names = [name for name in ALIASES if len(name) > 1]
    near = get_close_matches(_folded(token.flag), names, n=1, cutoff=0.75)
    if not near:
        return Stray(name=token.flag, near=None)
    said = _said(ALIASES[near[0]], token, rest, keywords=keywords)
    return Stray(name=token.flag, near=said.flag, value=said.value)


def is_flag(token: Token) -> bool:
    """Whether a token is a flag, or one of the plain words that stand for flags."""
    return bool(token.flag) or _keyword(token, frozenset(KEYWORDS.values())) is not None


def names_nothing(token: Token) -> bool:
    """Whether a token stands where a name could, and has none: a comma, “and”, or empty quotes."""
    named = (word.text.strip() for word in _words(token, listed=False))
    return not token.flag and not any(named)


def _words(token: Token, *, listed: bool) -> Iterator[Word]:
    """Yield what a token names; unquoted, commas and backticks are no part of a name."""
    if token.quoted and not token.flag:
        yield Word(text=token.text, quoted=True, listed=listed)
        return
    tied = listed or token.raw[0] in COMMAS
    for name in _names(token.raw):
        if name.lower() not in AND:
            yield Word(text=name, listed=tied)
        tied = True


def _names(text: str) -> list[str]:
    names = (part.strip("`").rstrip(_PAUSE) for part in re.split(f"[{COMMAS}]+", text))
    return [name for name in names if name]


def _goes_on(token: Token) -> bool:
    """Whether what follows belongs to the same list."""
    return not token.quoted and (token.raw.lower() in AND or token.raw[-1] in COMMAS)


def _said(flag: Flag, token: Token, rest: list[Token], *, keywords: frozenset[Flag]) -> Said:
    """Take the value off the front of `rest`, unless it came with the flag."""
    given = bool(token.flag and (token.text or token.quoted))
    if flag is Flag.REASON:
        return _reason(token, rest) if given or rest else Said(flag=flag, value=None)
    if not given and (not rest or not _is_plain(rest[0], keywords)):
        return Said(flag=flag, value=None)
    first = token if given else rest.pop(0)
    if flag is Flag.DURATION:
        return Said(flag=flag, value=_duration(first, rest))
    return Said(flag=flag, value=_list(first, rest, keywords) if flag in _LISTED else first.text)


def _is_plain(token: Token, keywords: frozenset[Flag]) -> bool:
    return not token.dashed and not _undashed(token) and not _keyword(token, keywords)


def _list(first: Token, rest: list[Token], keywords: frozenset[Flag]) -> str:
    """Take names for as long as commas or “and” tie them together: `a, b and c`."""
    names, last = _listed(first), first
    while rest and _is_plain(rest[0], keywords):
        tied = _goes_on(last) or rest[0].raw[0] in COMMAS or rest[0].raw.lower() in AND
        if not tied or not (_listed(rest[0]) or any(_is_plain(one, keywords) for one in rest[1:2])):
            break
        last = rest.pop(0)
        names += _listed(last)
    return ",".join(names)


def _listed(token: Token) -> list[str]:
    """Return the names in one token of a list; what only ties names is none."""
    if token.quoted:
        return [name.strip() for name in re.split(f"[{COMMAS}]+", token.text) if name.strip()]
    return [] if token.text.lower() in AND else _names(token.text)


def _reason(token: Token, rest: list[Token]) -> Said:
    """A quoted reason ends with its quote; an unquoted one goes on to the next flag that exists."""
    given = bool(token.flag and (token.text or token.quoted))
    if given and token.quoted:
        return Said(flag=Flag.REASON, value=token.text, closed=True)
    if not given and rest[0].quoted and not rest[0].flag:
        return Said(flag=Flag.REASON, value=rest.pop(0).text, closed=True)
    taken = [token.text] if given else []
    while rest and not known(rest[0]):
        taken.append(rest.pop(0).raw)
    return Said(flag=Flag.REASON, value=" ".join(taken) or None)


def _duration(first: Token, rest: list[Token]) -> str:
    """Take as many words as make a duration: `2 hours`, `1h 30m`."""
    words = [first.text]
    for token in rest[: _LONGEST_DURATION - 1]:
        if token.flag or token.quoted:
            break
        words.append(token.text)
    for count in range(len(words), 0, -1):
        text = " ".join(words[:count]).rstrip(_PAUSE)
        if is_duration(text):
            del rest[: count - 1]
            return text
    return first.text
