"""What whoever watches remembers of a kind: which things are kept, and how long each of them is.

Not the things themselves: those are in the store.
"""

from collections import Counter
from typing import Final

from daypass.domain.picture import Entry

MOST: Final = 20_000
"""Things of a kind that are kept of a cluster: four times a large one's roles."""
IN_ONE_PLACE: Final = 1_000
"""Things of a kind that are kept of a namespace, so that whoever has rights there crowds out none
of the others."""
LONGEST: Final = 8 << 20
"""Characters of a kind that are kept of a cluster: half of what 20,000 of 800 characters have."""
_COUNTED: Final = 100_000
"""Things beyond those, of which it is remembered that they were counted: 10 MB."""


class Kept:
    """The keys of one kind that are kept, and the number of those that are not."""

    def __init__(self) -> None:
        self._long: dict[str, int] = {}
        self._places: Counter[str] = Counter()
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
        more = long - (known or 0)
        full = len(self._long) >= MOST or self._places[entry.namespace] >= IN_ONE_PLACE
        crowded = known is None and bool(entry.namespace) and full
        crowded |= known is None and len(self._long) >= MOST
        if crowded or self._length + more > LONGEST:
            self.drop(entry)
            if len(self._left) < _COUNTED:
                self._left.add(hash(key))
            return False
        self._left.discard(hash(key))
        self._long[key] = long
        self._length += more
        self._places[entry.namespace] += known is None
        return True

    def drop(self, entry: Entry) -> None:
        """Forget it: it is gone, or there is no room for it any more."""
        key = entry.key
        self._left.discard(hash(key))
        if (long := self._long.pop(key, None)) is not None:
            self._length -= long
            self._places[entry.namespace] -= 1


def length(entry: Entry) -> int:
    """Count the characters of a thing, roughly as many as it takes in the store."""
    notes = sum(
        len(a) + len(b) for said in (entry.labels, entry.annotations) for a, b in said.items()
    )
    rules = sum(len(word) for rule in entry.rules for words in rule.words for word in words)
    subjects = sum(len(one.name) for one in entry.subjects)
    return len(entry.key) + notes + rules + subjects
