"""The timekeeper: looks whether somebody has to be woken, when that is so, and does small rounds.

Holds no credential but Redis's and the audit trail's; losing Redis does not end it. Time is
Redis's: it is never early.
"""

import math
import time
from collections.abc import Callable, Sequence
from functools import partial
from threading import Event
from typing import Final

import structlog
from prometheus_client import CollectorRegistry

from daypass.adapters.prometheus.meters import Meters
from daypass.adapters.prometheus.pulse import Pulse
from daypass.adapters.prometheus.serve import Health, serving
from daypass.adapters.prometheus.state import State
from daypass.adapters.prometheus.trail import TrailState
from daypass.adapters.redis.agenda import RedisAgenda
from daypass.adapters.redis.archive import RedisArchive
from daypass.adapters.redis.client import connect
from daypass.adapters.redis.clock import RedisClock
from daypass.adapters.redis.heartbeats import RedisHeartbeats
from daypass.adapters.redis.ids import RandomIds
from daypass.adapters.redis.patience import NONE, PATIENCE
from daypass.adapters.redis.pictures import RedisPictures
from daypass.adapters.redis.store import RedisStore
from daypass.adapters.redis.trail import RedisTrail
from daypass.adapters.redis.trust import trust
from daypass.adapters.yaml.load import load
from daypass.domain.audit import AuditEvent
from daypass.domain.catalog import Catalog
from daypass.domain.errors import OutsideError
from daypass.ports import TrailPorts
from daypass.settings import TimekeeperSettings
from daypass.usecases.shared.keep_rows import keep_rows, keep_waiting
from daypass.usecases.shared.tick import tick
from workers.checkpoints import seal, tasks
from workers.supervisor import stop_on_signals

PERIOD: Final = 0.1
"""Seconds from one look to the next where something is overdue, or where looking fails."""
REST: Final = 0.5
"""Seconds from one to the next at most: what a wake-up costs at most that is lost on its way."""
SECOND: Final = 1.0
TEN_SECONDS: Final = 10.0
TRY_AGAIN: Final = 1.0
"""Seconds from one try to reach Redis at the start to the next; each takes about 2 s itself."""

_log = structlog.get_logger()


class Watch:
    """Looks, and says once when looking begins to fail and once when it works again.

    What it looks with returns in how many seconds to look again; None for `every`.
    """

    def __init__(
        self, look: Callable[[], float | None], *, name: str = "tick", every: float = PERIOD
    ) -> None:
        self._look = look
        self._name = name
        self._every = every
        self._at = -math.inf
        self._failing = False
        self.wrong = ""
        """Why it fails at present; empty while it works."""

    def look(self, ticks: float) -> float:
        """Look if it is time to, at so many seconds of any clock; return when to come again.

        Whatever goes wrong, the next look comes.
        """
        if ticks < self._at:
            return self._at
        after = None
        try:
            after = self._look()
        except Exception as error:  # noqa: BLE001 - The outermost loop: ends depend on it.
            self._failed(error)
        else:
            self._worked()
        self._at = ticks + (self._every if after is None else after)
        return self._at

    def _failed(self, error: Exception) -> None:
        self.wrong = str(error)
        if not self._failing:
            _log.error("timekeeper.failing", what=self._name, why=str(error), exc_info=error)
        self._failing = True

    def _worked(self) -> None:
        if self._failing:
            _log.info("timekeeper.works_again", what=self._name)
        self.wrong = ""
        self._failing = False


def keep_time(
    watches: Sequence[Watch], stop: Event, *, told: Callable[[str], None] = lambda _: None
) -> None:
    """Let all look when it is their time until `stop`; a late look is not made up for.

    `told` hears after each of them what the first of them finds wrong, empty for nothing.
    """
    while not stop.is_set():
        begun = time.monotonic()
        soonest = math.inf
        for watch in watches:
            soonest = min(soonest, watch.look(begun))
            told(watches[0].wrong)  # Each may wait for a Redis that is silent.
        stop.wait(max(0.0, soonest - time.monotonic()))


def once_it_answers(
    ask: Callable[[], object], stop: Event, *, told: Callable[[str], None] = lambda _: None
) -> None:
    """Ask until there is an answer, or until `stop`; `told` hears why there is none yet."""
    while not stop.is_set():
        try:
            ask()
        except OutsideError as error:
            _log.error("timekeeper.waits", why=str(error))
            told(str(error))
            stop.wait(TRY_AGAIN)
        else:
            return


def run(settings: TimekeeperSettings) -> None:
    """Be the timekeeper until SIGTERM.

    Raises:
        ConfigurationError: the configuration has faults.
        SettingsError: Redis may forget what it acknowledges, or is another install's.
    """
    stop, client = stop_on_signals(), connect(settings.redis_url)
    catalog, pulse = load(settings.config).catalog, Pulse()
    measured = registry(ports_of(catalog, settings, patience=NONE))
    ports = ports_of(catalog, settings, told=Meters(measured).count)
    ours = partial(trust, client, install=catalog.install, unsafe=settings.redis_unsafe)
    with serving(settings.health, measured, Health(lives=pulse.lives, ready=pulse.ready)):
        once_it_answers(ours, stop, told=pulse.beat)
        keep_time(watches(ports), stop, told=pulse.beat)


def ports_of(
    catalog: Catalog,
    settings: TimekeeperSettings,
    *,
    patience: float = PATIENCE,
    told: Callable[[Sequence[AuditEvent]], None] = lambda _: None,
) -> TrailPorts:
    """Return the ports over a client of their own; nothing is asked yet. `told` hears of events."""
    client = connect(settings.redis_url, patience=patience)
    return TrailPorts(
        catalog=catalog,
        store=RedisStore(client, told=told),
        clock=RedisClock(client),
        agenda=RedisAgenda(client),
        heartbeats=RedisHeartbeats(client),
        pictures=RedisPictures(client),
        ids=RandomIds(),
        trail=RedisTrail(client),
        archive=RedisArchive(client),
        key=settings.audit_key,
    )


def registry(ports: TrailPorts) -> CollectorRegistry:
    """Return what is asked of the store whenever somebody asks for metrics."""
    found = CollectorRegistry()
    found.register(State(ports, ports.agenda.queued, TrailState(ports).measured))
    return found


def watches(ports: TrailPorts) -> Sequence[Watch]:
    """Return all that the timekeeper looks after; the first is what ends depend on."""
    return (
        Watch(lambda: wake(ports)),
        Watch(lambda: keep_rows(ports), name="rows", every=SECOND),
        Watch(lambda: keep_waiting(ports), name="requests", every=TEN_SECONDS),
        Watch(lambda: seal(ports), name="audit trail", every=SECOND),
    )


def wake(ports: TrailPorts) -> float:
    """Tick; return in how many seconds to do so again.

    What becomes due later is known; what is due from the start wakes its worker by itself.
    """
    quiet = tick(ports, tasks(ports)).quiet.total_seconds()
    return min(quiet, REST) if quiet else PERIOD
