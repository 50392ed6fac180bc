"""One value that cannot be read, or that is a bug's, holds up nobody else's end (laws 3, 10)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, cast

import pytest
from structlog.testing import capture_logs

from daypass.domain.errors import UnreadableError
from daypass.domain.ids import LeaseId, RequestId
from daypass.domain.lease import LeaseState
from daypass.domain.request import RequestState
from daypass.ports import GrantPorts, Ledger
from daypass.usecases.requests.lapse import let_lapse
from daypass.usecases.shared.tick import tick
from tests.builders import World, a_world, unbounded
from tests.unit.usecases.scenes import HOUR, approve, ask, lease_of, work
from workers.grants.pool import Pool, work_off


@pytest.fixture
def pool() -> Iterator[Pool]:
    """Threads that end with the test."""
    made = Pool(threads=4)
    yield made
    made.close()


class Poisoned:
    """A store in which one value was written by a newer program."""

    def __init__(self, inner: object, poison: str) -> None:
        self._inner = inner
        self._poison = poison

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def leases(self, names: Sequence[str]) -> Any:
        """Fail as the codec does."""
        if self._poison in names:
            raise UnreadableError("a stored lease cannot be read: its version is 2")
        return cast("Any", self._inner).leases(names)

    def request(self, name: str) -> Any:
        """Fail as the codec does."""
        if name == self._poison:
            raise UnreadableError("a stored request cannot be read: its version is 2")
        return cast("Any", self._inner).request(name)


def poisoned(world: World, lease: LeaseId) -> GrantPorts:
    """Return the ports of prod with a lease that cannot be read."""
    return replace(world.grants(), store=cast("Any", Poisoned(world.store, lease)))


def test_revoke_ends_the_others_when_one_lease_cannot_be_read(pool: Pool) -> None:
    """Law 3: those that happen to be due with it end on time."""
    world = a_world(unbounded())
    poison, *others = granted(world, 5)
    world.clock.advance(HOUR)
    with capture_logs() as logs:
        work_off(poisoned(world, poison), pool)
    assert {lease_of(world, one).state for one in others} == {LeaseState.ENDED}
    assert [log["event"] for log in logs if log["log_level"] != "info"]


def test_revoke_removes_by_label_when_the_lease_cannot_be_read(pool: Pool) -> None:
    """Law 10: revoking needs nothing but the labels on the cluster."""
    world = a_world()
    (poison,) = granted(world, 1)
    world.clock.advance(HOUR)
    with capture_logs():
        work_off(poisoned(world, poison), pool)
    assert world.clusters["prod"].objects == ()
    assert lease_of(world, poison).state is not LeaseState.ENDED


def granted(world: World, count: int) -> list[LeaseId]:
    """Grant some leases at the same moment."""
    approved = [approve(world).lease_ids[0] for _ in range(count)]
    work(world)
    return approved


def test_others_lapse_and_the_worker_is_woken_when_one_request_cannot_be_read() -> None:
    """Waking whoever ends leases does not depend on a request that nobody can read."""
    world = a_world(unbounded())
    requests = [ask(world).request for _ in range(3)]
    granted(world, 1)
    world.clock.advance(HOUR)
    world.agenda.wakeups.clear()
    ledger = Ledger(
        catalog=world.catalog,
        store=cast("Any", Poisoned(world.store, requests[0].id)),
        clock=world.clock,
        agenda=world.agenda,
        heartbeats=world.heartbeats,
        pictures=world.pictures,
        ids=world.ids,
    )
    with pytest.raises(UnreadableError):
        let_lapse(ledger)
    tick(ledger)
    states = [state(world, one.id) for one in requests]
    assert states == [RequestState.PENDING, RequestState.LAPSED, RequestState.LAPSED]
    assert "prod" in world.agenda.wakeups


def state(world: World, name: RequestId) -> RequestState:
    """Return where a request stands."""
    found = world.store.request(name)
    assert found is not None
    return found.state
