"""Which characters of a foreign text people see. What cannot be seen could make one name another.

Slack has no escapes for its own marks: where one would act, a character that looks the same and
means nothing stands for it (`LOOKS_LIKE`).
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from daypass.domain.unseen import unseen

LOOKS_LIKE: Final[Mapping[str, str]] = {
    "`": "\u02cb",
    "*": "\u2217",
    "~": "\u223c",
    "_": "\u02cd",
    ":": "\ua789",
    ">": "\u203a",
}
HIDDEN: Final = "\N{REPLACEMENT CHARACTER}"
"""Stands in a name for what nobody sees, as it does on a terminal."""
_BACKTICK: Final = str.maketrans({"`": LOOKS_LIKE["`"]})
_MARKS: Final = str.maketrans({mark: LOOKS_LIKE[mark] for mark in "`*~"})
_ITALIC: Final = re.compile(r"(?<!\w)_++|(?<!_)_++(?!\w)")
"""Underscores at the edge of a word; Slack leaves those inside of one alone. A run is tried at its
first one only, and whole."""
_EMOJI: Final = re.compile(r":(?=[\w+'-]++:)")
_JOINERS: Final = "\u200c\u200d"
_PRESENTATION: Final = "\ufe0e\ufe0f"
_KEYCAP: Final = "\u20e3"
_MARKED: Final = frozenset({"Mn", "Me"})
_MOST_MARKS: Final = 6
"""Marks above and below one letter; no script stacks as many, and towers of them cover what stands
in the lines around."""
_VIRAMA: Final = 9
"""Canonical combining class (Unicode, UnicodeData.txt)."""


def visible(text: str) -> str:
    """Drop what no reader sees; what joins letters or emoji stays where it does so."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(one for at, one in enumerate(text) if one == "\n" or _seen(text, at))


def apparent(name: str) -> str:
    """Return a name in which a sign stands for each that nobody sees: none looks like another."""
    if name.isascii() and name.isprintable() and name == " ".join(name.split()):
        return name
    said = "".join(one if _is_apparent(name, at) else HIDDEN for at, one in enumerate(name))
    if visible(said) == said:
        return said
    # What stood for something beside a sign that is gone now stands for nothing.
    return "".join(HIDDEN if one in _JOINERS + _PRESENTATION else one for one in said)


def _is_apparent(name: str, at: int) -> bool:
    """Whether it is seen; of blanks a single space between others is."""
    if not name[at].isspace():
        return _seen(name, at)
    between = 0 < at < len(name) - 1
    return name[at] == " " and between and not name[at + 1].isspace()


def unmarked(text: str) -> str:
    """Return one line of mrkdwn in which nothing is bold, italic, struck, code or an emoji."""
    calm = _ITALIC.sub(_alike, text.translate(_MARKS))
    return _EMOJI.sub(LOOKS_LIKE[":"], calm)


def unquoted(line: str) -> str:
    """Return a line that is no quotation, wherever it is put."""
    bare = line.lstrip(">")
    return LOOKS_LIKE[">"] * (len(line) - len(bare)) + bare


def unticked(text: str) -> str:
    """Return text for a code span, which only a backtick ends."""
    return text.translate(_BACKTICK)


def unpictured(text: str) -> str:
    """Return text in which no word between colons becomes an emoji."""
    return _EMOJI.sub(LOOKS_LIKE[":"], text)


def _alike(found: re.Match[str]) -> str:
    return "".join(LOOKS_LIKE[one] for one in found[0])


def _seen(text: str, at: int) -> bool:
    one = text[at]
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if one in _JOINERS:
        return bool(before and after) and _joins(before, after)
    if one in _PRESENTATION:
        return after == _KEYCAP or (before > "\x7f" and unicodedata.category(before)[0] in "SP")
    if unseen(one):
        return False
    if unicodedata.category(one) in _MARKED:
        below = text[max(0, at - _MOST_MARKS) : at]
        return len(below) < _MOST_MARKS or any(
            unicodedata.category(other) not in _MARKED for other in below
        )
    return True


def _joins(before: str, after: str) -> bool:
    """Whether a joiner between these changes what is seen (after RFC 5892, appendix A).

    So it does between letters of Arabic script, at a virama and between emoji; between Latin
    letters it would only make two names that look the same.
    """
    arabic = {unicodedata.bidirectional(before), unicodedata.bidirectional(after)} <= {"AL", "NSM"}
    virama = _VIRAMA in (unicodedata.combining(before), unicodedata.combining(after))
    pictures = unicodedata.category(after) == "So" and (
        before in _PRESENTATION or unicodedata.category(before) in {"So", "Sk"}
    )
    return arabic or virama or pictures
