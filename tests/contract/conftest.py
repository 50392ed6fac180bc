"""The three implementations of store and clock, one per test."""

from collections.abc import Iterator

import fakeredis
import pytest
from redis import Redis

from daypass.adapters.redis.client import connect
from tests.builders import NOON
from tests.contract.store_stages import KINDS, State, memory_state, redis_state


@pytest.fixture(params=KINDS)
def state(request: pytest.FixtureRequest) -> Iterator[State]:
    """An empty store and its agenda."""
    if request.param == "memory":
        yield memory_state(NOON)
        return
    with fake_client() if request.param == "fakeredis" else real_client(request) as client:
        yield redis_state(client)


def fake_client() -> Redis:
    """Return a client of a Redis that is written in Python; it runs the real scripts."""
    return fakeredis.FakeStrictRedis(server=fakeredis.FakeServer())


def real_client(request: pytest.FixtureRequest) -> Redis:
    """Return a client of the run's Valkey, emptied."""
    return connect(request.getfixturevalue("empty_valkey").url)
