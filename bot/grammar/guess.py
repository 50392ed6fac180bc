"""Which command a word that is none may have been meant for: by its meaning, else by its letters.

What people call our commands comes first, for letters alone take "end" for "extend" and "block" for
"unblock". A word that takes back what a command does is no spelling of it.
"""

from collections.abc import Mapping
from difflib import SequenceMatcher, get_close_matches
from typing import Final

from bot.grammar.line import Verb

_ALIKE: Final = 0.75
"""Of letters: a slip or two; with less "lock" is like "unblock" and "increase" like "release"."""
_MUCH_ALIKE: Final = 0.82
"""Of what only people call ours: a slip in "search"; with 0.8 "move" is "remove"."""
_SHORT: Final = 4
"""Letters of a word that one other makes another word: "look" is like "lock", "send" like "end"."""
_TAKES_BACK: Final = (
    *("un", "de", "dis", "non", "not", "no", "dont", "don't", "never", "stop", "end"),
)
_CALLED: Final[Mapping[Verb, tuple[str, ...]]] = {
    Verb.TO: ("request", "ask"),
    Verb.STATUS: ("state", "stats"),
    Verb.CAN_I: ("can", "may", "could"),
    Verb.DISCOVER: ("find", "search", "roles", "bindings", "subjects"),
    Verb.APPROVE: ("allow", "accept", "permit"),
    Verb.DENY: ("reject", "refuse", "disapprove", "unapprove", "decline", "disallow", "veto"),
    Verb.CANCEL: ("withdraw", "retract"),
    Verb.EXTEND: ("lengthen", "prolong", "increase", "longer"),
    Verb.SHORTEN: ("cut", "reduce", "decrease", "shorter"),
    Verb.REVOKE: ("end", "ends", "terminate", "remove", "kill"),
    Verb.FREEZE: ("block", "lock", "pause", "halt", "suspend", "disable"),
    Verb.THAW: ("unfreeze", "unblock", "unlock", "unpause", "free", "resume", "enable"),
}
_OTHER_WORDS: Final[Mapping[str, Verb]] = {
    word: verb for verb, words in _CALLED.items() for word in words
}
_VERBS: Final[Mapping[str, Verb]] = {verb.replace("-", ""): verb for verb in Verb}
_NOT_OURS: Final = frozenset(
    {"restore", "start", "restart", "reset", "recover", "stop", "undo", "unable"}
)
"""Commands of others that no command of ours is, and some are spelled like."""


def nearest(word: str) -> Verb | None:
    """Return the command that a word is most like; None where it is like none, or its opposite."""
    folded = word.replace("-", "").replace("_", "")
    called = (name for name in _OTHER_WORDS if _is_called(folded, name))
    near = get_close_matches(folded, [*_VERBS, *called], n=1, cutoff=_ALIKE)
    if not near or folded in _NOT_OURS:
        return None
    name = near[0]
    return None if _takes_back(folded, name) else _OTHER_WORDS.get(name) or _VERBS[name]


def _is_called(word: str, name: str) -> bool:
    return word == name or (len(name) > _SHORT and _likeness(word, name) >= _MUCH_ALIKE)


def _takes_back(word: str, name: str) -> bool:
    """Whether a word is liker without what stands before it: then that is no slip."""
    rests = [word.removeprefix(one) for one in _TAKES_BACK if word.startswith(one)]
    return any(_likeness(rest, name) > _likeness(word, name) for rest in rests)


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(a=one, b=other).ratio()
