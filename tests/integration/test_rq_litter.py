"""Thousands of jobs that are none, on a real Valkey: the worker lives, and no wake-up waits."""

from collections.abc import Callable

import pytest
from redis import Redis

from daypass.adapters.redis.agenda import RedisAgenda
from daypass.adapters.redis.client import connect
from daypass.adapters.rq.jobs import IN_A_ROW
from daypass.adapters.rq.routes import GRANTS_ROUTE
from daypass.adapters.rq.worker import worker
from sandbox.valkey import Valkey

QUEUE = f"rq:queue:{GRANTS_ROUTE.queue}"
KINDS: dict[str, Callable[[int], str]] = {
    "no name": lambda n: f"!{n}",
    "no job": lambda n: f"x{n}",
    "no wake-up": lambda n: f"foreign-{n}",
}


def litter(client: Redis, kind: str, number: int) -> None:
    """Put so many jobs that are none into the queue."""
    names = [KINDS[kind](n) for n in range(number)]
    for name in names if kind == "no wake-up" else ():
        client.hset(f"rq:job:{name}", "data", "x")
    client.rpush(QUEUE, *names)


def work(url: str) -> int:
    """Be a worker until its queue is empty; return how often it said that it moves."""
    moved = list[None]()
    with connect(url) as its:
        worker(its, GRANTS_ROUTE, moves=lambda: moved.append(None)).work(
            burst=True, logging_level="ERROR"
        )
    return len(moved)


@pytest.mark.parametrize("kind", KINDS)
def test_worker_says_that_it_moves_with_each_job_that_it_drops(
    client: Redis, empty_valkey: Valkey, kind: str
) -> None:
    """However many there are, it is not taken for one that hangs, and killed over them."""
    idle = work(empty_valkey.url)
    litter(client, kind, IN_A_ROW - 1)
    assert work(empty_valkey.url) == idle + IN_A_ROW - 1
    assert client.llen(QUEUE) == client.llen(f"{QUEUE}:intermediate") == 0


@pytest.mark.parametrize("kind", KINDS)
def test_queue_of_jobs_that_are_none_is_taken_away(
    client: Redis, empty_valkey: Valkey, kind: str
) -> None:
    """No wake-up waits behind thousands of them: it comes again with the next look."""
    agenda, idle = RedisAgenda(client), work(empty_valkey.url)
    litter(client, kind, 10 * IN_A_ROW)
    assert agenda.wake("prod")
    assert not agenda.wake("prod")
    assert work(empty_valkey.url) == idle + IN_A_ROW
    assert client.llen(QUEUE) == 0
    assert agenda.wake("prod")
