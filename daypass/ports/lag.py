"""How far a cluster's word is behind its writes: known by how long its last answers took."""

from datetime import timedelta
from threading import Lock
from typing import Final

MOST: Final = 0.1
"""Seconds: a server that is farther behind is asked again, and nobody waits for long in advance."""
LESS: Final = 0.97
"""What is left of it after an answer that was right at once. In a burst one first answer in nine is
wrong then; with 0.9 it was one in three, each a review more for the server."""
STALE: Final = 1.0
"""Seconds after which what was learned under load says nothing about a system at rest."""


class Lag:
    """What was learned of one cluster; safe in several threads. At rest nobody waits.

    A review that comes too early costs the server as much as the right one.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._seconds = 0.0
        self._learned_at = 0.0

    def expected(self, ticks: float) -> timedelta:
        """Return how long to wait after a write before the first question."""
        with self._lock:
            fresh = ticks - self._learned_at < STALE
            return timedelta(seconds=self._seconds if fresh else 0)

    def learn(self, ticks: float, took: float | None) -> None:
        """Learn that the first answer was right, or that it took so many seconds to become so."""
        with self._lock:
            fresh = self._seconds if ticks - self._learned_at < STALE else 0.0
            self._seconds = fresh * LESS if took is None else min(max(fresh, took), MOST)
            self._learned_at = ticks
