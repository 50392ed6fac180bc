"""What whoever watches remembers of a kind: which things are kept, and how long each of them is.

Not the things themselves: those are in the store.
"""

from collections import Counter
from json.encoder import encode_basestring
from typing import Final

from daypass.domain.picture import Entry
from daypass.domain.rbac import PolicyRule

MOST: Final = 20_000
"""Things of a kind that are kept of a cluster: four times a large one's roles."""
IN_ONE_PLACE: Final = 1_000
"""Things of a kind that are kept of a namespace, so that whoever has rights there crowds out none
of the others."""
LONGEST: Final = 8 << 20
"""Bytes of a kind that are kept of a cluster: half of what 20,000 of 800 bytes have."""
LONG_IN_ONE_PLACE: Final = 1 << 20
"""Bytes of a kind that are kept of a namespace, for the same reason."""
_THING, _RULE, _SUBJECT, _NOTE = 220, 90, 40, 2
"""Bytes that are written down with each beside its texts: the names of its fields."""
_COUNTED: Final = 100_000
"""Things beyond those, of which it is remembered that they were counted: 10 MB."""


class Kept:
    """The keys of one kind that are kept, and the number of those that are not."""

    def __init__(self) -> None:
        self._long: dict[str, int] = {}
        self._places: Counter[str] = Counter()
        self._lengths: Counter[str] = Counter()
        self._left: set[int] = set()
        self._length = 0

    @property
    def keys(self) -> frozenset[str]:
        """What is kept."""
        return frozenset(self._long)

    @property
    def left_out(self) -> int:
        """How many things were too many, or too long together."""
        return len(self._left)

    def keep(self, entry: Entry) -> bool:
        """Keep it, if there is room; say whether it is kept."""
        key, long = entry.key, length(entry)
        known = self._long.get(key)
        if not self._has_room(entry.namespace, long, known):
            self.drop(entry)
            if len(self._left) < _COUNTED:
                self._left.add(hash(key))
            return False
        self.drop(entry)
        self._long[key] = long
        self._length += long
        self._places[entry.namespace] += 1
        self._lengths[entry.namespace] += long
        return True

    def _has_room(self, place: str, long: int, known: int | None) -> bool:
        """Whether there is room for a thing, on the cluster and in its namespace."""
        new, more = known is None, long - (known or 0)
        if (new and len(self._long) >= MOST) or self._length + more > LONGEST:
            return False
        crowded = new and self._places[place] >= IN_ONE_PLACE
        return not place or not (crowded or self._lengths[place] + more > LONG_IN_ONE_PLACE)

    def drop(self, entry: Entry) -> None:
        """Forget it: it is gone, or there is no room for it any more."""
        key = entry.key
        self._left.discard(hash(key))
        if (long := self._long.pop(key, None)) is not None:
            self._length -= long
            self._places[entry.namespace] -= 1
            self._lengths[entry.namespace] -= long


def length(entry: Entry) -> int:
    """Count the bytes that a thing takes in the store, a few more or less."""
    notes = sum(
        _text(a) + _text(b) + _NOTE
        for said in (entry.labels, entry.annotations)
        for a, b in said.items()
    )
    role = _text(entry.role.name) if entry.role else 0
    subjects = sum(_text(one.name) + _SUBJECT for one in entry.subjects)
    key = 2 * (_text(entry.namespace) + _text(entry.name))  # Once by itself, and in the thing.
    return _THING + key + notes + role + subjects + sum(map(_rule, entry.rules))


def _rule(rule: PolicyRule) -> int:
    return _RULE + sum(_text(word) + 1 for words in rule.words for word in words)


def _text(text: str) -> int:
    """Count it as JSON has it: a control character, which anybody may write, takes six bytes."""
    return len(encode_basestring(text).encode())
