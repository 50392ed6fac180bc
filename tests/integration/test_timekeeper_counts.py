"""What a timekeeper commits is counted, as what any other process does."""

from dataclasses import replace

from redis import Redis

from daypass.adapters.redis.clock import RedisClock
from daypass.domain.audit import Action, AuditEvent
from daypass.ports import TIMEKEEPER, Change, Promise, PromiseKind
from daypass.settings import TimekeeperSettings
from daypass.usecases.shared.tick import tick
from sandbox.valkey import Valkey
from tests.on_redis import world_on
from tests.unit.usecases.scenes import ask
from workers.timekeeper import ports_of


def test_a_request_that_lapses_is_counted(client: Redis, empty_valkey: Valkey) -> None:
    """Nobody else commits that."""
    told = list[AuditEvent]()
    world = world_on(client, RedisClock(client))
    environ = {"DAYPASS_CONFIG": "x", "DAYPASS_REDIS_URL": empty_valkey.url}
    asked, now = world.store.request(ask(world).request.id), world.clock.now()
    assert asked is not None
    row = Promise(keeper=TIMEKEEPER, kind=PromiseKind.LAPSE, subject=asked.id, at=now)
    over = replace(asked, lapses_at=now)
    world.store.commit(Change(move=world.ids.move(), requests=(over,), promises=(row,)))
    tick(ports_of(world.catalog, TimekeeperSettings.read(environ), told=told.extend))
    assert [event.action for event in told] == [Action.REQUEST_LAPSED]
