"""A world on Redis, by a clock that can be moved ahead; its clusters are in memory."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from redis import Redis

from daypass.adapters.redis.agenda import RedisAgenda
from daypass.adapters.redis.clock import RedisClock
from daypass.adapters.redis.heartbeats import RedisHeartbeats
from daypass.adapters.redis.store import RedisStore
from daypass.domain.catalog import Catalog
from daypass.domain.epoch import Epoch
from daypass.domain.ids import MoveId
from daypass.ports import Change, Known, Witness
from daypass.usecases.shared.judging import TIMEKEEPER_PROCESS
from tests.builders import EPOCH, World, a_cluster, a_mark, a_snapshot, a_world


class Later:
    """The clock on Redis as it will be: `wait` ahead, by its time and by its ticks."""

    def __init__(self, inner: RedisClock) -> None:
        self._inner = inner
        self.wait = timedelta(0)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def now(self) -> datetime:
        """Return the present, and so much more."""
        return self._inner.now() + self.wait

    def ticks(self) -> float:
        """Return the ticks, and so many more."""
        return self._inner.ticks() + self.wait.total_seconds()


def world_on(client: Redis, clock: Any, catalog: Catalog | None = None) -> World:
    """Return a world whose clusters are in memory, and all else on what `client` reaches."""
    now, store = clock.now(), RedisStore(client)
    heartbeats = RedisHeartbeats(client)
    world = a_world(catalog)
    heartbeats.beat(TIMEKEEPER_PROCESS)
    for cluster in world.catalog.clusters:
        store.keep_seen(a_snapshot(cluster, taken_at=now))
    store.commit(Change(move=MoveId("begun"), epoch=Epoch(id=EPOCH, install="main", begun_at=now)))
    clusters = {name: a_cluster(name, clock) for name in world.catalog.clusters}
    for name, made in clusters.items():
        made.mark = a_mark(name, at=now)
    known = Known(epoch=EPOCH, since=now, event="", at=now)
    witnesses = {name: Witness(known) for name in clusters}
    real: Any = {"store": store, "clock": clock, "heartbeats": heartbeats}
    agenda: Any = RedisAgenda(client)
    return replace(world, **real, agenda=agenda, clusters=clusters, witnesses=witnesses)
