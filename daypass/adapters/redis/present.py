"""Redis's time without asking each time: one answer, carried on by this machine's ticking."""

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from redis import Redis

from daypass.adapters.redis.client import reading
from daypass.adapters.redis.codec import moment

ASK_AGAIN: Final = 0.25
"""Seconds that an answer is carried on: two quartz clocks part by less than 0.1 ms in them."""


def asked(client: Redis) -> datetime:
    """Ask Redis for the time."""
    with reading():
        seconds, micro = client.time()
    return moment(seconds * 1_000_000 + micro)


class Present:
    """The present by `ask`, never ahead of it and never going back; safe in several threads."""

    def __init__(
        self, ask: Callable[[], datetime], ticks: Callable[[], float] = time.monotonic
    ) -> None:
        self._ask = ask
        self._ticks = ticks
        self._lock = threading.Lock()
        self._answer: tuple[datetime, float] | None = None
        self._last: datetime | None = None

    def now(self) -> datetime:
        """Return the present; raises what `ask` raises when it is time to ask again."""
        answer = self._answer
        if answer is None or self._ticks() - answer[1] > ASK_AGAIN:
            # The ticks are read after the answer came: it can only be older than we take it for.
            answer = self._ask(), self._ticks()
            self._answer = answer
        return self._forward(answer[0] + timedelta(seconds=self._ticks() - answer[1]))

    def _forward(self, at: datetime) -> datetime:
        with self._lock:
            if self._last is None or at > self._last or self._last - at > timedelta(seconds=1):
                self._last = at  # More than a second back: another Redis took over.
            return self._last
