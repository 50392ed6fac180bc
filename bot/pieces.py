"""Sorts tokens into words and flags with their values; says nothing yet about what they mean."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from bot.line import ALIASES, KEYWORDS, Flag
from bot.tokenizer import Token
from daypass.domain.duration import DurationError, read_duration

_LONGEST_DURATION: Final = 6  # Words: “1 hour and 30 minutes” are five.


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A flag and what was said with it; None: nothing."""

    flag: Flag
    value: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stray:
    """A flag that does not exist, as written, without dashes; `near` is the one nearest to it."""

    name: str
    near: Flag | None
    value: str | None = None


Piece = str | Said | Stray


def pieces(tokens: Sequence[Token], keywords: frozenset[Flag]) -> Iterator[Piece]:
    """Yield words and flags in order; plain words count as flags only for those in `keywords`."""
    rest = list(tokens)
    while rest:
        token = rest.pop(0)
        flag = known(token) or _keyword(token, keywords)
        if flag is not None:
            yield Said(flag=flag, value=_value(flag, token, rest, keywords=keywords))
        elif token.flag:
            yield _stray(token, rest, keywords)
        elif token.text.strip(".,;"):
            yield token.text


def _stray(token: Token, rest: list[Token], keywords: frozenset[Flag]) -> Stray:
    names = [name for name in ALIASES if len(name) > 1]
    near = get_close_matches(_folded(token.flag), names, n=1, cutoff=0.6)
    if not near:
        return Stray(name=token.flag, near=None)
    flag = ALIASES[near[0]]
    value = _value(flag, token, rest, keywords=keywords)
    return Stray(name=token.flag, near=flag, value=value)


def known(token: Token) -> Flag | None:
    """Return the flag that stands there, under any of its names."""
    return ALIASES.get(_folded(token.flag)) if token.flag else None


def _folded(name: str) -> str:
    return name.lower().replace("-", "").replace("_", "")


def _keyword(token: Token, keywords: frozenset[Flag]) -> Flag | None:
    flag = None if token.quoted or token.flag else KEYWORDS.get(token.text.lower())
    return flag if flag in keywords else None


def _value(flag: Flag, token: Token, rest: list[Token], *, keywords: frozenset[Flag]) -> str | None:
    """Take the value off the front of `rest`, unless it came with the flag."""
    given = bool(token.flag and (token.text or token.quoted))
    if flag is Flag.REASON:
        return _reason(token, rest) if given or rest else None
    if not given and (not rest or known(rest[0]) or rest[0].flag or _keyword(rest[0], keywords)):
        return None
    first = token if given else rest.pop(0)
    return _duration(first, rest) if flag is Flag.DURATION else first.text


def _reason(token: Token, rest: list[Token]) -> str | None:
    """A quoted reason ends with its quote; an unquoted one goes on to the next flag that exists."""
    if token.flag and token.quoted:
        return token.text
    if not token.text or not token.flag:
        if rest and rest[0].quoted and not rest[0].flag:
            return rest.pop(0).text
        taken: list[str] = []
    else:
        taken = [token.text]
    while rest and not known(rest[0]):
        taken.append(rest.pop(0).raw)
    return " ".join(taken) or None


def _duration(first: Token, rest: list[Token]) -> str:
    """Take as many words as make a duration: `2 hours`, `1h 30m`."""
    words = [first.text]
    for token in rest[: _LONGEST_DURATION - 1]:
        if token.flag or token.quoted:
            break
        words.append(token.text)
    for count in range(len(words), 0, -1):
        if _is_duration(" ".join(words[:count])):
            del rest[: count - 1]
            return " ".join(words[:count])
    return first.text


def _is_duration(text: str) -> bool:
    try:
        read_duration(text)
    except DurationError:
        return False
    return True
