"""Whoever may write leases and rows fills no log with what cannot be read."""

from collections.abc import Iterator

import pytest
from redis import Redis
from structlog.testing import capture_logs

from daypass.adapters.redis import keys
from daypass.adapters.redis.client import connect
from daypass.adapters.redis.said import MOST
from daypass.domain.ids import lease_id, request_id
from daypass.ports import NOTIFICATIONS, PromiseKind
from sandbox.valkey import Valkey
from tests.integration.test_redis_tampered import Scene
from workers.grants.pool import Pool, work_off
from workers.notifications import notifier

MANY = 2 * MOST
ROUNDS = 3


@pytest.fixture
def scene(empty_valkey: Valkey) -> Iterator[Scene]:
    """A lease that goes on, and whoever may write anything."""
    with connect(empty_valkey.url) as client:
        yield Scene(client)


@pytest.fixture
def bot(empty_valkey: Valkey) -> Iterator[Redis]:
    """Somebody with the bot's rights."""
    with connect(empty_valkey.address.url_of("bot")) as client:
        yield client


@pytest.mark.parametrize("kind", [PromiseKind.END, PromiseKind.PROVISION, PromiseKind.ADJUST])
def test_leases_that_cannot_be_read_are_said_once(
    scene: Scene, bot: Redis, kind: PromiseKind
) -> None:
    """They come back every few seconds, each time all of them, for as long as they stand."""
    names = [lease_id(request_id(number + 1000), 1) for number in range(MANY)]
    for name in names:
        bot.set(keys.lease(name), "damaged")
    pool = Pool(threads=4)
    with capture_logs() as logs:
        for _ in range(ROUNDS):
            bot.zadd(keys.due("prod"), {f"{kind}:{name}": 0 for name in names})
            work_off(scene.ports, pool)
    pool.close()
    unreadable = [line for line in logs if line["event"] == "grants.unreadable"]
    assert len(unreadable) == MOST + 1
    assert names[0] in " ".join(line["key"] for line in unreadable)
    assert len(logs) < len(unreadable) + ROUNDS


def test_requests_that_cannot_be_read_are_said_once(scene: Scene, bot: Redis) -> None:
    """Nor does the notifications worker fill its own."""
    names = [request_id(number + 1000) for number in range(MANY)]
    for name in names:
        bot.set(keys.request(name), "damaged")
    with notifier(scene.world.notify()) as mine, capture_logs() as logs:
        for _ in range(ROUNDS):
            bot.zadd(keys.due(NOTIFICATIONS), {f"card:{name}": 0 for name in names})
            mine.work_off()
    assert len(logs) == MOST + 1
