"""Which processes are alive, and who has which duty, as Redis knows it."""

from datetime import datetime, timedelta
from typing import Final

from redis import Redis

from daypass.adapters.redis import keys, sized
from daypass.adapters.redis.client import writing
from daypass.adapters.redis.codec import moment
from daypass.adapters.redis.scripts import Script
from daypass.domain.errors import PermanentOutsideError
from daypass.ports import DUTY_HELD

_MILLISECOND: Final = timedelta(milliseconds=1)
"""What `PX` counts in."""


class RedisHeartbeats:
    """`ports.Heartbeats`; safe to use from several threads and processes."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._beat = Script(client, "beat")
        self._take_duty = Script(client, "take_duty")

    def beat(self, process: str) -> None:
        """Note that `process` is alive now."""
        with writing():
            self._beat([keys.alive(process)])

    def heard(self, process: str) -> datetime | None:
        """Return when `process` last beat, to the second; None for no moment that it wrote."""
        try:
            at = sized.one(self._client, keys.alive(process))
            return None if at is None else moment(at)
        except (ValueError, OverflowError, PermanentOutsideError):
            return None

    def take_duty(self, duty: str, holder: str) -> bool:
        """Take a duty that nobody has, or keep it; False while another has it."""
        with writing():
            taken = self._take_duty([keys.duty(duty)], holder, DUTY_HELD // _MILLISECOND)
        return bool(taken)
