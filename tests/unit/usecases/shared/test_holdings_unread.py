"""A lease that cannot be read keeps its place as long as it may be on the cluster, no longer."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from daypass.domain import reasons as no
from daypass.domain.catalog import LONGEST_LEASE
from daypass.domain.errors import UnreadableError
from daypass.domain.ids import LeaseId, PersonId
from daypass.domain.lease import Lease, LeaseState
from tests.builders import World, a_snapshot, a_world, unbounded
from tests.unit.usecases.scenes import FIRST, approve, ask, grant, lease_of, refusal, try_once


class Damaged:
    """A store in which one lease cannot be read."""

    def __init__(self, inner: Any, name: LeaseId) -> None:
        self._inner = inner
        self._name = name

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def leases(self, leases: Sequence[LeaseId]) -> Sequence[Lease]:
        """Raise where it is among them."""
        if self._name in leases:
            raise UnreadableError("a stored lease cannot be read")
        found: Sequence[Lease] = self._inner.leases(leases)
        return found

    def live_of(self, person: PersonId) -> Sequence[Lease]:
        """Return the others."""
        return [lease for lease in self._inner.live_of(person) if lease.id != self._name]


def a_damaged() -> World:
    """Return a world in which alice holds debug on prod, and that lease cannot be read."""
    world = a_world()
    grant(world)
    store: Any = Damaged(world.store, FIRST)
    return replace(world, store=store)


def granted(world: World, level: str) -> Lease:
    """Let alice have a level; the grants worker does nothing else."""
    name = approve(world, level).lease_ids[0]
    try_once(world)
    return lease_of(world, name)


def begun(world: World) -> tuple[LeaseId, ...]:
    """Return what is counted of alice on prod."""
    return world.store.tally("prod", "alice@example.com").leases


def test_lease_that_cannot_be_read_bars_no_other_level() -> None:
    """It keeps its own place, and is counted on."""
    world = a_damaged()
    other = granted(world, "nodes")
    assert other.state is LeaseState.ACTIVE
    assert begun(world) == (FIRST, other.id)


def test_lease_that_cannot_be_read_keeps_its_place() -> None:
    """Doubt means no for granting: never two of a level and place, for it may be there."""
    world = a_damaged()
    reason = refusal(lambda: ask(world))
    assert isinstance(reason, no.HeldAlready)
    assert (reason.there, reason.level, reason.scope) == (FIRST, "debug", lease_of(world).scope)
    lying = replace(world, catalog=unbounded(world.catalog))
    second = approve(lying).lease_ids[0]
    try_once(world)
    assert lease_of(world, second).state is LeaseState.REVOKING


def test_lease_that_cannot_be_read_is_forgotten_when_it_must_be_over() -> None:
    """No lease lasts longer, whatever somebody wrote: then its holder asks again."""
    world = a_damaged()
    world.clock.advance(LONGEST_LEASE - timedelta(seconds=1))
    refresh(world)
    assert isinstance(refusal(lambda: ask(world)), no.HeldAlready)
    world.clock.advance(timedelta(seconds=1))
    refresh(world)
    again = granted(world, "debug")
    assert again.state is LeaseState.ACTIVE
    assert begun(world) == (again.id,)


def refresh(world: World) -> None:
    """Be the timekeeper and the look, which keep what grants need fresh."""
    world.heartbeats.beat("timekeeper")
    world.store.keep_seen(a_snapshot("prod", taken_at=world.clock.now()))
