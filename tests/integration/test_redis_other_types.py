"""Somebody makes keys of another type: moves are made, and said to be made.

What stands in them only says whom to wake and where to look.
"""

from datetime import timedelta
from typing import Final

import pytest
from redis import Redis

from daypass.adapters.redis import keys
from daypass.adapters.redis.clock import RedisClock
from daypass.domain.lease import LeaseState
from daypass.domain.request import RequestState
from daypass.ports import NOTIFICATIONS
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.shared.judging import TIMEKEEPER_PROCESS
from daypass.usecases.shared.rows import look_row
from daypass.usecases.shared.tick import tick
from tests.builders import World
from tests.on_redis import world_on
from tests.unit.usecases.scenes import BOB, ask, grant, lease_of

FLAGS: Final = [keys.woken(NOTIFICATIONS), keys.woken("prod")]
QUEUES: Final = ["rq:queue:notifications", "rq:queue:grants"]
LISTS: Final = [keys.OVER, keys.PENDING, keys.by_cluster("prod"), keys.due(NOTIFICATIONS)]


@pytest.fixture
def world(client: Redis) -> World:
    """Clusters in memory, all else on that Valkey."""
    return world_on(client, RedisClock(client))


@pytest.mark.parametrize("name", [*FLAGS, *QUEUES])
def test_grant_is_made_whatever_stands_where_wake_ups_are_noted(
    client: Redis, world: World, name: str
) -> None:
    """Who asks, answers and grants hears of no failure of what was done."""
    if name in FLAGS:
        client.rpush(name, "x")
    else:
        client.set(name, "x")
    assert grant(world).state is LeaseState.ACTIVE


@pytest.mark.parametrize("name", LISTS)
def test_answer_is_no_failure_where_a_list_cannot_be_written(
    client: Redis, world: World, name: str
) -> None:
    """What is stored and in the trail is what whoever answered hears of."""
    asked = ask(world).request
    client.delete(name)
    client.set(name, "x")
    said = decide(Decide(actor=BOB, target=asked.id, yes=True), world.ask)
    stored = world.store.request(asked.id)
    assert stored is not None
    assert said.state is stored.state is RequestState.APPROVED
    assert lease_of(world).state is LeaseState.GRANTING


@pytest.mark.parametrize("name", FLAGS)
def test_timekeeper_wakes_and_lives_whatever_is_noted_of_the_last_time(
    client: Redis, world: World, name: str
) -> None:
    """One flag that is none is written over, and keeps nobody else from being woken."""
    client.rpush(name, "x")
    client.delete(keys.alive(TIMEKEEPER_PROCESS))
    now = world.clock.now()
    world.agenda.ensure(look_row("prod", now), look_row("dev", now), within=timedelta(0))
    assert tick(world.trail).woken == 2
    assert world.heartbeats.heard(TIMEKEEPER_PROCESS) is not None
