"""alice's lease on a cluster in memory, all else on a fakeredis that `client` writes to."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import fakeredis

from daypass.adapters.redis.agenda import RedisAgenda
from daypass.adapters.redis.archive import RedisArchive
from daypass.adapters.redis.clock import RedisClock
from daypass.adapters.redis.heartbeats import RedisHeartbeats
from daypass.adapters.redis.store import RedisStore
from daypass.adapters.redis.trail import RedisTrail
from daypass.domain.catalog import Catalog
from daypass.domain.epoch import Epoch
from daypass.domain.ids import MoveId
from daypass.ports import Change, Known, TrailPorts, Witness
from daypass.usecases.shared.judging import TIMEKEEPER_PROCESS
from tests.builders import EPOCH, KEY, World, a_cluster, a_mark, a_snapshot, a_world
from tests.unit.usecases.scenes import grant
from workers.grants.pool import Pool, work_off

if TYPE_CHECKING:
    from redis import Redis


class Later:
    """The clock on Redis as it will be."""

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

    def pause(self, _: timedelta) -> None:
        """Do not wait."""


class Scene:
    """One lease that runs."""

    def __init__(self, catalog: Catalog | None = None, *, granted: bool = True) -> None:
        self.client: Redis = fakeredis.FakeStrictRedis(server=fakeredis.FakeServer())
        self.clock: Any = Later(RedisClock(self.client))
        self.world = self._world(catalog)
        if granted:
            self.lease = grant(self.world)

    def _world(self, catalog: Catalog | None) -> World:
        clock, client = self.clock, self.client
        now, store = clock.now(), RedisStore(client)
        heartbeats = RedisHeartbeats(client)
        world = a_world(catalog)
        heartbeats.beat(TIMEKEEPER_PROCESS)
        for cluster in world.catalog.clusters:
            store.keep_seen(a_snapshot(cluster, taken_at=now))
        store.commit(Change(move=MoveId("begun"), epoch=Epoch(id=EPOCH, begun_at=now)))
        clusters = {name: a_cluster(name, clock) for name in world.catalog.clusters}
        for name, made in clusters.items():
            made.mark = a_mark(name, at=now)
        known = Known(epoch=EPOCH, since=now, event="", at=now)
        witnesses = {name: Witness(known) for name in clusters}
        real: Any = {"store": store, "clock": clock, "heartbeats": heartbeats}
        agenda: Any = RedisAgenda(client)
        return replace(world, **real, agenda=agenda, clusters=clusters, witnesses=witnesses)

    @property
    def trail(self) -> TrailPorts:
        """The timekeeper's."""
        w = self.world
        return TrailPorts(
            catalog=w.catalog,
            store=w.store,
            clock=w.clock,
            agenda=w.agenda,
            heartbeats=w.heartbeats,
            ids=w.ids,
            trail=RedisTrail(self.client),
            archive=RedisArchive(self.client),
            key=KEY,
        )

    def work(self, ports: Any = None) -> None:
        """Be a grants worker until nothing is due."""
        pool = Pool(threads=4)
        try:
            work_off(ports or self.world.grants(), pool)
        finally:
            pool.close()
