"""What happens once within a time, in memory: a part of the store."""

from datetime import datetime, timedelta

from daypass.adapters.memory.agenda import MemoryAgenda
from daypass.adapters.memory.told import Told


class Once(Told):
    """Keeps keys until they run out, behind the lock of `agenda`."""

    def __init__(self, agenda: MemoryAgenda) -> None:
        super().__init__(agenda)
        self._once: dict[str, datetime] = {}

    def once(self, key: str, ttl: timedelta, *, most: timedelta | None = None) -> bool:
        """Return True the first time that `key` is seen within `ttl`."""
        with self._agenda.lock:
            now = self._agenda.clock.now()
            first = not now < self._once.get(key, now) <= now + max(ttl, most or ttl)
            if first:
                self._once[key] = now + ttl
            return first

    def again(self, key: str) -> None:
        """Let `once` return True for `key` again: what it stood for did not happen."""
        with self._agenda.lock:
            self._once.pop(key, None)
