"""Somebody writes to a real Valkey what we never do: ends come all the same (laws 3 and 10)."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any, Final

import pytest
from redis import Redis
from redis.exceptions import NoPermissionError

from daypass.adapters.redis import keys
from daypass.adapters.redis.client import connect
from daypass.adapters.redis.clock import RedisClock
from daypass.domain.errors import PermanentOutsideError
from daypass.domain.ids import RequestId
from daypass.ports import GrantPorts, Promise, PromiseKind
from daypass.usecases.grants.overlooked import CHECKED, UNTRIED
from daypass.usecases.grants.reconcile import UNASKED, reconcile_unasked
from daypass.usecases.shared.judging import TIMEKEEPER_PROCESS
from daypass.usecases.shared.tick import tick
from sandbox.valkey import Valkey
from tests.on_redis import Later, world_on
from tests.unit.usecases.scenes import FIRST, grant, let_go
from workers.grants.poller import Poller
from workers.grants.pool import Pool, work_off

NO_TEXT: Final = b"\xff\xfe"
ROW: Final = f"{PromiseKind.END}:{FIRST}"
PROD: Final = keys.due("prod")


class Scene:
    """alice's lease on a cluster in memory, all else on a Valkey that `client` writes to."""

    def __init__(self, client: Redis) -> None:
        self.client = client
        self.clock: Any = Later(RedisClock(client))
        self.world = world_on(client, self.clock)
        self.lease = grant(self.world)

    @property
    def objects(self) -> int:
        """How many objects are on the cluster."""
        return len(self.world.clusters["prod"].objects)

    @property
    def ports(self) -> GrantPorts:
        """The grants worker's."""
        return self.world.grants()

    def take_row(self) -> None:
        """Remove the promise to end it."""
        assert self.client.zrem(PROD, ROW) == 1

    def put_off_look(self) -> None:
        """Put the next look off for longer than anybody lives."""
        self.client.zadd(PROD, {f"{PromiseKind.RECONCILE}:prod": 9e15})

    def pass_end(self) -> None:
        """Let the lease's end pass, and as much time as a process waits to be asked to look."""
        self.clock.wait = self.lease.duration + UNASKED + timedelta(seconds=1)

    def work(self) -> None:
        """Be a grants worker once."""
        pool = Pool(threads=4)
        try:
            work_off(self.ports, pool)
        except PermanentOutsideError:
            pass  # Said by whoever began the round.
        finally:
            pool.close()


@pytest.fixture
def scene(empty_valkey: Valkey) -> Iterator[Scene]:
    """A lease that runs."""
    with connect(empty_valkey.url) as client:
        made = Scene(client)
        assert made.objects == 1
        made.work()  # It looks for the first time: from then on it minds its own ticks.
        yield made


def _another(name: str, client: Redis) -> None:
    """Make a key one of another type than it has."""
    kind = client.type(name)
    client.delete(name)
    client.set(name, "x") if kind != b"string" else client.rpush(name, "x")


def _odd_name(client: Redis) -> None:
    client.sadd(keys.by_cluster("prod"), NO_TEXT)


OTHER_TYPES: Final = (
    PROD, keys.AUDIT, keys.EPOCH, keys.FREEZE, keys.SEEN, keys.SEEN_AT, keys.HEAD,
    keys.TRIMMED, keys.by_cluster("prod"), keys.wide("prod"), keys.OVER, keys.lease(FIRST),
    keys.request(FIRST.split("-")[0]), keys.woken("prod"), keys.alive(TIMEKEEPER_PROCESS),
    keys.live_of("U0ALICE"), "rq:queue:grants", "rq:queues",
)  # fmt: skip
GARBAGE: Final = (
    keys.EPOCH, keys.FREEZE, keys.HEAD, keys.TRIMMED, keys.lease(FIRST), keys.woken("prod"),
    keys.request(FIRST.split("-")[0]), keys.alive(TIMEKEEPER_PROCESS),
)  # fmt: skip
DAMAGED: Final = RequestId("0000000000zz")
ATTACKS: Final[dict[str, Callable[[Redis], object]]] = {
    **{f"type of {name}": partial(_another, name) for name in OTHER_TYPES},
    **{f"bytes in {one}": partial(lambda it, to: to.set(it, NO_TEXT), one) for one in GARBAGE},
    "name in by-cluster": _odd_name,
    "name in seen": lambda to: to.hset(keys.SEEN, NO_TEXT, "x"),
    "deep": lambda to: to.set(keys.lease(FIRST), b'{"v":1,"a":' + b"[" * 100_000),
    "struck off": lambda to: to.srem(keys.by_cluster("prod"), FIRST),
    "no number": lambda to: to.set(keys.lease(FIRST), b'{"v":1,"version":NaN}'),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_end_comes_whatever_is_in_the_store(scene: Scene, attack: str) -> None:
    """Law 10: without its row, and with any key made unreadable, the object's own end ends it."""
    scene.take_row()
    scene.put_off_look()
    ATTACKS[attack](scene.client)
    scene.pass_end()
    scene.work()
    assert scene.objects == 0


@pytest.mark.parametrize("role", ["bot", "notifications", "timekeeper"])
def test_no_role_stops_an_end_by_names_that_are_no_text(
    scene: Scene, empty_valkey: Valkey, role: str
) -> None:
    """What each process's own user may write stops no look, and no wake-up."""
    with connect(empty_valkey.address.url_of(role)) as taken:
        taken.zrem(PROD, ROW)
        taken.zadd(PROD, {f"{PromiseKind.RECONCILE}:prod": 9e15})
        with suppress(NoPermissionError):  # Only who writes leases writes lists of them.
            taken.sadd(keys.by_cluster("prod"), NO_TEXT)
        taken.zadd(keys.due("").encode() + b":" + NO_TEXT, {"x": 1})
    scene.pass_end()
    scene.work()
    assert scene.objects == 0


def test_one_set_that_cannot_be_read_hides_no_other(scene: Scene) -> None:
    """The timekeeper wakes, and the poller begins with, what is due elsewhere."""
    _another(keys.due("dev"), scene.client)
    scene.client.delete(keys.woken("prod"))
    scene.world.agenda.ensure(_row(scene), within=timedelta(0))
    begun: list[str] = []
    Poller(scene.world.agenda, ("dev", "prod"), begun.append, now=scene.clock.now).look()
    assert begun == ["prod"]
    assert tick(scene.world.trail).woken == 1


def test_worker_is_woken_and_the_sign_of_life_is_written_over_what_is_none(scene: Scene) -> None:
    """What stands where it says that it is alive keeps it neither from waking nor from that."""
    _another(keys.alive(TIMEKEEPER_PROCESS), scene.client)
    scene.client.delete(keys.woken("prod"), "rq:queue:grants")
    scene.world.agenda.ensure(_row(scene), within=timedelta(0))
    tick(scene.world.trail)
    assert scene.world.agenda.queued()["grants"] == 1
    assert scene.world.heartbeats.heard(TIMEKEEPER_PROCESS) is not None


def test_pending_requests_are_found_beside_a_name_that_is_no_text(scene: Scene) -> None:
    """A name that is nobody's hides no request."""
    scene.client.zadd(keys.PENDING, {NO_TEXT: 1})
    scene.client.zadd(keys.by_person("U0ALICE"), {NO_TEXT: 9e15})
    assert scene.world.store.pending() == []
    assert len(scene.world.store.requests_of(scene.lease.holder.id)) == 1


def test_requests_are_found_beside_one_that_cannot_be_read(scene: Scene) -> None:
    """A damaged value hides nothing else of what somebody asked for."""
    scene.client.set(keys.request(DAMAGED), "x")
    scene.client.zadd(keys.PENDING, {DAMAGED: 1})
    scene.client.zadd(keys.by_person("U0ALICE"), {DAMAGED: 9e15})
    assert scene.world.store.pending() == []
    assert len(scene.world.store.requests_of(scene.lease.holder.id)) == 1


def test_look_lists_again_what_was_struck_off(scene: Scene) -> None:
    """Who revokes all finds every lease that runs, whoever struck it off the lists."""
    scene.client.srem(keys.by_cluster("prod"), FIRST)
    scene.client.srem(keys.live_of(scene.lease.holder.id), FIRST)
    assert not scene.world.store.live_on("prod")
    reconcile_unasked(scene.ports)
    assert list(scene.world.store.live_on("prod")) == [FIRST]
    assert [one.id for one in scene.world.store.live_of(scene.lease.holder.id)] == [FIRST]


def _row(scene: Scene) -> Promise:
    """Return a promise to end the lease, long due."""
    at = scene.clock.now() - timedelta(minutes=1)
    return Promise(keeper="prod", kind=PromiseKind.END, subject=FIRST, at=at)


@pytest.mark.parametrize("role", ["bot", "notifications", "timekeeper"])
def test_no_role_keeps_what_was_ended_early(scene: Scene, empty_valkey: Valkey, role: str) -> None:
    """Law 3: a row that is put off again and again is not needed, nor a look at the cluster."""
    let_go(scene.world)
    with connect(empty_valkey.address.url_of(role)) as taken:
        for _ in range(2 + UNTRIED // CHECKED):
            scene.put_off_look()
            taken.zadd(PROD, {ROW: 9e15})
            with suppress(NoPermissionError):
                taken.srem(keys.early("prod"), FIRST)
            scene.clock.wait += CHECKED
            scene.work()
    assert scene.objects == 0
