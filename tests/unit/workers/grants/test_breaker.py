"""A cluster that hangs costs little, and is served at once when it is back (law 3)."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from daypass.domain.errors import PermanentOutsideError, TemporaryOutsideError
from daypass.domain.lease import LeaseState, ObjectRef
from daypass.ports import PromiseKind
from daypass.usecases.grants.revoke import AGAIN
from tests.builders import World, a_world
from tests.unit.usecases.scenes import (
    ALICE,
    CAROL,
    FIRST,
    HOUR,
    Failing,
    grant,
    lease_of,
    let_go,
    stray,
)
from tests.unit.workers.grants.test_worker import a_worker
from workers.grants.breaker import FAILURES, PROBE_EVERY, Breaker
from workers.grants.pool import Pool
from workers.grants.worker import Worker

BROKEN = TemporaryOutsideError("prod: DELETE …: failed calling webhook (500)", unknown=True)
REF = ObjectRef(kind="RoleBinding", namespace="payments", name="daypass-x")


@dataclass(slots=True)
class Watch:
    """Ticks that are set by hand."""

    now: float = 100.0


@dataclass(slots=True)
class Stage:
    """A world of which prod is behind a breaker."""

    world: World = field(default_factory=a_world)
    watch: Watch = field(default_factory=Watch)

    def breaker(self) -> Breaker:
        """Return a breaker in front of prod."""
        return Breaker("prod", self.world.clusters["prod"], lambda: self.watch.now)


@pytest.fixture
def stage() -> Stage:
    """Return a world with a watch."""
    return Stage()


@pytest.fixture
def pool() -> Iterator[Pool]:
    """Threads that end with the test."""
    made = Pool(threads=4)
    yield made
    made.close()


def fail(breaker: Breaker, times: int) -> None:
    """Ask a cluster that does not answer."""
    for _ in range(times):
        with pytest.raises(TemporaryOutsideError):
            breaker.read(REF)


def test_opens_when_nothing_answers(stage: Stage) -> None:
    """After FAILURES silent calls in a row nobody waits for a time-out any more."""
    breaker = stage.breaker()
    stage.world.clusters["prod"].down = True
    fail(breaker, FAILURES - 1)
    assert not breaker.is_open
    fail(breaker, 1)
    assert breaker.is_open
    stage.world.clusters["prod"].down = False
    fail(breaker, 1)


def test_stays_closed_when_calls_succeed_in_between(stage: Stage) -> None:
    """Only silence in a row counts."""
    breaker = stage.breaker()
    for _ in range(FAILURES):
        stage.world.clusters["prod"].down = True
        fail(breaker, FAILURES - 1)
        stage.world.clusters["prod"].down = False
        assert breaker.read(REF) is None
    assert not breaker.is_open


def test_refusals_are_answers(stage: Stage) -> None:
    """A server that says no, or asks to wait, is there."""
    breaker = stage.breaker()
    cluster = stage.world.clusters["prod"]
    grant(stage.world)
    taken = cluster.objects[0]
    for _ in range(FAILURES * 2):
        with pytest.raises(PermanentOutsideError):
            breaker.delete(
                ObjectRef(kind=REF.kind, namespace="payments", name=taken.ref.name, uid="x")
            )
    assert not breaker.is_open


def test_server_that_fails_and_answers_a_probe_is_not_left_alone(stage: Stage) -> None:
    """Law 3: a webhook of one namespace, broken or slow, keeps nobody else from the cluster."""
    inner: Any = Failing(stage.world.clusters["prod"], "delete", BROKEN, lambda _: True)
    breaker = Breaker("prod", inner, lambda: stage.watch.now)
    for _ in range(FAILURES * 3):
        with pytest.raises(TemporaryOutsideError, match="webhook"):
            breaker.delete(REF)
    assert not breaker.is_open
    assert breaker.read(REF) is None


def test_ends_of_others_are_on_time_when_the_server_fails_with_some(
    stage: Stage, pool: Pool
) -> None:
    """Law 3: what cannot be deleted is tried again, beside what can be."""
    world = stage.world
    ids = [grant(world, actor=who).id for who in (ALICE, CAROL)]
    bad = f"daypass-{ids[0]}-"
    for number in range(FAILURES):
        ref = ObjectRef(kind="RoleBinding", namespace="team-a", name=f"{bad}{number}")
        stray(world, ids[0], ref=ref)
    inner: Any = Failing(
        world.clusters["prod"], "delete", BROKEN, lambda ref: ref.name.startswith(bad)
    )
    worker = replace(a_worker(world), clusters={"prod": Breaker("prod", inner)})
    world.clock.advance(HOUR)
    worker.round("prod", pool)()
    assert lease_of(world, ids[1]).state is LeaseState.ENDED
    assert "webhook" in lease_of(world, ids[0]).kept


def test_closes_when_a_probe_is_answered(stage: Stage) -> None:
    """Probes are spaced; the first that is answered lets everything through."""
    breaker = stage.breaker()
    stage.world.clusters["prod"].down = True
    fail(breaker, FAILURES)
    assert not breaker.answers_again()
    stage.world.clusters["prod"].down = False
    assert not breaker.answers_again(), "the last probe was just now"
    stage.watch.now += PROBE_EVERY
    assert breaker.answers_again()
    assert not breaker.answers_again(), "it has not closed again"
    assert breaker.read(REF) is None


def test_lists_are_counted_as_one_call(stage: Stage) -> None:
    """A list that breaks off is silence, too."""
    breaker = stage.breaker()
    stage.world.clusters["prod"].down = True
    for _ in range(FAILURES):
        with pytest.raises(TemporaryOutsideError):
            list(breaker.ours())
    assert breaker.is_open
    with pytest.raises(TemporaryOutsideError):
        breaker.ours()


def test_passes_on_a_list_as_it_comes(stage: Stage) -> None:
    """Tens of thousands of objects are never held at once: memory stays flat."""
    grant(stage.world)
    grant(stage.world, actor=CAROL)
    listed = stage.breaker().ours()
    next(listed)
    stage.world.clusters["prod"].down = True
    with pytest.raises(TemporaryOutsideError):
        next(listed)


def test_what_is_due_is_not_claimed_while_it_is_open(stage: Stage, pool: Pool) -> None:
    """It stays in the agenda, overdue and counted, instead of waiting for time-outs."""
    world, worker = stage.world, behind_breaker(stage)
    grant(world)
    let_go(world)
    world.clusters["prod"].down = True
    fail(worker.clusters["prod"], FAILURES)
    worker.round("prod", pool)()
    assert world.agenda.overdue(["prod"])["prod"] == 1


def test_parked_work_runs_at_once_when_the_cluster_is_back(stage: Stage, pool: Pool) -> None:
    """An end that was put off while it was silent does not wait for its next turn."""
    world, worker = stage.world, behind_breaker(stage)
    grant(world)
    let_go(world)
    (claim,) = world.agenda.claim("prod", 1)
    world.agenda.postpone(claim, world.clock.now() + AGAIN.longest)
    world.clusters["prod"].down = True
    fail(worker.clusters["prod"], FAILURES)
    world.clusters["prod"].down = False
    stage.watch.now += PROBE_EVERY
    worker.round("prod", pool)()
    assert lease_of(world, FIRST).state is LeaseState.ENDED
    assert world.clusters["prod"].objects == ()


def test_hurrying_ends_nothing_early(stage: Stage, pool: Pool) -> None:
    """A lease that ends in some seconds is looked at, and left alone until then."""
    world, worker = stage.world, behind_breaker(stage)
    grant(world, duration=timedelta(minutes=30))
    world.clock.advance(timedelta(minutes=29, seconds=55))
    world.clusters["prod"].down = True
    fail(worker.clusters["prod"], FAILURES)
    world.clusters["prod"].down = False
    stage.watch.now += PROBE_EVERY
    worker.round("prod", pool)()
    lease = lease_of(world, FIRST)
    assert lease.state is LeaseState.ACTIVE
    assert world.agenda.promises("prod")[PromiseKind.END, FIRST] == lease.ends_at


def behind_breaker(stage: Stage) -> Worker:
    """Return a worker whose clusters are watched by the stage's ticks."""
    return replace(a_worker(stage.world), clusters={"prod": stage.breaker()})
