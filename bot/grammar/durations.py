"""Finds how long among the words: `extend ID 30m`, `shorten 1 hour ID`, `approve ID 30m`."""

from collections.abc import Sequence
from typing import Final

from bot.grammar.tokenizer import DASHES
from bot.grammar.words import Word
from daypass.domain.duration import is_duration
from daypass.domain.ids import read_id

_FILLERS: Final = frozenset({"by", "another"})
_VAGUE: Final = frozenset({"soon", "later", "longer", "more", "today", "tonight", "tomorrow"})
"""Words that say when and not how long."""
_MOST: Final = 6
"""Words of one length."""


def without_fillers(words: Sequence[Word]) -> list[Word]:
    """Leave out what stands before a length: `extend ID by another 30m`."""
    return [word for word in words if word.quoted or word.text.lower() not in _FILLERS]


def split(words: Sequence[Word], spared: int = 0) -> tuple[list[Word], list[str]]:
    """Return the words that name something, and the lengths among them, wherever they stand.

    What is quoted is a name (`15d22h25m10s` could be an id). `spared` words are names as well.
    """
    names, lengths, at = list[Word](), list[str](), 0
    while at < len(words):
        most = len(names) + len(words) - spared  # Where a length may end at the latest.
        end = next((n for n in _ends(words, at) if n <= most and _is_length(words[at:n])), at)
        if end > at:
            lengths.append(_text(words[at:end]))
        else:
            names.append(words[at])
        at = max(end, at + 1)
    return names, lengths


def take_wrong(words: Sequence[Word]) -> tuple[list[Word], list[str]]:
    """The same for what is meant as a length and is none: a number, a sign, or “soon”."""
    for at, word in enumerate(words):
        if not word.quoted and read_id(word.text) is None and _is_meant(word.text):
            end = next(
                (n for n in _ends(words, at) if is_duration(unsigned(_text(words[at:n])))), at + 1
            )
            return [*words[:at], *words[end:]], [_text(words[at:end])]
    return list(words), []


def unsigned(text: str) -> str:
    """Return a length without the sign before it."""
    return text.strip(f"+ {DASHES}")


def _ends(words: Sequence[Word], start: int) -> range:
    return range(min(len(words), start + _MOST), start, -1)


def _is_length(words: Sequence[Word]) -> bool:
    return not any(word.quoted for word in words) and is_duration(_text(words))


def _is_meant(text: str) -> bool:
    return text[0].isdigit() or text[0] in f"+{DASHES}" or text.lower() in _VAGUE


def _text(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)
