"""How much of a round is begun at once: many ends become few large batches, not many small ones."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from threading import Event, Semaphore
from typing import Any

import pytest
from structlog.testing import capture_logs

from daypass.adapters.memory.cluster import MemoryCluster
from daypass.domain.errors import TemporaryOutsideError
from daypass.domain.grant import GrantObject
from daypass.domain.ids import LeaseId
from daypass.domain.lease import LeaseState, ObjectRef
from daypass.domain.listed import Listed
from daypass.domain.review import Answer, Question
from daypass.ports import Promise, PromiseKind
from daypass.usecases.grants.reconcile import first_look, unlooked
from daypass.usecases.requests.extend import Extend, extend
from daypass.usecases.shared.judging import TIMEKEEPER_PROCESS
from tests.builders import World, a_snapshot, a_world, unbounded
from tests.unit.usecases.scenes import Failing, approve, grant, lease_of, let_go, rows, with_cluster
from workers.grants.pool import BATCH, BATCHES, Pool


class Held(MemoryCluster):
    """Answers no question about leases until it is let go."""

    def __init__(self, world: World) -> None:
        super().__init__("prod", world.clock.now)
        self.let_go = Event()
        self.asked: list[list[LeaseId]] = []

    def of_leases(self, leases: Sequence[LeaseId], install: str) -> Sequence[Listed]:
        """Return what is there, later."""
        self.asked.append(list(leases))
        assert self.let_go.wait(10)
        return super().of_leases(leases, install)


class Creating(MemoryCluster):
    """Creates nothing until it is let go."""

    def __init__(self, world: World) -> None:
        usual = world.clusters["prod"]
        places, roles = tuple(usual.namespaces), usual.roles
        super().__init__("prod", world.clock.now, namespaces=places, roles=roles)
        self.let_go = Event()
        self.created = 0

    def create(self, planned: GrantObject) -> ObjectRef:
        """Create it, later."""
        assert self.let_go.wait(10)
        self.created += 1
        return super().create(planned)


@pytest.fixture
def pool() -> Iterator[Pool]:
    """Some pool."""
    some = Pool(threads=2)
    yield some
    some.close()


def one_more(world: World) -> None:
    """Have the end of one more lease due."""
    world.heartbeats.beat(TIMEKEEPER_PROCESS)
    world.store.keep_seen(a_snapshot(taken_at=world.clock.now()))
    world.clock.advance(grant(world).duration)


def begun(world: World, cluster: MemoryCluster, pool: Pool) -> int:
    """Begin batches of one end each until there is no room; say how many were begun."""
    ports, count = with_cluster(world.grants(), cluster), 0
    # Hours pass here, and looks are not what this is about.
    ports.witness.look_by = ports.witness.ends_by = math.inf
    one_more(world)
    while pool.begin(ports):
        count += 1
        one_more(world)
    return count


def test_no_end_is_claimed_when_every_batch_waits_for_the_cluster(pool: Pool) -> None:
    """What becomes due meanwhile makes the next batch larger, and anybody else may claim it."""
    world = a_world(unbounded())
    cluster = Held(world)
    count = begun(world, cluster, pool)
    cluster.let_go.set()
    assert count == BATCHES
    assert world.agenda.overdue(["prod"])["prod"] > 0


def test_ends_are_claimed_again_when_a_batch_is_done(pool: Pool) -> None:
    """A batch counts for as long as it is under way."""
    world = a_world(unbounded())
    cluster = Held(world)
    begun(world, cluster, pool)
    cluster.let_go.set()
    pool.finish()
    assert pool.is_idle()
    assert pool.begin(with_cluster(world.grants(), cluster))


def test_no_more_is_claimed_at_once_than_there_was(pool: Pool) -> None:
    """What was begun is not kept waiting by questions that were answered just now."""
    world = a_world(unbounded())
    approve(world)
    assert pool.begin(world.grants())
    assert not pool.has_more
    pool.finish()
    for _ in range(BATCH):
        approve(world)
    assert pool.begin(world.grants())
    assert pool.has_more
    pool.finish()
    world.clock.advance(timedelta(hours=1))
    assert pool.begin(world.grants())
    assert pool.has_more
    pool.stop()
    assert not pool.begin(world.grants())
    assert not pool.has_more


def test_end_that_is_under_way_is_not_begun_again(pool: Pool) -> None:
    """Law 3: one lease that takes longer than its claim holds fills no second batch."""
    world = a_world(unbounded())
    slow, other = grant(world).id, grant(world).id
    cluster = Held(world)
    ports = with_cluster(world.grants(), cluster)
    let_go(world, slow)
    pool.begin(ports)
    for _ in range(BATCHES):
        world.clock.advance(timedelta(seconds=11))
        assert pool.begin(ports)
    let_go(world, other)
    pool.begin(ports)
    cluster.let_go.set()
    pool.finish()
    assert sorted(cluster.asked) == [[slow], [other]]
    assert lease_of(world, other).state is LeaseState.ENDED


def test_grant_that_is_under_way_is_not_begun_again_when_its_cluster_is_back(pool: Pool) -> None:
    """Then all of its rows are made due, also those of what is being done."""
    world = a_world(unbounded())
    approve(world)
    cluster = Creating(world)
    ports = with_cluster(world.grants(), cluster)
    assert pool.begin(ports)
    for _ in range(3):
        world.clock.advance(timedelta(seconds=1))
        world.agenda.hurry("prod")
        assert not pool.begin(ports)
    cluster.let_go.set()
    pool.finish()
    assert cluster.created == 1
    assert lease_of(world).state is LeaseState.ACTIVE


def test_look_that_was_promised_is_the_one_that_was_missed(pool: Pool) -> None:
    """A cluster that was away for minutes is looked at once, not twice in a row."""
    world = a_world()
    first_look(world.grants())
    assert not unlooked(world.grants())
    world.clock.advance(timedelta(minutes=5))
    with capture_logs() as logs:
        assert pool.begin(world.grants())
        pool.finish()
        assert not pool.begin(world.grants())
    assert "reconcile.unasked" not in [log["event"] for log in logs]
    assert rows(world)[PromiseKind.RECONCILE, "prod"] > 0


def test_look_that_was_missed_needs_no_answer_of_the_agenda(pool: Pool) -> None:
    """Law 10: where no row can be claimed what is past its own end goes all the same."""
    world = a_world()
    assert not unlooked(world.grants())
    world.clock.advance(timedelta(minutes=5))
    down = TemporaryOutsideError("down")
    deaf: Any = Failing(world.agenda, "claim", down, lambda _: True)
    deaf = Failing(deaf, "claim_shares", down, lambda _: True)
    with capture_logs() as logs, pytest.raises(TemporaryOutsideError):
        pool.begin(replace(world.grants(), agenda=deaf))
    pool.finish()
    assert "reconcile.unasked" in [log["event"] for log in logs]


def test_end_that_was_left_is_looked_at_again_soon(pool: Pool) -> None:
    """Whatever becomes of what is under way, its end waits for no more than a moment."""
    world = a_world()
    slow = grant(world).id
    cluster = Held(world)
    let_go(world, slow)
    pool.begin(with_cluster(world.grants(), cluster))
    world.clock.advance(timedelta(seconds=11))
    pool.begin(with_cluster(world.grants(), cluster))
    assert 0 < rows(world)[PromiseKind.END, slow] <= 1
    cluster.let_go.set()
    pool.finish()
    assert rows(world) == {(PromiseKind.RECHECK, slow): pytest.approx(114)}


class Unproven:
    """A cluster that says when it is asked what is left, and answers reviews when it is let go."""

    def __init__(self, inner: MemoryCluster) -> None:
        self._inner = inner
        self.listed = Semaphore(0)
        self.reached, self.let_go = Event(), Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def of_leases(self, leases: Sequence[LeaseId], install: str) -> Sequence[Listed]:
        """Return what is there."""
        self.listed.release()
        return self._inner.of_leases(leases, install)

    def reviews(self, question: Question) -> Sequence[Answer]:
        """Answer, later."""
        self.reached.set()
        assert self.let_go.wait(10)
        return self._inner.reviews(question)


def test_removals_wait_for_no_proof(pool: Pool) -> None:
    """Law 3: a cluster that is slow to say what it allows takes back what it has given."""
    world = a_world(unbounded())
    leases = [grant(world).id for _ in range(2 * (BATCHES + 1))]
    cluster = Unproven(world.clusters["prod"])
    mine = replace(world.grants(), each=pool.each, each_proof=pool.each_proof)
    ports = with_cluster(mine, cluster)
    for pair in zip(leases[::2], leases[1::2], strict=True):
        for lease in pair:
            let_go(world, lease)
        pool.begin(ports)
        assert cluster.listed.acquire(timeout=5)
        assert cluster.reached.wait(5)
    assert world.clusters["prod"].objects == ()
    cluster.let_go.set()
    pool.finish()
    assert {lease_of(world, one).state for one in leases} == {LeaseState.ENDED}


def test_hands_that_are_stopped_begin_nothing(pool: Pool) -> None:
    """A worker that is to end leaves what is due to others."""
    world = a_world()
    one_more(world)
    pool.stop()
    assert not pool.begin(world.grants())
    assert world.agenda.overdue(["prod"])["prod"] == 1


def test_every_promise_of_a_cluster_is_seen_to(pool: Pool) -> None:
    """A kind of promise that nobody saw to would come back for ever."""
    world = a_world()
    lease = grant(world)
    extend(Extend(actor=lease.holder.id, target=lease.id), world.ask)
    assert pool.begin(world.grants())
    pool.finish()
    longer = world.store.lease(lease.id)
    assert longer is not None
    assert longer.extensions[0].done_at is not None


def test_round_looks_around_although_nothing_is_due(pool: Pool) -> None:
    """Law 3: a row that somebody took away keeps no worker from looking."""
    world = a_world()
    grant(world)
    world.agenda.write((), tuple(promises_of(world)))
    assert not pool.begin(world.grants())
    world.clock.advance(timedelta(hours=2))
    assert pool.begin(world.grants())
    pool.finish()
    assert not world.clusters["prod"].objects


def promises_of(world: World) -> Iterator[Promise]:
    """Return every row of prod."""
    for (kind, subject), at in world.agenda.promises("prod").items():
        yield Promise(keeper="prod", kind=kind, subject=subject, at=at)
