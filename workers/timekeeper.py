"""The timekeeper: looks ten times a second whether somebody has to be woken.

Holds no credential but Redis's; losing Redis does not end it. Time is Redis's: it is never early.
"""

import time
from collections.abc import Callable
from threading import Event
from typing import Final

import structlog

from daypass.adapters.redis.client import connect
from daypass.adapters.redis.clock import RedisClock
from daypass.adapters.redis.ids import RandomIds
from daypass.adapters.redis.store import RedisStore
from daypass.adapters.yaml.load import load
from daypass.ports import Ledger
from daypass.settings import TimekeeperSettings
from daypass.usecases.tick import tick
from workers.supervisor import stop_on_signals

PERIOD: Final = 0.1
"""Seconds from one look to the next: what a lost wake-up costs at most."""

_log = structlog.get_logger()


class Watch:
    """Looks, and says once when looking begins to fail and once when it works again."""

    def __init__(self, look: Callable[[], object]) -> None:
        self._look = look
        self._failing = False

    def look(self) -> None:
        """Look once; whatever goes wrong, the next look comes."""
        try:
            self._look()
        except Exception as error:  # noqa: BLE001 - The outermost loop: ends depend on it.
            self._failed(error)
        else:
            self._worked()

    def _failed(self, error: Exception) -> None:
        if not self._failing:
            _log.error("timekeeper.failing", why=str(error), exc_info=error)
        self._failing = True

    def _worked(self) -> None:
        if self._failing:
            _log.info("timekeeper.works_again")
        self._failing = False


def keep_time(watch: Watch, stop: Event) -> None:
    """Look every PERIOD until `stop`; a late look is not made up for."""
    while not stop.is_set():
        started = time.monotonic()
        watch.look()
        stop.wait(max(0.0, PERIOD - (time.monotonic() - started)))


def run(settings: TimekeeperSettings) -> None:
    """Be the timekeeper until SIGTERM.

    Raises:
        ConfigurationError: the configuration has faults.
    """
    client = connect(settings.redis_url)
    ports = Ledger(
        catalog=load(settings.config).catalog,
        store=RedisStore(client),
        clock=RedisClock(client),
        ids=RandomIds(),
    )
    keep_time(Watch(lambda: tick(ports)), stop_on_signals())
