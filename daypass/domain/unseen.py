"""Which characters no reader sees, whatever stands around them.

What is shown leaves them out, so a secret is looked for without them, and a reason of nothing else
says nothing.
"""

import unicodedata
from typing import Final

_IGNORABLE: Final = (
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFF8),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
)
"""Default_Ignorable_Code_Point (Unicode 16, DerivedCoreProperties.txt), first and last of each
range; some are letters, marks or unassigned by their category."""
_IGNORED: Final = frozenset(
    chr(code) for first, last in _IGNORABLE for code in range(first, last + 1)
)
_BLANK: Final = frozenset("\u2800\ufffc\U0001d159")
"""Symbols without ink: an empty braille cell, what stands for an object, a note without a head."""
_CONTROLS: Final = frozenset({"Cc", "Cf", "Cs"})


def unseen(one: str) -> bool:
    """Whether a character is never seen; so are joiners and selectors, which change others."""
    return one in _IGNORED or one in _BLANK or unicodedata.category(one) in _CONTROLS


def says_nothing(text: str) -> bool:
    """Whether nothing in a text can be read: marks need a letter to stand on."""
    return all(unseen(letter) or unicodedata.category(letter)[0] in "CMZ" for letter in text)
