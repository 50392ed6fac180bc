"""Which processes are alive, in memory."""

from datetime import datetime

from daypass.adapters.memory.clock import MemoryClock


class MemoryHeartbeats:
    """Remembers who beat when, by that clock."""

    def __init__(self, clock: MemoryClock) -> None:
        self._clock = clock
        self._beats: dict[str, datetime] = {}

    def beat(self, process: str) -> None:
        """Note that `process` is alive now."""
        self._beats[process] = self._clock.now()

    def heard(self, process: str) -> datetime | None:
        """Return when `process` last beat."""
        return self._beats.get(process)
