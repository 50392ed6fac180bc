"""Workers put themselves on no list: nobody reads it, and those that are killed would stay."""

import pytest
from redis import Redis

from daypass.adapters.redis.agenda import RedisAgenda
from daypass.adapters.redis.client import connect
from daypass.adapters.rq.routes import GRANTS_ROUTE
from daypass.adapters.rq.worker import worker
from sandbox.valkey import Valkey

LISTS = ("rq:workers", f"rq:workers:{GRANTS_ROUTE.queue}")
LIVES = 5


def test_workers_that_are_killed_leave_nothing_for_ever(client: Redis) -> None:
    """They may die again and again: what they said of themselves goes by itself."""
    for _ in range(LIVES):
        worker(client, GRANTS_ROUTE).register_birth()
    names = [name for name in client.keys("rq:*") if client.pttl(name) < 0]
    assert names == []
    assert len(client.keys("rq:worker:*")) == LIVES


def test_worker_that_was_stopped_for_long_leaves_nothing_for_ever(client: Redis) -> None:
    """What it said has run out; it says it anew, and may die right after that."""
    late = worker(client, GRANTS_ROUTE)
    late.register_birth()
    client.delete(late.key)
    late.heartbeat()
    assert client.pttl(late.key) > 0


@pytest.mark.parametrize("name", LISTS)
def test_worker_works_whatever_stands_where_rq_lists_workers(
    client: Redis, empty_valkey: Valkey, name: str
) -> None:
    """One key of another type, and no worker of either queue would take a job any more."""
    client.set(name, "x")
    RedisAgenda(client).wake("prod")
    with connect(empty_valkey.url) as its:
        worker(its, GRANTS_ROUTE).work(burst=True, logging_level="ERROR")
    assert RedisAgenda(client).queued()[GRANTS_ROUTE.queue] == 0
