"""Which processes are alive, and who has which duty, as Redis knows it."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from redis import Redis

from daypass.adapters.redis import keys, sized
from daypass.adapters.redis.client import writing
from daypass.adapters.redis.codec import micros, moment
from daypass.adapters.redis.scripts import Script
from daypass.domain.vouching import Vouch
from daypass.ports import DUTY_HELD, Outlook

_MILLISECOND: Final = timedelta(milliseconds=1)
"""What `PX` counts in."""
_NOTED: Final = "noted"
"""Says that the last key is where to note it."""


class RedisHeartbeats:
    """`ports.Heartbeats`; safe to use from several threads and processes."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._overdue = Script(client, "overdue")
        self._take_duty = Script(client, "take_duty")

    def beat(self, process: str) -> None:
        """Note that `process` is alive now."""
        self.idle(process, ())

    def idle(self, process: str, keepers: Collection[str]) -> Outlook:
        """Note that `process` is alive unless promises of these keepers are overdue."""
        names = [*map(keys.due, keepers), keys.alive(process)]
        with writing():
            *found, quiet = self._overdue(names, _NOTED)
        counts = zip(keepers, found, strict=True)
        overdue = {keeper: count for keeper, count in counts if count}
        return Outlook(overdue=overdue, quiet=timedelta(microseconds=quiet))

    def heard(self, process: str) -> datetime | None:
        """Return when `process` last beat, to the second, or vouched; None for nothing of ours."""
        said = self.vouched(process)
        return said.at if said else None

    def vouch(self, process: str, vouch: Vouch) -> None:
        """Note that `process` is alive and sees all that it is to see."""
        with writing():
            self._client.set(keys.alive(process), f"{micros(vouch.at)} {vouch.mac}")

    def vouched(self, process: str) -> Vouch | None:
        """Return what `process` said last; who only beat said it without a MAC."""
        try:
            said = (sized.one(self._client, keys.alive(process)) or b"").decode(errors="replace")
            at, _, mac = said.partition(" ")
            return Vouch(at=moment(at), mac=mac) if at else None
        except (ValueError, OverflowError):
            return None

    def take_duty(self, duty: str, holder: str) -> bool:
        """Take a duty that nobody has, or keep it; False while another has it."""
        with writing():
            taken = self._take_duty([keys.duty(duty)], holder, DUTY_HELD // _MILLISECOND)
        return bool(taken)
