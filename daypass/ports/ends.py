"""When what is ours on a cluster has to be gone, as far as one process saw it there."""

from datetime import datetime
from threading import Lock
from typing import Final

_NEVER: Final = 1 << 62
"""Seconds since 1970; later than any end."""


class Ends:
    """The ends that our objects bear, by uid; safe in several threads.

    There may be tens of thousands: kept are hashes of uids, and whole seconds, as ends are.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._ends: dict[int, int] = {}
        self._listed: dict[int, int] = {}
        self._noted: set[int] | None = None
        self._earliest = _NEVER
        """None of them is earlier."""

    def __len__(self) -> int:
        return len(self._ends)

    def note(self, uid: str, end: datetime | None) -> None:
        """Remember when what is there has to be gone; None: it is gone, or names no end."""
        with self._lock:
            if self._noted is not None:
                self._noted.add(hash(uid))
                _put(self._listed, uid, end)
            _put(self._ends, uid, end)
            self._earliest = min(self._earliest, _second(end))

    def listing(self) -> None:
        """Begin to list all that is there: what is noted from now on is newer than the list."""
        with self._lock:
            self._listed, self._noted = {}, set()

    def seen(self, uid: str, end: datetime | None) -> None:
        """Remember what the list shows of one object."""
        with self._lock:
            if self._noted is not None and hash(uid) not in self._noted:
                _put(self._listed, uid, end)

    def listed(self) -> None:
        """Forget all that was neither listed nor noted since `listing`."""
        with self._lock:
            self._ends, self._listed, self._noted = self._listed, {}, None
            self._earliest = min(self._ends.values(), default=_NEVER)

    def any_before(self, at: datetime) -> bool:
        """Whether something is there whose end was before that moment."""
        with self._lock:
            if self._earliest < _second(at):  # It may have gone since.
                self._earliest = min(self._ends.values(), default=_NEVER)
            return self._earliest < _second(at)


def _second(at: datetime | None) -> int:
    return _NEVER if at is None else int(at.timestamp())


def _put(ends: dict[int, int], uid: str, end: datetime | None) -> None:
    if end is None:
        ends.pop(hash(uid), None)
    else:
        ends[hash(uid)] = _second(end)
