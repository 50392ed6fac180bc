"""alice's lease on a cluster in memory, all else on a fakeredis that `client` writes to."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import fakeredis

from daypass.adapters.redis.archive import RedisArchive
from daypass.adapters.redis.clock import RedisClock
from daypass.adapters.redis.trail import RedisTrail
from daypass.domain.catalog import Catalog
from daypass.ports import TrailPorts
from tests.on_redis import Later, world_on
from tests.unit.usecases.scenes import grant
from workers.grants.pool import Pool, work_off

if TYPE_CHECKING:
    from redis import Redis


class Unhurried(Later):
    """One that nobody waits for."""

    def pause(self, _: timedelta) -> None:
        """Do not wait."""


class Scene:
    """One lease that runs."""

    def __init__(self, catalog: Catalog | None = None, *, granted: bool = True) -> None:
        self.client: Redis = fakeredis.FakeStrictRedis(server=fakeredis.FakeServer())
        self.clock: Any = Unhurried(RedisClock(self.client))
        self.world = world_on(self.client, self.clock, catalog)
        if granted:
            self.lease = grant(self.world)

    @property
    def trail(self) -> TrailPorts:
        """The timekeeper's."""
        trail, archive = RedisTrail(self.client), RedisArchive(self.client)
        return replace(self.world.trail, trail=trail, archive=archive)

    def work(self, ports: Any = None) -> None:
        """Be a grants worker until nothing is due."""
        pool = Pool(threads=4)
        try:
            work_off(ports or self.world.grants(), pool)
        finally:
            pool.close()
