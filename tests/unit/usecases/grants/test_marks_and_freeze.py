"""What a cluster's mark says counts for every worker, and nobody else can write one."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from daypass.domain.epoch import Freeze, Watermark
from daypass.domain.lease import LeaseState
from daypass.ports import GrantPorts, Witness
from daypass.usecases.grants.epochs import assure, mark
from daypass.usecases.incident.freeze import FreezeGrants, freeze
from tests.builders import EPOCH, World, a_mark, a_world, unbounded
from tests.unit.usecases.scenes import (
    Meanwhile,
    approve,
    ask,
    grant,
    lease_of,
    let_go,
    look,
    names,
    revoke_due,
    try_once,
    with_cluster,
)

SECOND = timedelta(seconds=1)


def another(world: World, cluster: str = "prod") -> GrantPorts:
    """Return the ports of a further grants worker, which has just started."""
    return replace(world.grants(cluster), witness=Witness())


def unproven(world: World) -> frozenset[str]:
    """Return the clusters in restore mode."""
    epoch = world.store.epoch()
    assert epoch is not None
    return epoch.unproven


def set_back_after_another_worker_ended_it(world: World) -> None:
    """Have a second worker grant and end what the first knows as approved, then lose that."""
    approve(world)
    world.clock.advance(SECOND)
    assure(world.grants())
    before = world.store.image()
    second = another(world)
    try_once(world, second)
    let_go(world)
    revoke_due(world, second)
    assert lease_of(world).state is LeaseState.ENDED
    world.store.set_back(before)
    world.clock.advance(SECOND)


def test_what_another_worker_marked_is_not_granted_again() -> None:
    """Law 1: a failover lost an end; whoever had not seen it asks the cluster, too."""
    world = a_world()
    set_back_after_another_worker_ended_it(world)
    try_once(world)
    assert names(world) == []
    assert unproven(world) == {"prod", "dev"}


def test_a_look_does_not_hide_what_another_worker_marked() -> None:
    """Reconciling writes over no mark that knows of more than the store has."""
    world = a_world()
    set_back_after_another_worker_ended_it(world)
    look(world)
    assert lease_of(world).state is LeaseState.REVOKING
    assert unproven(world) == {"dev"}


def test_an_end_does_not_hide_what_another_worker_marked() -> None:
    """Marking an end writes over no mark that knows of more than the store has."""
    world = a_world(unbounded())
    set_back_after_another_worker_ended_it(world)
    there = world.clusters["prod"].mark
    ask(world, reason="after the loss")
    mark(world.grants())
    assert world.clusters["prod"].mark == there


def test_a_mark_that_came_during_a_look_is_not_hidden_by_it() -> None:
    """The store is set back, and somebody else's mark tells: that one stays for the next look."""
    world = a_world()
    world.clock.advance(SECOND)
    assure(world.grants())
    before = world.store.image()
    second = another(world)

    def meanwhile() -> None:
        grant(world)
        world.clock.advance(SECOND)
        assure(second)
        mark(second)
        world.store.set_back(before)

    found = look(
        world,
        with_cluster(world.grants(), Meanwhile(world.clusters["prod"], "discover", meanwhile)),
    )
    assert "set back" in found.failed
    assure(another(world))
    assert unproven(world) == {"prod", "dev"}


def test_an_end_in_restore_mode_does_not_hide_a_freeze() -> None:
    """The mark keeps the freeze until the cluster was looked at."""
    world = a_world()
    grant(world)
    world.clock.advance(SECOND)
    before = world.store.image()
    freeze(FreezeGrants(actor="dan", by="dan", why="incident"), world.ask)
    look(world)
    world.store.set_back(before)
    world.clock.advance(SECOND)
    worker = another(world)
    assure(worker)
    let_go(world)
    revoke_due(world, worker)
    world.clock.advance(timedelta(seconds=30))
    world.heartbeats.beat("timekeeper")
    look(world, worker)
    kept = world.store.freeze()
    assert kept is not None
    assert kept.everywhere


def test_a_store_that_is_set_back_behind_an_epoch_is_noticed_by_who_knew_that_one() -> None:
    """Twice set back: an epoch that was begun before the one that we know cannot follow it."""
    world = a_world()
    approve(world)
    world.clock.advance(SECOND)
    before = world.store.image()
    world.store.set_back(None)
    world.clock.advance(SECOND)
    assure(world.grants())
    world.store.set_back(before)
    world.clock.advance(SECOND)
    assure(world.grants())
    assert unproven(world) == {"prod", "dev"}


LIES: dict[str, dict[str, Any]] = {
    "of another store": {"epoch": "another"},
    "of another event": {"event": "9-9"},
    "that lifts a freeze": {"freeze": Freeze(by="mallory", at=a_world().clock.now())},
    "that freezes": {"freeze": Freeze(by="m", at=a_world().clock.now(), everywhere=True)},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_mark_that_we_did_not_make_is_none(lie: dict[str, Any]) -> None:
    """Whoever may write on one cluster begins no epoch, lifts no freeze, and hides nothing."""
    world = a_world()
    genuine = world.clusters["prod"].mark
    assert genuine is not None
    world.clusters["prod"].mark = replace(genuine, **lie)
    assure(another(world))
    epoch = world.store.epoch()
    assert epoch is not None
    assert (epoch.id, epoch.unproven) == (EPOCH, frozenset({"prod"}))
    world.clock.advance(SECOND)
    look(world)
    assert world.store.freeze() is None
    assert unproven(world) == frozenset()


def test_the_mark_of_one_cluster_says_nothing_on_another() -> None:
    """A genuine one that was carried over is no more than one that was made up."""
    world = a_world()
    world.clusters["prod"].mark = a_mark("dev")
    assure(another(world))
    assert unproven(world) == {"prod"}


def test_a_mark_without_text_is_none() -> None:
    """Nor is one of a Daypass that did not seal its marks."""
    world = a_world()
    world.clusters["prod"].mark = Watermark(epoch=EPOCH, event="", at=world.clock.now())
    assure(another(world))
    assert unproven(world) == {"prod"}
