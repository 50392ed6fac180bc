"""A lease keeps its place until the worker itself has ended it, and begins no second time."""

from dataclasses import replace
from typing import Any, cast

from daypass.domain.errors import UnreadableError
from daypass.domain.ids import LeaseId
from daypass.domain.lease import EndCause, LeaseState
from daypass.domain.tally import Tally
from daypass.ports import Change, Promise, PromiseKind
from tests.builders import World, a_world
from tests.unit.usecases.scenes import (
    FIRST,
    Failing,
    approve,
    grant,
    lease_of,
    let_go,
    names,
    pass_time,
    try_once,
    work,
)

SECOND = LeaseId("000000000002-1")


def tally(world: World) -> Tally:
    """Return what was counted of alice on prod."""
    return world.store.tally("prod", "alice@example.com")


def test_provision_waits_until_what_was_released_is_off_the_cluster() -> None:
    """The store says that it is ending; there is none beside it before the worker has ended it."""
    world = a_world()
    grant(world)
    let_go(world, FIRST)
    approve(world)
    try_once(world)
    second = lease_of(world, SECOND)
    assert (second.state, second.attempt) == (LeaseState.GRANTING, None)
    assert second.why == "what was there before it is not off the cluster yet"
    pass_time(world, 15)
    assert lease_of(world, SECOND).state is LeaseState.ACTIVE


def test_provision_begins_nothing_that_the_worker_has_ended() -> None:
    """By who may write leases: one that is over and says that it is to be granted, in its time."""
    world = a_world()
    fresh = lease_of(world, approve(world).lease_ids[0])
    work(world)
    let_go(world, FIRST)
    pass_time(world, 5)
    over = lease_of(world)
    assert over.state is LeaseState.ENDED
    back = replace(fresh, version=over.version)
    row = Promise(keeper="prod", kind=PromiseKind.PROVISION, subject=FIRST, at=world.clock.now())
    world.store.commit(Change(move=world.ids.move(), leases=(back,), promises=(row,)))
    work(world)
    assert lease_of(world).cause is EndCause.FAILED
    assert lease_of(world).why == "it was ended, and an approval gives it once"
    assert names(world) == []


def test_what_is_counted_of_two_leases_that_end_at_once_is_over() -> None:
    """One move has both, and the tally that both are in once."""
    world = a_world()
    grant(world, "debug", "nodes")
    let_go(world, FIRST.removesuffix("-1"))
    pass_time(world, 5)
    assert (tally(world).running, len(tally(world).over)) == ((), 2)


def test_a_lease_ends_although_the_tally_is_damaged() -> None:
    """Law 10: what is counted is for granting."""
    world = a_world()
    grant(world)
    let_go(world, FIRST)
    store = Failing(world.store, "tally", UnreadableError("a stored tally"), lambda _: True)
    work(world, ports=replace(world.grants(), store=cast("Any", store)))
    assert lease_of(world).state is LeaseState.ENDED
