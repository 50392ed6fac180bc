"""Whether an audit trail is what was written: made anew, each fault with its place."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import Final

from daypass.domain.trail import Chaining, Checkpoint, Entry, mark, marks_of, place

MOST_FAULTS: Final = 100
"""That are told one by one; the others are counted."""
_COMPARED: Final = 5_000
"""Events under one checkpoint up to which a fault is looked for: the search is quadratic."""

Piece = Checkpoint | Entry
"""A trail is told in this order: a checkpoint, its events, the next; last what none covers yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a verification found; nothing is wrong when `faults` is empty.

    `events` stand under the `checkpoints`, `uncovered` after the last of them: those are not
    proven yet. `more` counts faults beyond those that are told.
    """

    events: int
    checkpoints: int
    uncovered: int
    anchor: Checkpoint | None
    last: Checkpoint | None
    faults: tuple[str, ...]
    more: int = 0

    @property
    def until(self) -> datetime | None:
        """When the newest checkpoint was made."""
        return self.last.at if self.last else None


def verify(
    pieces: Iterable[Piece], key: bytes, *, anchor: Checkpoint | None = None, head: str = ""
) -> Report:
    """Make the chain anew from its events and say where it differs.

    `anchor` is the checkpoint before the first event that was kept, `head` a hash that was
    written down elsewhere: a trail that was cut or made anew does not have it.
    """
    reading = _Reading(key, anchor, head)
    for piece in pieces:
        if isinstance(piece, Checkpoint):
            reading.checkpoint(piece)
        else:
            reading.event(piece)
    return reading.report()


class _Reading:
    """A trail while it is read; holds the events of one checkpoint only."""

    def __init__(self, key: bytes, anchor: Checkpoint | None, head: str) -> None:
        self._key = key
        self._anchor = anchor
        self._head = head
        self._found = not head
        self._last = anchor
        self._open: _Open | None = None
        self._loose: list[str] = []
        self._loose_count = 0
        self._events = self._checkpoints = self._more = 0
        self._faults: list[str] = []
        if anchor is not None:
            self._judge_seal(anchor)

    def checkpoint(self, made: Checkpoint) -> None:
        """Take the next checkpoint, before its events."""
        self._close()
        if self._loose_count:
            where = f"before checkpoint {made.number}"
            self._fault(f"{where}: {self._loose_words()} under no checkpoint")
            self._loose, self._loose_count = [], 0
        self._judge_seal(made)
        for fault in _link_faults(self._last, made):
            self._fault(fault)
        self._open, self._last = _Open(made), made
        self._checkpoints += 1

    def event(self, entry: Entry) -> None:
        """Take the next event."""
        if self._open is not None and self._open.made.covers(entry.id):
            self._open.feed(entry)
            self._events += 1
            return
        self._loose_count += 1
        newest = self._loose[-1] if self._loose else self._last.upto if self._last else ""
        self._loose = [*self._loose[:1], entry.id]
        if not _comes_after(newest, entry):
            self._fault(f"event {entry.id} stands after event {newest}")

    def report(self) -> Report:
        """Say what was found when there is no more."""
        self._close()
        if not self._found:
            self._fault(
                f"no checkpoint has the hash {self._head}: the trail was cut, set back or made "
                "anew since that was written down, or what it stood for was removed as too old"
            )
        return Report(
            events=self._events,
            checkpoints=self._checkpoints,
            uncovered=self._loose_count,
            anchor=self._anchor,
            last=self._last,
            faults=tuple(self._faults),
            more=self._more,
        )

    def _judge_seal(self, made: Checkpoint) -> None:
        self._found = self._found or made.hash == self._head
        if not made.is_signed(self._key):
            self._fault(f"checkpoint {made.number}: changed, or not made with this key")

    def _close(self) -> None:
        for fault in self._open.faults() if self._open else ():
            self._fault(fault)
        self._open = None

    def _loose_words(self) -> str:
        """Name the events that nothing covers, the first and the last of them."""
        count, ids = self._loose_count, " to ".join(self._loose)
        return f"event {ids} stands" if count == 1 else f"{count} events, {ids}, stand"

    def _fault(self, said: str) -> None:
        if len(self._faults) < MOST_FAULTS:
            self._faults.append(said)
        else:
            self._more += 1


class _Open:
    """A checkpoint and what was found under it."""

    def __init__(self, made: Checkpoint) -> None:
        self.made = made
        self._chaining = Chaining(made.number, made.before, made.at)
        self._seen: list[tuple[str, bytes]] = []

    def feed(self, entry: Entry) -> None:
        """Take its next event."""
        self._chaining.feed(entry)
        self._seen.append((entry.id, mark(entry)))

    def faults(self) -> Iterator[str]:
        """Say what is wrong with its events: which are missing, new or changed."""
        where = f"checkpoint {self.made.number}"
        if self._chaining.hash == self.made.hash and len(self._seen) == self.made.count:
            return
        told = [f"{where}: {what}" for what in self._differences()]
        yield from told or [f"{where}: its hash is not that of its {len(self._seen)} events"]

    def _differences(self) -> Iterator[str]:
        made, seen = marks_of(self.made), [one for _, one in self._seen]
        if max(len(made), len(seen)) > _COMPARED:
            yield f"it has {len(seen)} events and was made over {self.made.count}"
            return
        matched = SequenceMatcher(a=made, b=seen, autojunk=False)
        for what, i1, i2, j1, j2 in matched.get_opcodes():
            if what == "equal":
                continue
            changed = min(i2 - i1, j2 - j1)
            ids = [name for name, _ in self._seen[j1:j2]]
            yield from (f"event {name} was changed" for name in ids[:changed])
            yield from (f"event {name} was put in" for name in ids[changed:])
            if missing := i2 - i1 - changed:
                yield self._missing(missing, j2)

    def _missing(self, count: int, until: int) -> str:
        before = self._seen[until - 1][0] if until else self.made.after or "the beginning"
        after = self._seen[until][0] if until < len(self._seen) else "the checkpoint's end"
        events = "1 event is" if count == 1 else f"{count} events are"
        return f"{events} missing between {before} and {after}"


def _comes_after(event: str, entry: Entry) -> bool:
    """Whether an entry is later by its id, which alone says when; none is where that is damaged."""
    try:
        return place(event) < place(entry.id)
    except ValueError:
        return False


def _link_faults(last: Checkpoint | None, made: Checkpoint) -> Iterator[str]:
    """Say why `made` is not the one that follows `last`."""
    number, upto, head = (last.number, last.upto, last.hash) if last else (0, "", "")
    if made.number > number + 1:
        first, final = number + 1, made.number - 1
        missing = (
            f"checkpoint {first} is" if first == final else f"checkpoints {first} to {final} are"
        )
        yield f"before checkpoint {made.number}: {missing} missing"
    elif made.number <= number:
        yield f"checkpoint {made.number} stands after checkpoint {number}"
    elif (made.before, made.after) != (head, upto):
        yield f"checkpoint {made.number} does not continue checkpoint {number}"
