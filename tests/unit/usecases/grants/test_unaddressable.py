"""Objects whose names fit no address cost lists of all of them: one look sees to a few."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from daypass.domain.errors import PermanentOutsideError, TemporaryOutsideError
from daypass.domain.ids import LeaseId
from daypass.domain.lease import CUT, LeaseState, ObjectRef
from daypass.usecases.grants.deletion import Deletion
from daypass.usecases.grants.strays import UNADDRESSABLE
from daypass.usecases.shared.keep_rows import LOOK_EVERY
from tests.builders import World, a_world, one_after_another, unbounded
from tests.unit.usecases.scenes import (
    FIRST,
    failing,
    grant,
    lease_of,
    let_go,
    look,
    names,
    pass_time,
    revoke_due,
    stray,
)

HELD = ("example.com/held",)
MANY = 3 * UNADDRESSABLE
OTHER = LeaseId("000000000002-1")
HICCUP = TemporaryOutsideError("prod: timed out")
REFUSED = PermanentOutsideError("somebody's webhook says no")


def unaddressable(world: World, count: int, **fields: Any) -> None:
    """Put that many objects of which only the beginning of the name is known."""
    for number in range(count):
        name = f"{len(world.clusters['prod'].objects):04}{number}{CUT}"
        ref = ObjectRef(kind="RoleBinding", namespace="team-a", name=name)
        stray(world, FIRST, ref=ref, **fields)


def test_one_look_sees_to_a_few_and_to_all_others() -> None:
    """Ours are never named so: whoever names hundreds so waits, and nobody else does."""
    world = a_world()
    unaddressable(world, MANY)
    stray(world, FIRST)
    world.clock.advance(timedelta(seconds=1))
    assert len(look(world).removed) == UNADDRESSABLE + 1
    for _ in range(2):
        world.clock.advance(LOOK_EVERY)
        look(world)
    assert world.clusters["prod"].objects == ()


def test_what_is_held_waits_for_what_is_not() -> None:
    """A finalizer on some of them saves no other (law 1), and each of them is said once."""
    world = a_world()
    unaddressable(world, MANY, finalizers=HELD)
    unaddressable(world, 1)
    world.clock.advance(timedelta(seconds=1))
    first = look(world)
    assert len(first.removed) == 1
    said = {one.found.ref.name for one in first.refused}
    for _ in range(3):
        world.clock.advance(LOOK_EVERY)
        said |= {one.found.ref.name for one in look(world).refused}
    assert len(said) == MANY


@pytest.mark.parametrize("finalizers", [(), HELD], ids=["free", "held"])
def test_end_leaves_them_to_the_look(finalizers: tuple[str, ...]) -> None:
    """Law 3: ends of others share its threads. What keeps the lease is said, and goes."""
    world = a_world(unbounded())
    for lease in [grant(world), grant(world)]:
        let_go(world, lease.id)
    unaddressable(world, 2, finalizers=finalizers)
    odd = failing(world, "delete", REFUSED, lambda ref: not ref.addressable)
    revoke_due(world, odd)
    assert lease_of(world, OTHER).state is LeaseState.ENDED
    assert lease_of(world).state is LeaseState.REVOKING
    assert str(REFUSED) not in lease_of(world).kept
    assert "has a name that fits no address: a look around deletes it" in lease_of(world).kept
    assert ("it waits for the finalizer" in lease_of(world).kept) is bool(finalizers)
    for found in world.clusters["prod"].objects:  # Somebody takes the finalizers off.
        world.clusters["prod"].put(replace(found, finalizers=()))
    look(world)
    pass_time(world, 5)
    assert lease_of(world).state is LeaseState.ENDED


def test_look_does_not_see_to_them_in_the_threads_of_ends() -> None:
    """Law 3: each costs lists of all that is there, however large that is."""
    world = a_world()
    unaddressable(world, 5)
    stray(world, FIRST)
    shared = list[Deletion]()

    def each(do: Callable[[Any], Any], things: Sequence[Any]) -> Sequence[Any]:
        shared.extend(things)
        return one_after_another(do, things)

    world.clock.advance(timedelta(seconds=1))
    assert len(look(world, replace(world.grants(), each=each)).removed) == 6
    assert [one.found.ref.name for one in shared] == ["stray"]


@pytest.mark.parametrize("finalizers", [(), HELD], ids=["free", "held"])
def test_each_has_its_turn_whatever_is_refused_for_ever(finalizers: tuple[str, ...]) -> None:
    """Law 1: those that cannot be deleted keep none that came later waiting."""
    world = a_world()
    refused = failing(world, "delete", REFUSED, lambda ref: ref.namespace == "team-a")
    unaddressable(world, UNADDRESSABLE)
    unaddressable(world, UNADDRESSABLE, finalizers=finalizers)
    world.clock.advance(timedelta(seconds=1))
    look(world, refused)
    late = ObjectRef(kind="RoleBinding", namespace="team-b", name=f"late{CUT}")
    stray(world, FIRST, ref=late)
    for _ in range(4):
        world.clock.advance(LOOK_EVERY)
        look(world, refused)
    assert late.name not in names(world)


def test_look_stops_after_one_that_the_cluster_has_trouble_with_and_goes_on_with_the_next() -> None:
    """A list that times out holds up one look once, and none of the others for good."""
    world = a_world()
    unaddressable(world, 3)
    tried = set[str]()
    for _ in range(3):
        world.clock.advance(LOOK_EVERY)
        (one,) = look(world, failing(world, "read", HICCUP)).refused
        tried.add(one.found.ref.uid)
    assert len(tried) == 3
