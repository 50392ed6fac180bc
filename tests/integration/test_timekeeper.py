"""The real timekeeper process: wakes what is overdue, beats, and survives Redis."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from redis import Redis

from daypass.adapters.redis.agenda import RedisAgenda
from daypass.adapters.redis.clock import RedisClock
from daypass.adapters.redis.heartbeats import RedisHeartbeats
from daypass.ports import Promise, PromiseKind
from daypass.usecases.shared.judging import TIMEKEEPER_PROCESS
from sandbox.valkey import Valkey

BOUND = 20
"""Seconds for anything that the process has to do."""
EXAMPLE = Path(__file__).parents[2] / "examples" / "daypass.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """The process, and our own look at its Redis."""

    process: subprocess.Popen[bytes]
    client: Redis
    clock: RedisClock
    agenda: RedisAgenda
    heartbeats: RedisHeartbeats

    def until(self, done: Callable[[], bool]) -> None:
        """Wait until something is so."""
        deadline = self.clock.now() + timedelta(seconds=BOUND)
        while not done():
            assert self.clock.now() < deadline
            assert self.process.poll() is None
            self.clock.pause(timedelta(milliseconds=10))

    def beat_after(self, moment: datetime) -> bool:
        """Whether it has beaten since."""
        heard = self.heartbeats.heard(TIMEKEEPER_PROCESS)
        return heard is not None and heard > moment

    def next_wakeup(self) -> bool:
        """Wait for a wake-up and take it."""
        return cast("object", self.client.blpop(["rq:queue:grants"], timeout=BOUND)) is not None


@pytest.fixture
def running(empty_valkey: Valkey) -> Iterator[Running]:
    """The timekeeper, as an operator starts it."""
    settings = {
        "DAYPASS_CONFIG": str(EXAMPLE),
        "DAYPASS_REDIS_URL": empty_valkey.address.url_of("timekeeper"),
    }
    process = subprocess.Popen(
        (sys.executable, "-m", "workers", "timekeeper"), env={**os.environ, **settings}
    )
    with Redis.from_url(empty_valkey.url, socket_timeout=2 * BOUND) as client:
        yield Running(
            process=process,
            client=client,
            clock=RedisClock(client),
            agenda=RedisAgenda(client),
            heartbeats=RedisHeartbeats(client),
        )
    process.kill()
    process.wait(BOUND)


def overdue(running: Running, subject: str) -> None:
    """Write a promise that is due, without a wake-up."""
    at = running.clock.now()
    row = Promise(keeper="prod", kind=PromiseKind.END, subject=subject, at=at)
    running.agenda.ensure(row, within=timedelta(hours=1))


def test_timekeeper_wakes_the_worker_of_what_is_overdue(running: Running) -> None:
    """Nobody else enqueued anything."""
    overdue(running, "x")
    assert running.next_wakeup()


def test_timekeeper_ends_when_it_is_asked_to(running: Running) -> None:
    """SIGTERM: exit 0 at once."""
    running.until(lambda: running.heartbeats.heard(TIMEKEEPER_PROCESS) is not None)
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(BOUND) == 0


def test_timekeeper_goes_on_when_redis_comes_back(running: Running, empty_valkey: Valkey) -> None:
    """It is the same process that wakes and beats after an outage."""
    running.until(lambda: running.heartbeats.heard(TIMEKEEPER_PROCESS) is not None)
    empty_valkey.kill()
    empty_valkey.start_again()
    running.client.connection_pool.disconnect()
    back = running.clock.now()
    running.until(lambda: running.beat_after(back))
    overdue(running, "y")
    assert running.next_wakeup()
    assert running.process.poll() is None
