"""Redis refuses us, for somebody changed a password: no process says that it is ready."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from prometheus_client import CollectorRegistry
from redis import Redis

from daypass.adapters.prometheus.serve import store_answers
from daypass.adapters.prometheus.state import State
from daypass.adapters.redis.client import connect
from daypass.adapters.redis.clock import RedisClock
from daypass.adapters.redis.heartbeats import RedisHeartbeats
from sandbox.valkey import Valkey
from tests.on_redis import world_on

USER = "leaver"


@pytest.fixture
def admin(empty_valkey: Valkey) -> Iterator[Redis]:
    """Redis's administrator, who has let somebody in."""
    with connect(empty_valkey.url) as client:
        client.acl_setuser(
            USER, enabled=True, passwords=["+before"], keys=["*"], categories=["+@all"], reset=True
        )
        yield client
        client.acl_deluser(USER)


@pytest.fixture
def ours(admin: Redis, empty_valkey: Valkey) -> Iterator[Redis]:  # noqa: ARG001 - It lets us in.
    """A process that came in with that password, which holds no more."""
    parts = urlsplit(empty_valkey.url)
    with connect(f"redis://{USER}:before@{parts.hostname}:{parts.port}/0") as client:
        yield client


def shut_out(admin: Redis) -> None:
    """Change the password, and end what came in with the one before."""
    admin.acl_setuser(USER, passwords=["-before", "+after"])
    admin.client_kill_filter(user=USER)


def test_a_process_whose_password_is_refused_is_not_ready(admin: Redis, ours: Redis) -> None:
    """All of its work fails, and a kubelet would send it more."""
    answers = store_answers(RedisHeartbeats(ours))
    assert answers() == ""
    shut_out(admin)
    assert "Redis refuses our credentials" in answers()


def test_a_store_that_refuses_us_is_down(admin: Redis, ours: Redis) -> None:
    """It answers, and is of no use: that is no matter of a key or two."""
    world, registry = world_on(ours, RedisClock(ours)), CollectorRegistry()
    registry.register(State(world.ledger, world.agenda.queued))
    assert registry.get_sample_value("daypass_store_up") == 1
    shut_out(admin)
    assert registry.get_sample_value("daypass_store_up") == 0
