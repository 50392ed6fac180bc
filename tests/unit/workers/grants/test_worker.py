"""The grants worker over memory: all that is due is done, and a bug stops one claim only."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from daypass.adapters.memory.agenda import MemoryAgenda
from daypass.adapters.memory.clock import MemoryClock
from daypass.adapters.memory.cluster import MemoryCluster
from daypass.domain.errors import BrokenInvariantError, SettingsError, TemporaryOutsideError
from daypass.domain.grant import INSTALL, LEASE, MANAGED_BY, GrantObject, Subject
from daypass.domain.ids import LeaseId, PersonId, lease_id
from daypass.domain.lease import LeaseState, ObjectRef
from daypass.domain.roles import RoleRef
from daypass.ports import Claim, GrantPorts, PromiseKind
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.release import Release, release
from daypass.usecases.requests.submit import Submit, submit
from daypass.usecases.shared.judging import TIMEKEEPER_PROCESS
from tests.builders import KEY, NOON, World, a_cluster, a_world, unbounded
from workers.grants.breaker import Breaker
from workers.grants.dispatcher import work
from workers.grants.pool import Pool, work_off
from workers.grants.worker import Worker

ALICE, BOB = PersonId("U0ALICE"), PersonId("U0BOB")


@pytest.fixture
def pool() -> Iterator[Pool]:
    """Threads that end with the test."""
    made = Pool(threads=4)
    yield made
    made.close()


def approved(world: World) -> LeaseId:
    """Ask as alice, approve as bob; return the lease that is to be granted."""
    asked = submit(
        Submit(actor=ALICE, cluster="prod", levels=("debug",), reason="INC-42"), world.ask
    )
    decide(Decide(actor=BOB, target=asked.request.id, yes=True), world.ask)
    return lease_id(asked.request.id, 1)


def a_forged_object() -> GrantObject:
    """Return what somebody made under our label."""
    return GrantObject(
        ref=ObjectRef(kind="RoleBinding", namespace="payments", name="daypass-forged"),
        role=RoleRef(name="view"),
        subjects=(Subject(name="mallory"),),
        labels={MANAGED_BY: "daypass", LEASE: "forged", INSTALL: "main"},
    )


def state(world: World, lease: LeaseId) -> LeaseState:
    """Return where a lease stands."""
    found = world.store.lease(lease)
    assert found is not None
    return found.state


def with_cluster(world: World, cluster: MemoryCluster) -> GrantPorts:
    """Return the ports of prod with another cluster behind them."""
    return replace(world.grants(), cluster=cluster)


class Buggy(MemoryCluster):
    """A cluster whose adapter has a bug."""

    def create(self, planned: GrantObject) -> ObjectRef:
        """Fail as no adapter may."""
        raise ZeroDivisionError(planned.ref.name)


class Stopped(MemoryAgenda):
    """An agenda that does not answer."""

    def claim(self, due: str, limit: int, kinds: Collection[PromiseKind] = ()) -> Sequence[Claim]:
        """Fail as a port may."""
        raise TemporaryOutsideError(f"no answer for {limit} of {due}, {kinds}")


class TestWorkOff:
    def test_grants_when_approved(self, pool: Pool) -> None:
        """What is due is done before the wake-up is over."""
        world = a_world()
        lease = approved(world)
        work_off(world.grants(), pool)
        assert state(world, lease) is LeaseState.ACTIVE
        assert len(world.clusters["prod"].objects) == 1

    def test_revokes_when_released(self, pool: Pool) -> None:
        """An end is done as a grant is."""
        world = a_world()
        lease = approved(world)
        work_off(world.grants(), pool)
        release(Release(actor=ALICE, target=lease), world.ask)
        work_off(world.grants(), pool)
        assert state(world, lease) is LeaseState.ENDED
        assert world.clusters["prod"].objects == ()

    def test_ends_all_when_more_are_due_than_one_claim_holds(self, pool: Pool) -> None:
        """Batches follow each other until nothing is due."""
        world = a_world(unbounded())
        leases = [approved(world) for _ in range(120)]
        work_off(world.grants(), pool)
        world.clock.advance(timedelta(hours=2))
        work_off(world.grants(), pool)
        assert {state(world, lease) for lease in leases} == {LeaseState.ENDED}
        assert world.clusters["prod"].objects == ()

    def test_removes_forged_object_when_reconcile_is_due(self, pool: Pool) -> None:
        """What is under our label without a lease is removed, and said loudly (law 1)."""
        world = a_world()
        world.clusters["prod"].put(a_forged_object())
        a_worker(world).open()
        with capture_logs() as logs:
            work_off(world.grants(), pool)
        assert world.clusters["prod"].objects == ()
        assert [log["event"] for log in logs if log["log_level"] == "error"] == [
            "reconcile.removed"
        ]

    def test_says_why_when_reconcile_fails(self, pool: Pool) -> None:
        """A cluster that does not answer is a warning, and is looked at again."""
        world = a_world()
        world.clusters["prod"].down = True
        a_worker(world).open()
        with capture_logs() as logs:
            work_off(world.grants(), pool)
        assert [log["event"] for log in logs] == ["reconcile.failed"]
        assert (PromiseKind.RECONCILE, "prod") in world.agenda.promises("prod")

    def test_keeps_claim_when_a_bug_escapes(self, pool: Pool) -> None:
        """A bug is logged loudly and holds nothing else; the agenda brings the claim back."""
        world = a_world()
        lease = approved(world)
        with capture_logs() as logs:
            work_off(with_cluster(world, _buggy(world)), pool)
        assert [log["event"] for log in logs] == ["grants.broken"]
        assert (PromiseKind.PROVISION, lease) in world.agenda.promises("prod")
        world.clock.advance(timedelta(seconds=15))
        world.heartbeats.beat(TIMEKEEPER_PROCESS)
        work_off(world.grants(), pool)
        assert state(world, lease) is LeaseState.ACTIVE

    def test_raises_when_agenda_does_not_answer(self, pool: Pool) -> None:
        """Without the agenda nothing is claimed, and the job fails."""
        ports = replace(a_world().grants(), agenda=Stopped(MemoryClock(NOON)))
        with pytest.raises(TemporaryOutsideError):
            work_off(ports, pool)


class TestEach:
    @pytest.mark.parametrize("things", [[], [1], [3, 1, 2]], ids=["none", "one", "some"])
    def test_returns_in_order_when_done(self, pool: Pool, things: list[int]) -> None:
        """Results are in the order of the things, whichever was done first."""
        assert list(pool.each(lambda n: n * n, things)) == [n * n for n in things]

    def test_raises_when_one_fails(self, pool: Pool) -> None:
        """An exception is not lost in a thread."""
        fail: Callable[[int], float] = lambda n: 1 / n  # noqa: E731 - Two lines less.
        with pytest.raises(ZeroDivisionError):
            pool.each(fail, [1, 0])


class TestWorker:
    def test_promises_to_reconcile_when_opened(self) -> None:
        """Every configured cluster is looked at from the start."""
        world = a_world()
        a_worker(world).open()
        for name in ("prod", "dev"):
            assert world.agenda.promises(name)[PromiseKind.RECONCILE, name] == NOON

    def test_refuses_to_open_when_cluster_with_live_leases_is_gone(self, pool: Pool) -> None:
        """Nobody would end them (law 3)."""
        world = a_world()
        lease = approved(world)
        work_off(world.grants(), pool)
        clusters = behind_breakers(world, "dev")
        gone = rf"cluster prod is not in the configuration .*\({lease}\)"
        with pytest.raises(SettingsError, match=gone):
            replace(a_worker(world), clusters=clusters).open()

    def test_opens_and_says_so_when_nobody_began_what_is_on_a_cluster_that_is_gone(self) -> None:
        """It has nothing there, and anybody who writes to the store may have written it."""
        world = a_world()
        lease = approved(world)
        with capture_logs() as logs:
            replace(a_worker(world), clusters=behind_breakers(world, "dev")).open()
        assert [(log["event"], log["leases"]) for log in logs] == [("grants.unbegun_leases", lease)]

    def test_opens_when_cluster_that_is_gone_has_no_leases(self) -> None:
        """A cluster without leases may go."""
        world = a_world()
        replace(a_worker(world), clusters=behind_breakers(world, "dev")).open()
        assert world.agenda.promises("prod") == {}

    def test_works_when_cluster_is_configured(self, pool: Pool) -> None:
        """A wake-up does what is due there."""
        world = a_world()
        lease = approved(world)
        a_worker(world).round("prod", pool)()
        assert state(world, lease) is LeaseState.ACTIVE


def test_refuses_when_process_is_no_grants_worker() -> None:
    """The job does nothing in a process that was not set up for it."""
    with pytest.raises(BrokenInvariantError):
        work("prod")


def behind_breakers(world: World, *names: str) -> dict[str, Breaker]:
    """Return the clusters named, or all of them, as a worker reaches them."""
    return {name: Breaker(name, world.clusters[name]) for name in names or world.clusters}


def a_worker(world: World) -> Worker:
    """Return the worker of a process in that world."""
    return Worker(
        catalog=world.catalog,
        clusters=behind_breakers(world),
        store=world.store,
        clock=world.clock,
        agenda=world.agenda,
        heartbeats=world.heartbeats,
        pictures=world.pictures,
        ids=world.ids,
        key=KEY,
    )


def _buggy(world: World) -> Buggy:
    usual = a_cluster("prod", world.clock)
    return Buggy("prod", world.clock.now, namespaces=tuple(usual.namespaces), roles=usual.roles)
