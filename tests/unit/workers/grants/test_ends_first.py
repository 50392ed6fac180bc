"""Ends are on time whatever else is under way on their cluster (law 3)."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Event
from typing import Any, cast

import pytest

from daypass.domain.ids import LeaseId
from daypass.domain.lease import LeaseState
from daypass.ports import Change, Promise, PromiseKind
from daypass.usecases.grants.reconcile import first_look
from tests.builders import World, a_world, unbounded
from tests.unit.usecases.scenes import approve, grant, let_go, with_cluster
from workers.grants.granting import BATCH
from workers.grants.pool import BATCHES, GRANTS, Pool, work_off

LONG = 30.0
"""Seconds after which a test gives up."""


class Held:
    """A cluster of which one method waits until it is let go."""

    def __init__(self, inner: object, method: str) -> None:
        self._inner = inner
        self._method = method
        self.reached, self.let_go = Event(), Event()

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._inner, name)
        if name != self._method:
            return call

        def called(*args: Any) -> Any:
            self.reached.set()
            assert self.let_go.wait(LONG)
            return call(*args)

        return called


class Seen:
    """A store that says when a lease has ended."""

    def __init__(self, world: World, lease: LeaseId) -> None:
        self._world, self._lease = world, lease
        self.ended = Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._world.store, name)

    def commit(self, change: Any) -> Any:
        """Commit, and see whether that was its end."""
        stored = self._world.store.commit(change)
        if any(one.id == self._lease and one.state is LeaseState.ENDED for one in change.leases):
            self.ended.set()
        return stored


@pytest.fixture
def pool() -> Iterator[Pool]:
    """Threads that end with the test."""
    made = Pool(threads=2)
    yield made
    made.close()


def ends_while_held(world: World, held: Held, lease: LeaseId, pool: Pool) -> bool:
    """Work until a cluster waits, let alice release what she has; say whether that ended."""
    seen = Seen(world, lease)
    ports = replace(with_cluster(world.grants(), held), store=cast("Any", seen))
    return ends(world, held, seen, begin=lambda: work_off(ports, pool))


def ends(world: World, held: Held, seen: Seen, *, begin: Callable[[], None]) -> bool:
    """Begin, and when it waits let alice release what she has; say whether that ended meanwhile."""
    with ThreadPoolExecutor(1) as thread:
        round_ = thread.submit(begin)
        assert held.reached.wait(LONG)
        for _ in range(BATCHES + 1):  # As often as what is under way becomes due again.
            world.clock.advance(timedelta(seconds=11))
        let_go(world)
        ended = seen.ended.wait(5)
        held.let_go.set()
        round_.result(LONG)
    return ended


def test_a_long_look_around_holds_up_no_end(pool: Pool) -> None:
    """Ten thousand objects that have to go, or a huge cluster, and still ends are on time."""
    world = a_world()
    lease = grant(world)
    first_look(world.grants())
    held = Held(world.clusters["prod"], "discover")
    assert ends_while_held(world, held, lease.id, pool)


def test_grants_that_hang_hold_up_no_end(pool: Pool) -> None:
    """As many as may be claimed at once, none of which is proven."""
    world = a_world(unbounded())
    lease = grant(world)
    for _ in range(2 * BATCH):
        approve(world)
    held = Held(world.clusters["prod"], "create")
    assert ends_while_held(world, held, lease.id, pool)


@pytest.mark.parametrize("kind", GRANTS)
def test_rows_of_nothing_that_take_long_to_go_hold_up_no_end(pool: Pool, kind: PromiseKind) -> None:
    """Of a million rows of grants they wait in the thread that begins grants."""
    world = a_world(unbounded())
    lease, now = grant(world), world.clock.now()
    nothing = [Promise(keeper="prod", kind=kind, subject=f"j{n}", at=now) for n in range(BATCH)]
    world.store.commit(Change(move=world.ids.move(), promises=tuple(nothing)))
    seen = Seen(world, lease.id)
    held = Held(seen, "sift")
    ports = replace(world.grants(), store=cast("Any", held))
    assert ends(world, held, seen, begin=lambda: work_off(ports, pool))
