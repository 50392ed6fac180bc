"""Our side of a Redis that is in trouble, and a real worker on it."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, cast

import pytest
from redis import Redis
from redis.exceptions import RedisError

from daypass.adapters.memory.ids import CountedIds
from daypass.adapters.redis.agenda import RedisAgenda
from daypass.adapters.redis.client import connect
from daypass.adapters.redis.clock import RedisClock
from daypass.adapters.redis.heartbeats import RedisHeartbeats
from daypass.adapters.redis.pictures import RedisPictures
from daypass.adapters.redis.store import RedisStore
from daypass.adapters.rq.enqueue import WakeUps
from daypass.domain.audit import Action, AuditEvent
from daypass.domain.errors import OutsideError
from daypass.domain.ids import LeaseId, MoveId
from daypass.ports import Change, Ledger, Promise, PromiseKind
from daypass.usecases.shared.keep_rows import keep_rows
from daypass.usecases.shared.tick import tick
from tests.builders import NOON, a_catalog, a_lease
from tests.integration import rq_jobs

BOUND: Final = 30
"""Seconds for anything that has to come to be."""
AN_EVENT: Final = AuditEvent(at=NOON, action=Action.REQUEST_SUBMITTED, actor="U0ALICE", subject="x")

Process = subprocess.Popen[bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A Valkey and our side of it."""

    url: str
    client: Redis
    store: RedisStore
    clock: RedisClock
    agenda: RedisAgenda
    heartbeats: RedisHeartbeats
    pictures: RedisPictures

    @property
    def ledger(self) -> Ledger:
        """The timekeeper's ports; of no cluster on which the worker waits for a word (`SLOW`)."""
        clusters = {"prod": a_catalog().clusters["prod"]}
        return Ledger(
            catalog=a_catalog(clusters=clusters),
            store=self.store,
            clock=self.clock,
            agenda=self.agenda,
            heartbeats=self.heartbeats,
            pictures=self.pictures,
            ids=CountedIds(),
        )

    def commit(self, number: int) -> str:
        """Commit one lease, its event and its row, due now; return the event's id."""
        name = LeaseId(f"{number:012}-1")
        row = Promise(keeper="prod", kind=PromiseKind.END, subject=name, at=self.clock.now())
        self.store.commit(
            Change(
                move=MoveId(f"m{number}"),
                leases=(a_lease(id=name),),
                events=(AN_EVENT,),
                promises=(row,),
            )
        )
        return self.store.last_event()

    def until(self, done: Callable[[], bool]) -> None:
        """Wait until something is so; what cannot be asked is not so yet."""
        waited, step = timedelta(0), timedelta(milliseconds=20)
        while waited < timedelta(seconds=BOUND):
            with suppress(OutsideError, RedisError):
                if done():
                    return
            self.clock.pause(step)
            waited += step
        pytest.fail("it did not come to be")


def held_at(url: str, visibility: timedelta = timedelta(seconds=1)) -> Held:
    """Return our side of the Redis at that address; its moves wake the workers of `rq_jobs`."""
    client = connect(url)
    wakeups = WakeUps(client, rq_jobs.lines)
    return Held(
        url=url,
        client=client,
        store=RedisStore(client, wakeups),
        clock=RedisClock(client),
        agenda=RedisAgenda(client, wakeups, visibility=visibility),
        heartbeats=RedisHeartbeats(client),
        pictures=RedisPictures(client),
    )


@contextmanager
def a_worker(url: str) -> Iterator[Process]:
    """Have a worker process; it is killed afterwards."""
    started = subprocess.Popen((sys.executable, "-m", "tests.integration.rq_jobs", url))
    try:
        yield started
    finally:
        started.kill()
        started.wait(BOUND)


def done_by(held: Held, number: int) -> int | None:
    """Return the pid of the worker that has done it; the timekeeper looks first, as it always does.

    What it said about others is passed over: a claim that ran out may be done twice.
    """
    keep_rows(held.ledger)
    tick(held.ledger)
    said = cast("list[bytes]", held.client.lrange(rq_jobs.DONE, 0, -1))
    done = {name: int(pid) for pid, name in (one.decode().split(" ", 1) for one in said)}
    return done.get(f"{number:012}-1")
