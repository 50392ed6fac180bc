"""The store and the agenda, three times: in memory, on fakeredis and on a real Valkey."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Final, cast

from redis import Redis
from rq.job import Job
from rq.serializers import JSONSerializer

from daypass.adapters.memory.agenda import MemoryAgenda
from daypass.adapters.memory.clock import MemoryClock
from daypass.adapters.memory.heartbeats import MemoryHeartbeats
from daypass.adapters.memory.pictures import MemoryPictures
from daypass.adapters.memory.store import MemoryStore
from daypass.adapters.memory.trail import MemoryArchive, MemoryTrail
from daypass.adapters.redis import keys
from daypass.adapters.redis.agenda import RedisAgenda
from daypass.adapters.redis.archive import RedisArchive
from daypass.adapters.redis.clock import RedisClock
from daypass.adapters.redis.codec import decode
from daypass.adapters.redis.heartbeats import RedisHeartbeats
from daypass.adapters.redis.pictures import RedisPictures
from daypass.adapters.redis.store import RedisStore
from daypass.adapters.redis.trail import RedisTrail
from daypass.domain.audit import AuditEvent
from daypass.domain.ids import MoveId
from daypass.ports import (
    NOTIFICATIONS,
    TIMEKEEPER,
    Agenda,
    Archive,
    Change,
    Claim,
    Clock,
    Heartbeats,
    Pictures,
    Promise,
    PromiseKind,
    Store,
    Trail,
)

KINDS: Final = ("memory", "fakeredis", "valkey")
VISIBILITY: Final = timedelta(milliseconds=20)
HOUR: Final = timedelta(hours=1)
SETS: Final = ("prod", "dev", TIMEKEEPER, NOTIFICATIONS)
_QUEUES: Final = ("rq:queue:grants", "rq:queue:notifications")


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A store, its clock and its agenda; of the `quick` one claims run out after VISIBILITY."""

    store: Store
    clock: Clock
    agenda: Agenda
    quick: Agenda
    heartbeats: Heartbeats
    pictures: Pictures
    trail: Trail
    archive: Archive
    events: Callable[[], Sequence[AuditEvent]]
    wakeups: Callable[[], Sequence[str]]
    """The sets whose worker was woken and has not started."""
    start: Callable[[], str]
    """Begin the oldest wake-up as a worker does; says which set it is for."""

    def due_in(self, wait: timedelta, subject: str = "k7q2m9x4t1bd", due: str = "prod") -> Promise:
        """Return a promise relative to the clock's present."""
        return Promise(
            keeper=due, kind=PromiseKind.END, subject=subject, at=self.clock.now() + wait
        )

    def overdue(self) -> Mapping[str, int]:
        """Ask what is overdue in the sets that these tests write to."""
        return self.agenda.overdue(SETS)

    def oldest(self) -> Mapping[str, datetime]:
        """Ask since when."""
        return self.agenda.oldest(SETS)

    def write(self, *promises: Promise) -> None:
        """Commit a move that does nothing but promise."""
        self.store.commit(Change(move=a_move(), promises=promises))

    def claim(self, due: str = "prod", limit: int = 50) -> Sequence[Claim]:
        """Claim from a set."""
        return self.agenda.claim(due, limit)


_MOVES = count(1)


def a_move() -> MoveId:
    """Return a move id that no other test has."""
    return MoveId(f"m{next(_MOVES)}")


def memory_state(now: datetime) -> State:
    """Return everything in memory."""
    clock = MemoryClock(now)
    agenda = MemoryAgenda(clock, visibility=VISIBILITY)
    store, heartbeats = MemoryStore(agenda), MemoryHeartbeats(agenda)
    return State(
        store=store,
        clock=clock,
        agenda=agenda,
        quick=agenda,
        heartbeats=heartbeats,
        pictures=MemoryPictures(heartbeats),
        trail=MemoryTrail(store),
        archive=MemoryArchive(store),
        events=lambda: tuple(store.events),
        wakeups=lambda: tuple(agenda.wakeups),
        start=lambda: agenda.wakeups.pop(0),
    )


def redis_state(client: Redis) -> State:
    """Return everything on whatever `client` reaches."""

    def wakeups() -> Sequence[str]:
        waiting = [(name, job) for name in _QUEUES for job in _list(client, name)]
        return [_set_of(client, job) for _, job in waiting]

    def start() -> str:
        queue = next(name for name in _QUEUES if _list(client, name))
        return _set_of(client, cast("bytes", client.lpop(queue)))

    def events() -> Sequence[AuditEvent]:
        entries = cast("list[tuple[bytes, dict[bytes, bytes]]]", client.xrange(keys.AUDIT))
        return [decode(AuditEvent, fields[keys.EVENT.encode()]) for _, fields in entries]

    return State(
        store=RedisStore(client),
        clock=RedisClock(client),
        agenda=RedisAgenda(client),
        heartbeats=RedisHeartbeats(client),
        pictures=RedisPictures(client),
        quick=RedisAgenda(client, visibility=VISIBILITY),
        trail=RedisTrail(client),
        archive=RedisArchive(client),
        events=events,
        wakeups=wakeups,
        start=start,
    )


def _list(client: Redis, name: str) -> list[bytes]:
    return cast("list[bytes]", client.lrange(name, 0, -1))


def _set_of(client: Redis, job: bytes) -> str:
    found: Any = Job.fetch(job.decode(), connection=client, serializer=JSONSerializer)
    return str(found.args[0]) if found.args else NOTIFICATIONS
