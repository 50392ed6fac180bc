"""Reads the words of commands that concern many: `revoke all on prod`, `freeze on prod`, `thaw`."""

import re
from typing import Final

from bot.line import ALL

ON: Final = "on"
OF: Final = "of"
_EVERYTHING: Final = {ALL, "everything", "everywhere"}
_MENTION: Final = re.compile(r"<@([UW][A-Z0-9]{1,30})(?:\|[^>]*)?>")
TAKES: Final = "“revoke all” takes “on CLUSTER” or “of @PERSON”, or nothing."


def everything(words: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return what stands after `revoke`, tidied, if it is `all …`; None where it is not.

    Two words after `all` are right or wrong; a mention becomes the account's id.
    """
    if not words or words[0].lower() != ALL:
        return None
    rest = words[1:]
    if rest and rest[0].lower() in {ON, OF}:
        return (ALL, rest[0].lower(), *(_account(word) for word in rest[1:]))
    return (ALL, *rest)


def is_right(words: tuple[str, ...]) -> bool:
    """Whether such words say whose leases: everybody's, a cluster's or a person's."""
    return len(words) == 1 or (len(words) == 3 and words[1] in {ON, OF})  # noqa: PLR2004 - reads well


def clusters(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the clusters named; none means every one."""
    named = tuple(word for word in words if word.lower() != ON)
    return () if {word.lower() for word in named} <= _EVERYTHING else named


def _account(word: str) -> str:
    found = _MENTION.fullmatch(word)
    return found[1] if found else word
