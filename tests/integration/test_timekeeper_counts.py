"""What a timekeeper commits is counted, as what any other process does."""

from redis import Redis

from daypass.adapters.redis.clock import RedisClock
from daypass.domain.audit import AuditEvent
from daypass.domain.ids import MoveId
from daypass.ports import Change
from daypass.settings import TimekeeperSettings
from sandbox.valkey import Valkey
from tests.integration.holding import AN_EVENT
from tests.on_redis import world_on
from workers.timekeeper import ports_of


def test_what_a_timekeeper_commits_is_counted(client: Redis, empty_valkey: Valkey) -> None:
    """Whoever hears of it hears of each event."""
    told = list[AuditEvent]()
    catalog = world_on(client, RedisClock(client)).catalog
    environ = {"DAYPASS_CONFIG": "x", "DAYPASS_REDIS_URL": empty_valkey.url}
    ports = ports_of(catalog, TimekeeperSettings.read(environ), told=told.extend)
    ports.store.commit(Change(move=MoveId("told"), events=(AN_EVENT,)))
    assert told == [AN_EVENT]
