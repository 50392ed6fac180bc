"""Reads the words of commands that concern many: `revoke all on prod`, `freeze on prod`, `thaw`."""

import re
from collections.abc import Sequence
from typing import Final

from bot.grammar.line import ALL

ON: Final = "on"
OF: Final = "of"
_EVERYTHING: Final = frozenset({ALL, "everything", "everywhere"})
_EVERY_ONE: Final = frozenset({"cluster", "clusters", "grants"})
"""What may follow `freeze all`."""
_MENTION: Final = re.compile(r"<@([UW][A-Z0-9]{1,30})(?:\|[^>]*)?>")
_ACCOUNT: Final = re.compile(r"[UW](?=[A-Z0-9]*\d)[A-Z0-9]{5,30}")
TAKES: Final = "“revoke all” takes “on CLUSTER” or “of @PERSON”, or nothing."
ENDLESS: Final = (
    "A freeze lasts until “thaw”, and both begin at once: they take no length and no time."
)
WHERE: Final = (
    "On which cluster? Its name comes after “on”; with nothing in its place every one is meant."
)
BOTH: Final = "“all” and names do not go together: name the clusters, or none for every one."


def everything(words: Sequence[str]) -> tuple[str, ...] | None:
    """Return what stands after `revoke`, tidied, if it is `all …`; None where it is not.

    A mention becomes the account's id.
    """
    if not words or words[0].lower() not in _EVERYTHING:
        return None
    return (ALL, *(_tidied(word) for word in words[1:]))


def is_right(words: tuple[str, ...]) -> bool:
    """Whether such words say whose leases: everybody's, a cluster's or a person's."""
    match words[1:]:
        case ():
            return True
        case (what, name):
            return what in {ON, OF} and name not in {ON, OF, ""}
        case _:
            return False


def meant(words: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return what was meant where it was not said right: one for each name; none where unclear."""
    what = words[1] if words[1] in {ON, OF} else ""
    names = tuple(dict.fromkeys(filter(None, words[2:] if what else words[1:])))
    if {ON, OF} & set(names):
        return []
    named = names or ("CLUSTER" if what == ON else "PERSON",)
    return [(ALL, what or _kind(name), name) for name in named]


def clusters(words: Sequence[str]) -> tuple[str, ...] | None:
    """Return the clusters named; nothing means every one, None that names and `all` were said."""
    lowered = [word.lower() for word in words]
    every = [n for n, word in enumerate(lowered) if word in _EVERYTHING]
    left = [word for word in words if word.lower() not in _EVERYTHING | {ON}]
    if not every or not left:
        return tuple(dict.fromkeys(left))
    if {word.lower() for word in left} <= _EVERY_ONE:
        return ()
    # “Everything on prod” is prod; “all prod” may be either.
    return tuple(dict.fromkeys(left)) if lowered[every[-1] + 1 :][:1] == [ON] else None


def ends_in_on(words: Sequence[str]) -> bool:
    """Whether a name was to follow and none did: every cluster is not what that means."""
    return bool(words) and words[-1].lower() == ON


def account(word: str) -> str:
    """Return an account's id for its mention; any other word as it is."""
    found = _MENTION.fullmatch(word)
    return found[1] if found else word


def _tidied(word: str) -> str:
    word = account(word)
    return word.lower() if word.lower() in {ON, OF} else word


def _kind(name: str) -> str:
    return OF if "@" in name or _ACCOUNT.fullmatch(name) else ON
