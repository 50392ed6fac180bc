"""Law 10: what is past its end goes although nothing can be written down; that follows later."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from daypass.domain.errors import (
    ConflictError,
    OutsideError,
    PermanentOutsideError,
    TemporaryOutsideError,
)
from daypass.domain.ids import LeaseId
from daypass.domain.lease import EndCause, LeaseState
from daypass.ports import Change, GrantPorts, PromiseKind
from daypass.usecases.shared.rows import end_row
from tests.builders import World, a_world, unbounded
from tests.unit.usecases.scenes import (
    FIRST,
    HOUR,
    Failing,
    Meanwhile,
    actions,
    grant,
    lease_of,
    let_go,
    names,
    revoke_due,
    rows,
    stray,
)

FULL = TemporaryOutsideError("Redis takes no writes: used memory > 'maxmemory'")
DAMAGED = PermanentOutsideError("Redis refuses: WRONGTYPE")


def no_moves(world: World, error: OutsideError, ports: GrantPorts | None = None) -> GrantPorts:
    """Return the grants worker's ports on prod, with a store that takes no moves."""
    store = Failing(world.store, "commit", error, lambda _: True)
    return replace(ports or world.grants(), store=cast("Any", store))


@pytest.mark.parametrize("error", [FULL, DAMAGED], ids=["full", "damaged"])
def test_objects_go_at_their_end_when_the_store_takes_no_moves(error: OutsideError) -> None:
    """The objects, and what else bears the lease's label; the failure is said after that."""
    world = a_world()
    grant(world)
    stray(world, FIRST)
    world.clock.advance(HOUR)
    with pytest.raises(type(error)):
        revoke_due(world, no_moves(world, error))
    assert names(world) == []
    assert lease_of(world).state is LeaseState.ACTIVE


def test_move_is_recorded_when_the_store_takes_it_again() -> None:
    """It is tried again as anything else; the lease then ended by its time, not by drift."""
    world = a_world()
    grant(world)
    world.clock.advance(HOUR)
    with pytest.raises(TemporaryOutsideError):
        revoke_due(world, no_moves(world, FULL))
    wait = rows(world)[PromiseKind.END, FIRST]
    assert 0 < wait <= 5
    world.clock.advance(timedelta(seconds=wait))
    revoke_due(world)
    lease = lease_of(world)
    assert (lease.state, lease.cause) == (LeaseState.ENDED, EndCause.EXPIRED)
    assert actions(world, FIRST)[-2:] == ["lease.ending", "lease.ended"]


def test_lease_that_is_being_revoked_goes_on_when_others_cannot_be_recorded() -> None:
    """What was decided before the store failed is removed in the same round."""
    world = a_world(unbounded())
    grant(world)
    grant(world)
    let_go(world)
    world.clock.advance(HOUR)
    with pytest.raises(PermanentOutsideError):
        revoke_due(world, no_moves(world, DAMAGED))
    assert names(world) == []


def test_objects_stay_before_their_end_when_the_store_takes_no_moves() -> None:
    """Only what is past its end goes without a record."""
    world = a_world()
    grant(world)
    world.clock.advance(HOUR / 2)
    world.agenda.write([end_row(lease_of(world), world.clock.now())], [])
    revoke_due(world, no_moves(world, FULL))
    assert len(names(world)) == 1


def conflicting(world: World, name: LeaseId) -> GrantPorts:
    """Return ports with a store that takes no move of one lease, though nobody else moves it."""
    stuck = ConflictError("was read at 3 and is at 3.0 now")
    store = Failing(
        world.store,
        "commit",
        stuck,
        lambda change: any(lease.id == name for lease in change.leases),
    )
    return replace(world.grants(), store=cast("Any", store))


def test_objects_go_at_their_end_when_a_conflict_is_nobody_s_move() -> None:
    """A lease that stands as it was read is over; it is tried again, and the others end."""
    world = a_world(unbounded())
    first, second = grant(world), grant(world)
    world.clock.advance(HOUR)
    revoke_due(world, conflicting(world, first.id))
    assert names(world) == []
    assert lease_of(world, first.id) == first
    assert lease_of(world, second.id).state is LeaseState.ENDED
    assert 0 < rows(world)[PromiseKind.END, first.id] <= 5


def test_objects_stay_when_somebody_gave_the_lease_more_time_at_that_moment() -> None:
    """A conflict that is another's move leaves the lease to that."""
    world = a_world()
    lease = grant(world)
    world.clock.advance(HOUR)
    longer = replace(lease, ends_at=world.clock.now() + HOUR)
    change = Change(move=world.ids.move(), leases=(longer,))
    store = Meanwhile(world.store, "commit", lambda: world.store.commit(change))
    revoke_due(world, replace(world.grants(), store=cast("Any", store)))
    assert len(names(world)) == 1
    assert lease_of(world).state is LeaseState.ACTIVE


def test_objects_go_when_the_store_fails_after_a_conflict() -> None:
    """What was decided until then is ended, the rest removed unrecorded."""
    world = a_world(unbounded())
    leases = [grant(world).id for _ in range(3)]
    world.clock.advance(HOUR)
    failing = Failing(world.store, "commit", FULL, lambda change: change.leases[0].id == leases[1])
    store = Meanwhile(failing, "commit", lambda: let_go(world, leases[2]))
    with pytest.raises(TemporaryOutsideError):
        revoke_due(world, replace(world.grants(), store=cast("Any", store)))
    assert names(world) == []
    states = [lease_of(world, name).state for name in leases]
    assert states == [LeaseState.ENDED, LeaseState.ACTIVE, LeaseState.REVOKING]
