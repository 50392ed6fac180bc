"""The clock in memory: time is set by hand."""

from datetime import UTC, datetime, timedelta
from threading import RLock
from typing import Final

_START: Final = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


class MemoryClock:
    """Time that passes when somebody says so."""

    def __init__(self, now: datetime = _START) -> None:
        self.lock: Final = RLock()
        self._now = now
        self._ticks = 0.0

    def set(self, now: datetime) -> None:
        """Make it `now`, as a store does whose time jumps: no tick passes."""
        with self.lock:
            self._now = now

    def advance(self, by: timedelta) -> datetime:
        """Let time pass; return what it is then."""
        with self.lock:
            self._now += by
            self._ticks += by.total_seconds()
            return self._now

    def now(self) -> datetime:
        """Return what was set."""
        with self.lock:
            return self._now

    def ticks(self) -> float:
        """Return for how many seconds time was let pass."""
        with self.lock:
            return self._ticks

    def pause(self, duration: timedelta) -> None:
        """Wait that long: here time simply passes."""
        self.advance(duration)
