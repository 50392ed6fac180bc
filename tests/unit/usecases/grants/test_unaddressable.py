"""Objects whose names fit no address cost lists of all of them: one look sees to a few."""

from datetime import timedelta
from typing import Any

from daypass.domain.errors import TemporaryOutsideError
from daypass.domain.lease import CUT, LeaseState, ObjectRef
from daypass.ports import GrantPorts
from daypass.usecases.grants.remove import UNADDRESSABLE
from daypass.usecases.shared.keep_rows import LOOK_EVERY
from tests.builders import World, a_world, unbounded
from tests.unit.usecases.scenes import (
    FIRST,
    failing,
    grant,
    lease_of,
    let_go,
    look,
    revoke_due,
    stray,
)

HELD = ("example.com/held",)
MANY = 3 * UNADDRESSABLE


def unaddressable(world: World, count: int, **fields: Any) -> None:
    """Put that many objects of which only the beginning of the name is known."""
    for number in range(count):
        name = f"{len(world.clusters['prod'].objects):04}{number}{CUT}"
        ref = ObjectRef(kind="RoleBinding", namespace="team-a", name=name)
        stray(world, FIRST, ref=ref, **fields)


def deletions(world: World) -> tuple[GrantPorts, list[ObjectRef]]:
    """Return a worker's ports, and what it deletes with them."""
    deleted = list[ObjectRef]()

    def noted(ref: ObjectRef) -> bool:
        deleted.append(ref)
        return False

    return failing(world, "delete", TemporaryOutsideError("down"), noted), deleted


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


def test_an_end_sees_to_a_few_of_them() -> None:
    """Under the label of one lease they delay no end of others, and it ends when all are gone."""
    world = a_world(unbounded())
    for lease in [grant(world), grant(world)]:
        let_go(world, lease.id)
    unaddressable(world, MANY)
    ports, deleted = deletions(world)
    revoke_due(world, ports)
    assert len([ref for ref in deleted if not ref.addressable]) == UNADDRESSABLE
    assert lease_of(world).state is LeaseState.REVOKING
    for _ in range(3):
        world.clock.advance(timedelta(seconds=5))
        revoke_due(world)
    assert lease_of(world).state is LeaseState.ENDED
