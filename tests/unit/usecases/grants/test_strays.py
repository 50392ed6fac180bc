"""What has to go goes, whatever becomes of the store meanwhile (law 10)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

from daypass.domain.audit import Action
from daypass.domain.errors import PermanentOutsideError, TemporaryOutsideError
from daypass.domain.grant import EXPIRES_AT
from daypass.domain.lease import LeaseState
from daypass.domain.suspicion import Suspicion
from daypass.ports import Claim, Promise, PromiseKind
from daypass.usecases.grants.recheck import recheck
from tests.builders import World, a_world
from tests.unit.usecases.scenes import (
    FIRST,
    Failing,
    Meanwhile,
    due,
    grant,
    lease_of,
    let_go,
    look,
    names,
    ours,
    pass_time,
    revoke_due,
    rows,
    stray,
    with_cluster,
)

DAMAGED = PermanentOutsideError("Redis refuses: WRONGTYPE")
DOWN = TemporaryOutsideError("prod: unreachable")


def without(world: World, method: str) -> Any:
    """Return the grants worker's ports, a little later, with a store of which one call fails."""
    world.clock.advance(timedelta(seconds=1))
    return replace(
        world.grants(), store=cast("Any", Failing(world.store, method, DAMAGED, lambda _: True))
    )


def test_that_an_object_has_to_go_is_written_down_before_it_is_deleted() -> None:
    """Whoever dies in between leaves an alarm; that it is gone is said when it is."""
    world = a_world()
    stray(world, FIRST)
    told: list[Action] = []

    def remember() -> None:
        told.extend(event.action for event in world.store.events)

    look(world, with_cluster(world.grants(), Meanwhile(world.clusters["prod"], "delete", remember)))
    assert Action.OBJECT_CONDEMNED in told
    assert Action.OBJECT_REMOVED not in told
    assert world.store.events[-1].action is Action.OBJECT_REMOVED


def test_a_cluster_that_falls_silent_is_asked_no_further() -> None:
    """Where nothing answers the look ends; it would wait for each of thousands."""
    world = a_world()
    stray(world, FIRST)
    cluster = Failing(world.clusters["prod"], "delete", DOWN, lambda _: True)
    silent = Failing(cluster, "probe", DOWN, lambda _: True)
    assert look(world, with_cluster(world.grants(), silent)).failed == "prod: unreachable"


def test_what_cannot_be_written_down_goes_all_the_same() -> None:
    """A damaged audit trail keeps no forged object on a cluster."""
    world = a_world()
    stray(world, FIRST)
    found = look(world, without(world, "record"))
    assert [one.why for one in found.removed] == [Suspicion.ENDLESS]
    assert names(world) == []


def test_a_store_that_cannot_be_asked_saves_nothing_that_speaks_against_itself() -> None:
    """Past its end, endless, forged: for that no lease has to be read; others stay."""
    world = a_world()
    grant(world)
    stray(world, FIRST)
    found = look(world, without(world, "last_event"))
    assert found.failed == str(DAMAGED)
    assert [one.why for one in found.removed] == [Suspicion.ENDLESS]
    assert len(names(world)) == 1


def test_neither_store_nor_cluster_is_asked_for_ever() -> None:
    """Where both fail the next look comes soon, and says what failed first."""
    world = a_world()
    stray(world, FIRST)
    ports = with_cluster(
        without(world, "last_event"), Failing(world.clusters["prod"], "ours", DOWN, lambda _: True)
    )
    found = look(world, ports)
    assert (found.failed, found.removed) == (str(DAMAGED), ())


def test_what_is_healed_meanwhile_stays() -> None:
    """The fresh look decides: an object that was put right before it is left alone."""
    world = a_world()
    grant(world)
    right = ours(world)
    world.clusters["prod"].put(replace(right, annotations={**right.annotations, EXPIRES_AT: ""}))

    def heal() -> None:
        world.clusters["prod"].put(right)

    cluster = Meanwhile(world.clusters["prod"], "read", heal)
    ports = with_cluster(without(world, "last_event"), cluster)
    assert look(world, ports).removed == ()
    assert len(names(world)) == 1


def test_a_late_create_goes_although_nobody_can_be_told() -> None:
    """The re-check needs no audit trail."""
    world = a_world()
    grant(world)
    let_go(world)
    revoke_due(world)
    lease = lease_of(world)
    stray(world, FIRST)
    promise = Promise(
        keeper="prod", kind=PromiseKind.RECHECK, subject=lease.id, at=world.clock.now()
    )
    recheck([Claim(promise=promise, until=promise.at)], without(world, "record"))
    assert names(world) == []


def test_a_late_create_that_a_finalizer_keeps_is_looked_for_until_it_is_gone() -> None:
    """Law 4: deleted is not gone; the promise is kept only when the list is empty."""
    world = a_world()
    grant(world)
    let_go(world)
    revoke_due(world)
    lease = lease_of(world)
    assert lease.state is LeaseState.ENDED
    stray(world, FIRST)
    world.clusters["prod"].sticky = True
    world.clock.advance(timedelta(minutes=3))
    (late,) = due(world, PromiseKind.RECHECK)
    recheck([late], world.grants())
    assert (PromiseKind.RECHECK, FIRST) in rows(world)
    world.clusters["prod"].sticky = False
    pass_time(world, 3)
    assert names(world) == []
    assert (PromiseKind.RECHECK, FIRST) not in rows(world)
