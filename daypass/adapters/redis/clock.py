"""The clock of Redis: one time for all processes."""

import time
from datetime import datetime, timedelta

from redis import Redis

from daypass.adapters.redis.present import Present, asked


class RedisClock:
    """`ports.Clock`; safe to use from several threads and processes."""

    def __init__(self, client: Redis) -> None:
        self._present = Present(lambda: asked(client))

    def now(self) -> datetime:
        """Return the present, aware, UTC; at most a quarter of a second after asking Redis."""
        return self._present.now()

    def ticks(self) -> float:
        """Return seconds that only go forward, of this process alone."""
        return time.monotonic()

    def pause(self, duration: timedelta) -> None:
        """Wait that long."""
        time.sleep(duration.total_seconds())
