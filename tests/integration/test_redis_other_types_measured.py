"""Somebody makes keys of another type: what is measured beside them is measured, and it is said."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, Final, cast

import pytest
from prometheus_client import CollectorRegistry
from redis import Redis

from daypass.adapters.prometheus.state import State
from daypass.adapters.prometheus.trail import TrailState
from daypass.adapters.redis import keys
from daypass.adapters.redis.clock import RedisClock
from daypass.adapters.redis.pictures import RedisPictures
from daypass.adapters.redis.trail import RedisTrail
from daypass.ports import TIMEKEEPER, watch_of
from daypass.usecases.incident.survey import survey
from tests.on_redis import Later, world_on
from tests.unit.usecases.scenes import grant

GAUGES: Final = {
    "daypass_oldest_overdue_seconds": {"set": "prod"},
    "daypass_last_reconcile_timestamp_seconds": {"cluster": "prod"},
    "daypass_last_watch_timestamp_seconds": {"cluster": "prod"},
    "daypass_frozen": {"cluster": "prod"},
    "daypass_restoring": {"cluster": "prod"},
    "daypass_last_picture_timestamp_seconds": {"cluster": "prod"},
    "daypass_unsaid_requests": {"to": "people"},
    "daypass_queue_depth": {"queue": "grants"},
    "daypass_store_timestamp_seconds": {},
    "daypass_last_tick_timestamp_seconds": {},
    "daypass_trail_full": {},
    "daypass_unsealed_seconds": {},
}
HIDDEN: Final = {
    "rq:queue:grants": {"daypass_queue_depth"},
    keys.UNSAID: {"daypass_unsaid_requests"},
    keys.SEEN: {"daypass_last_reconcile_timestamp_seconds"},
    keys.PICTURES: {"daypass_last_picture_timestamp_seconds"},
    keys.FREEZE: set(),
    keys.EPOCH: set(),
    keys.due("prod"): set(),
    keys.due(TIMEKEEPER): set(),
    keys.alive(watch_of("prod")): set(),
    keys.alive("timekeeper"): set(),
    keys.AUDIT: {"daypass_trail_full", "daypass_unsealed_seconds"},
    keys.CHECKPOINTS: set(),
}
"""What may be missing where a key is of another type."""
STREAMS: Final = {keys.AUDIT, keys.CHECKPOINTS}


@pytest.mark.parametrize("name", HIDDEN)
def test_a_key_of_another_type_hides_no_gauge_of_anything_else(client: Redis, name: str) -> None:
    """Else whoever made it would silence every alert but the one that says that Redis is away."""
    world, registry = world_on(client, RedisClock(client)), CollectorRegistry()
    world = replace(world, pictures=cast("Any", RedisPictures(client)))
    grant(world)
    client.hset(keys.UNSAID, "x", "damaged")
    trail = TrailState(replace(world.trail, trail=RedisTrail(client)))
    registry.register(State(world.ledger, world.agenda.queued, trail.measured))
    client.delete(name)
    if name in STREAMS:
        client.set(name, "x")
    else:
        client.xadd(name, {"x": "y"})
    found = {gauge for gauge, to in GAUGES.items() if _said(registry, gauge, to) is not None}
    assert _said(registry, "daypass_store_up", {}) == 1
    assert GAUGES.keys() - {"daypass_unsaid_requests"} - found <= HIDDEN[name]
    assert (_said(registry, "daypass_unmeasured", {}) or 0) == bool(HIDDEN[name])


def test_rows_of_another_type_are_ends_that_nobody_sees_to(client: Redis) -> None:
    """Nothing is overdue where nothing can be read: that must not read like a quiet night."""
    later, registry = Later(RedisClock(client)), CollectorRegistry()
    world = world_on(client, later)
    registry.register(State(world.ledger, world.agenda.queued))
    client.delete(keys.due("prod"))
    client.set(keys.due("prod"), "x")
    assert _said(registry, "daypass_oldest_overdue_seconds", {"set": "prod"}) == 0
    later.wait = timedelta(minutes=2)
    assert (_said(registry, "daypass_oldest_overdue_seconds", {"set": "prod"}) or 0) > 100
    assert _said(registry, "daypass_oldest_overdue_seconds", {"set": "dev"}) == 0


def test_status_says_that_a_trail_of_another_type_takes_no_event(client: Redis) -> None:
    """And all the rest, which whoever looks into it needs."""
    world = world_on(client, RedisClock(client))
    grant(world)
    client.delete(keys.AUDIT)
    client.set(keys.AUDIT, "x")
    found = survey(world.ledger)
    assert found.full
    assert {one.name for one in found.clusters} == {"dev", "prod"}


def _said(registry: CollectorRegistry, gauge: str, labels: dict[str, str]) -> float | None:
    return registry.get_sample_value(gauge, labels)
