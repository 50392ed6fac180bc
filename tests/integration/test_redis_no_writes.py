"""A real Valkey that takes no writes just now is no trail that takes no event: moves wait."""

from collections.abc import Callable, Iterator
from typing import Final

import pytest
from redis import Redis

from daypass.adapters.redis import keys
from daypass.adapters.redis.client import connect
from daypass.adapters.redis.clock import RedisClock
from daypass.domain.audit import Action
from daypass.domain.errors import TemporaryOutsideError
from daypass.domain.lease import EndCause, LeaseState
from daypass.ports import Change
from daypass.usecases.shared.ending import Ending, ending
from daypass.usecases.shared.events import lease_event
from sandbox.valkey import Valkey
from tests.builders import World, a_lease
from tests.contract.store_stages import a_move
from tests.on_redis import world_on
from tests.unit.usecases.scenes import FIRST, approve, grant, lease_of, names, try_once

Put = Callable[[Redis], object]


def _full(client: Redis) -> None:
    client.config_set("maxmemory", "1")


def _roomy(client: Redis) -> None:
    client.config_set("maxmemory", "0")


def _lonely(client: Redis) -> None:
    client.config_set("min-replicas-to-write", "1")


def _in_company(client: Redis) -> None:
    client.config_set("min-replicas-to-write", "0")


def _replica(client: Redis) -> None:
    client.replicaof("127.0.0.1", "1")


def _master(client: Redis) -> None:
    client.replicaof("NO", "ONE")


TROUBLES: Final[dict[str, tuple[Put, Put]]] = {
    "full": (_full, _roomy),
    "without its replica": (_lonely, _in_company),
    "a replica by now": (_replica, _master),
}


@pytest.fixture
def client(empty_valkey: Valkey) -> Iterator[Redis]:
    """A connection, and a Valkey that takes writes again after it."""
    with connect(empty_valkey.url) as made:
        yield made
        for _, right in TROUBLES.values():
            right(made)


@pytest.fixture
def world(client: Redis) -> World:
    """Clusters in memory, all else on that Valkey."""
    return world_on(client, RedisClock(client))


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_move_may_be_tried_again(client: Redis, world: World, trouble: str) -> None:
    """Whoever is told that it passes waits for it; the trail is not what is wrong."""
    wrong, right = TROUBLES[trouble]
    new = a_lease(id="000000000009-1")
    event = lease_event(new, Action.LEASE_GRANTED, {}, actor="bob", at=new.approved_at)
    change = Change(move=a_move(), leases=(new,), events=(event,))
    wrong(client)
    with pytest.raises(TemporaryOutsideError, match="Redis takes no writes"):
        world.store.commit(change)
    right(client)
    world.store.commit(change)
    assert world.store.lease(new.id) is not None


def test_a_grant_waits_for_room(client: Redis, world: World) -> None:
    """What people approved is not given up for a Redis that was full when its turn came."""
    approve(world)
    _full(client)
    with pytest.raises(TemporaryOutsideError):
        try_once(world)
    assert (lease_of(world).state, names(world)) == (LeaseState.GRANTING, [])


def test_an_end_in_a_full_redis_is_in_the_trail(client: Redis, world: World) -> None:
    """Whoever ends something makes room for the event that says so."""
    grant(world)
    before = client.xlen(keys.AUDIT)
    why = Ending(cause=EndCause.REVOKED, actor="admin")
    _full(client)
    world.store.commit(ending((lease_of(world),), why, world.grants()))
    assert lease_of(world, FIRST).state is LeaseState.REVOKING
    assert client.xlen(keys.AUDIT) == before + 1
