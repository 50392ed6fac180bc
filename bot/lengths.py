"""Reads the words of commands that move an end: `extend ID 30m`, `shorten 1 hour`, either alone."""

from typing import Final

from bot.tokenizer import DASHES
from daypass.domain.duration import DurationError, read_duration
from daypass.domain.ids import read_id

_FILLERS: Final = frozenset({"by", "another"})


def split(words: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """Return the words that name a lease, and what says how long; either may be empty."""
    said = tuple(word for word in words if word.lower() not in _FILLERS)
    for count in range(len(said) + 1):
        length = " ".join(said[count:])
        if _is_length(length) or (length and _is_meant(said[count])):
            return said[:count], length
    return said, ""


def _is_meant(word: str) -> bool:
    """Whether a word is a length or a wrong one: it begins with a number or a sign."""
    return read_id(word) is None and (word[0].isdigit() or word[0] in f"+{DASHES}")


def _is_length(text: str) -> bool:
    try:
        read_duration(text)
    except DurationError:
        return False
    return True
