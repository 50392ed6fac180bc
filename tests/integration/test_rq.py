"""Real RQ worker processes on a real Valkey: a job is a wake-up, and the agenda owns the work."""

import json
import signal
import socket
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import cast

import pytest
from redis import Redis
from rq import Callback, Queue
from rq.serializers import JSONSerializer

from daypass.adapters.memory.ids import CountedIds
from daypass.adapters.redis import keys
from daypass.adapters.redis.agenda import RedisAgenda
from daypass.adapters.redis.clock import RedisClock
from daypass.adapters.redis.heartbeats import RedisHeartbeats
from daypass.adapters.redis.pictures import RedisPictures
from daypass.adapters.redis.store import RedisStore
from daypass.adapters.rq.enqueue import WakeUps
from daypass.domain.errors import OutsideError
from daypass.domain.ids import MoveId
from daypass.ports import Change, Ledger, Promise, PromiseKind
from daypass.usecases.shared.tick import tick
from sandbox.valkey import Valkey
from tests.builders import a_catalog
from tests.integration import rq_jobs
from workers.supervisor import QUIET

BOUND = 20
"""Seconds for anything that a process has to do; it takes milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A Valkey, our side of it, and the worker processes that a test started."""

    url: str
    client: Redis
    ports: Ledger
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start_worker(self) -> subprocess.Popen[bytes]:
        """Start a worker process."""
        command = (sys.executable, "-m", "tests.integration.rq_jobs", self.url)
        self.workers.append(subprocess.Popen(command))
        return self.workers[-1]

    def promise(self, subject: str, due: str = "prod") -> None:
        """Commit a move that promises something for now."""
        at = self.ports.clock.now()
        made = Promise(keeper=due, kind=PromiseKind.END, subject=subject, at=at)
        self.ports.store.commit(Change(move=MoveId(subject), promises=(made,)))

    def next(self, where: str) -> tuple[int, str]:
        """Return the next word of a worker: its pid and what it is about."""
        said = cast("tuple[bytes, bytes] | None", self.client.blpop([where], timeout=BOUND))
        assert said is not None, f"no worker said anything in {where}"
        pid, _, subject = said[1].decode().partition(" ")
        return int(pid), subject


@pytest.fixture
def shop(empty_valkey: Valkey) -> Iterator[Shop]:
    """An empty shop; its workers end with the test."""
    client = Redis.from_url(empty_valkey.url, socket_timeout=2 * BOUND)
    wakeups = WakeUps(client, rq_jobs.lines)
    opened = Shop(
        url=empty_valkey.url,
        client=client,
        ports=Ledger(
            catalog=a_catalog(),
            store=RedisStore(client, wakeups),
            clock=RedisClock(client),
            agenda=RedisAgenda(client, wakeups),
            heartbeats=RedisHeartbeats(client),
            pictures=RedisPictures(client),
            ids=CountedIds(),
        ),
    )
    yield opened
    for worker in opened.workers:
        worker.kill()
        worker.wait(BOUND)
    client.close()


def enqueue(shop: Shop, function: str, **options: object) -> None:
    """Enqueue by hand what somebody who can write to Redis might."""
    queue = Queue(rq_jobs.ROUTE.queue, connection=shop.client, serializer=JSONSerializer)
    queue.enqueue_call(function, args=["prod"], **options)  # type: ignore[arg-type]


def until(done: Callable[[], bool], shop: Shop) -> None:
    """Let the timekeeper look until something is so."""
    deadline = shop.ports.clock.now() + timedelta(seconds=BOUND)
    while not done():
        assert shop.ports.clock.now() < deadline
        with suppress(OutsideError):  # A queue that is none wakes nobody, as in its own loop.
            tick(shop.ports)
        shop.ports.clock.pause(timedelta(milliseconds=20))


def test_job_runs_when_a_move_makes_something_due(shop: Shop) -> None:
    """Commit, wake-up, claim, finish: nothing is left, neither row nor job."""
    shop.start_worker()
    for n in range(3):
        shop.promise(str(n))
    assert [shop.next(rq_jobs.DONE)[1] for _ in range(3)] == ["0", "1", "2"]
    assert shop.client.zcard(keys.due("prod")) == 0
    assert shop.client.llen("rq:queue:grants") == 0


def test_a_worker_shows_signs_of_life_whether_redis_is_there_or_not(
    shop: Shop, empty_valkey: Valkey
) -> None:
    """One that waits is not taken for one that hangs: it would be killed for Redis's fault."""
    ours, its = socket.socketpair()
    command = (sys.executable, "-m", "tests.integration.rq_jobs", shop.url, "talks")
    with ours, its, ours.makefile() as line:
        ours.settimeout(QUIET)
        shop.workers.append(subprocess.Popen(command, stdin=its.fileno()))
        shop.promise("1")
        assert shop.next(rq_jobs.DONE)[1] == "1"
        assert [line.readline() for _ in range(4)] == ["jobs\n"] * 4
        empty_valkey.kill()
        try:
            assert [line.readline() for _ in range(4)] == ["jobs\n"] * 4
        finally:
            empty_valkey.start_again()


def test_foreign_function_is_refused(shop: Shop) -> None:
    """Law 8: whoever can write to Redis still cannot choose what a worker runs."""
    enqueue(shop, "tests.integration.rq_jobs.foreign")
    enqueue(shop, "os.getcwd")
    shop.promise("x")
    shop.start_worker()
    assert shop.next(rq_jobs.DONE)[1] == "x"
    assert shop.client.llen(rq_jobs.FOREIGN) == 0
    until(lambda: not list(shop.client.scan_iter("rq:job:*")), shop)


def _named(shop: Shop, name: bytes, *fields: bytes) -> None:
    """Put a job of that name into the queue, written by hand."""
    if fields:
        shop.client.hset("rq:job:" + name.decode(), items=list(fields))
    shop.client.lpush(_QUEUE, name)


def _no_hash(shop: Shop) -> None:
    shop.client.set("rq:job:l", "x")
    _named(shop, b"l")


def _call(*call: object) -> bytes:
    return json.dumps(call).encode()


_QUEUE = "rq:queue:grants"
_MINE = rq_jobs.ROUTE.function
GARBAGE: dict[str, Callable[[Shop], object]] = {
    "no JSON": lambda shop: _named(shop, b"a", b"data", b"\x80\x04garbage"),
    "other words": lambda shop: _named(shop, b"b", b"data", b'{"v":1}'),
    "no data": lambda shop: _named(shop, b"c", b"created_at", b"never"),
    "another function": lambda shop: _named(shop, b"d", b"data", _call("os.abort", None, [], {})),
    "a number as the set": lambda shop: _named(shop, b"e", b"data", _call(_MINE, None, [1], {})),
    "an object": lambda shop: _named(shop, b"f", b"data", _call(_MINE, "x", ["prod"], {})),
    "too many words": lambda shop: _named(shop, b"g", b"data", _call(_MINE, None, ["a", "b"], {})),
    "named words": lambda shop: _named(shop, b"h", b"data", _call(_MINE, None, [], {"a": 1})),
    "a huge one": lambda shop: _named(shop, b"i", b"data", b"x" * 5_000_000),
    "a huge one in little": lambda shop: _named(
        shop, b"j", b"data", zlib.compress(b"[" * 1_500_000, 9)
    ),
    "a long set": lambda shop: _named(shop, b"k", b"data", _call(_MINE, None, ["x" * 300], {})),
    "one that is no hash": _no_hash,
    "a name that is no text": lambda shop: _named(shop, b"\xff\xfe"),
    "a name of another form": lambda shop: _named(shop, b"a:b:c"),
    "a huge name": lambda shop: _named(shop, b"n" * 1_000_000),
    "a queue that is none": lambda shop: shop.client.set(_QUEUE, "x"),
    "one left behind": lambda shop: shop.client.lpush(f"{_QUEUE}:intermediate", b"\xff", "a"),
    "an order to stop": lambda shop: shop.client.set("rq:suspended", 1),
}


def test_worker_lives_on_whatever_somebody_puts_into_its_queue(shop: Shop) -> None:
    """Each is dropped before RQ reads it, and the next wake-up is done by the same process."""
    worker = shop.start_worker()
    for n, spoil in enumerate(GARBAGE.values()):
        spoil(shop)
        with suppress(OutsideError):  # The queue that is none: until the worker has seen it.
            shop.promise(str(n))
        until(lambda: shop.client.llen(rq_jobs.DONE) > 0, shop)
        assert shop.next(rq_jobs.DONE) == (worker.pid, str(n))
    assert worker.poll() is None
    assert not list(shop.client.scan_iter("rq:job:?"))
    assert shop.client.llen(rq_jobs.STARTED) == 1


def test_callbacks_of_a_job_are_not_called(shop: Shop) -> None:
    """The allowed function cannot smuggle in another one."""
    foreign = Callback("tests.integration.rq_jobs.foreign")
    enqueue(shop, rq_jobs.ROUTE.function, on_success=foreign, on_failure=foreign)
    enqueue(shop, "os.getcwd", on_failure=foreign)
    shop.promise("x")
    shop.start_worker()
    assert shop.next(rq_jobs.DONE)[1] == "x"
    until(lambda: shop.client.llen("rq:queue:grants") == 0, shop)
    enqueue(shop, rq_jobs.ROUTE.function)
    until(lambda: shop.client.llen("rq:queue:grants") == 0, shop)
    assert shop.client.llen(rq_jobs.FOREIGN) == 0


def test_lost_job_is_woken_again_by_the_timekeeper(shop: Shop) -> None:
    """A job is only a hint: without it the next look finds what is overdue."""
    shop.promise("x")
    assert shop.client.delete("rq:queue:grants") == 1
    shop.start_worker()
    assert tick(shop.ports).woken == 1
    assert shop.next(rq_jobs.DONE)[1] == "x"


def test_timekeeper_wakes_nobody_when_the_job_still_waits(shop: Shop) -> None:
    """However long no worker is there, one wake-up per set waits."""
    shop.promise("x")
    assert [tick(shop.ports).woken for _ in range(5)] == [0] * 5
    assert shop.client.llen("rq:queue:grants") == 1


def test_work_is_done_by_another_when_a_worker_is_killed_in_the_middle(shop: Shop) -> None:
    """The claim of a dead worker runs out and the row is due again."""
    first = shop.start_worker()
    shop.promise("x", rq_jobs.SLOW)
    assert shop.next(rq_jobs.CLAIMED) == (first.pid, "x")
    first.kill()
    first.wait(BOUND)
    second = shop.start_worker()
    until(lambda: shop.client.llen(rq_jobs.CLAIMED) == 1, shop)
    shop.client.rpush(rq_jobs.GO_ON, "go on")
    assert shop.next(rq_jobs.DONE) == (second.pid, "x")
    assert shop.client.zcard(keys.due(rq_jobs.SLOW)) == 0


def test_running_job_is_finished_when_the_worker_is_asked_to_end(shop: Shop) -> None:
    """SIGTERM: no new job, the old one to its end, then exit 0."""
    worker = shop.start_worker()
    shop.promise("x", rq_jobs.SLOW)
    shop.next(rq_jobs.CLAIMED)
    worker.send_signal(signal.SIGTERM)
    shop.client.rpush(rq_jobs.GO_ON, "go on")
    assert shop.next(rq_jobs.DONE) == (worker.pid, "x")
    assert worker.wait(BOUND) == 0


def test_idle_worker_ends_when_it_is_asked_to(shop: Shop) -> None:
    """It does not wait for a job that may never come."""
    worker = shop.start_worker()
    shop.promise("x")
    shop.next(rq_jobs.DONE)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(BOUND) == 0


def test_worker_goes_on_when_the_server_was_killed(shop: Shop, empty_valkey: Valkey) -> None:
    """Nobody restarts a worker because Redis was away."""
    worker = shop.start_worker()
    shop.promise("before")
    shop.next(rq_jobs.DONE)
    empty_valkey.kill()
    empty_valkey.start_again()
    shop.client.connection_pool.disconnect()
    shop.promise("after")
    # It may say "before" once more: a word whose answer was lost is said again.
    words = iter(lambda: shop.next(rq_jobs.DONE), (worker.pid, "after"))
    assert {word for _, word in words} <= {"before"}
