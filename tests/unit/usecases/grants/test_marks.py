"""What a cluster knows of the store: written at each look and at each end (law 1)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

from daypass.domain.errors import TemporaryOutsideError
from daypass.domain.lease import LeaseState
from daypass.ports import Change, GrantPorts, Witness
from daypass.usecases.grants import epochs
from daypass.usecases.grants.epochs import assure
from tests.builders import World, a_world
from tests.unit.usecases.scenes import (
    Failing,
    Meanwhile,
    approve,
    due,
    grant,
    lease_of,
    let_go,
    look,
    names,
    revoke_due,
    try_once,
    with_cluster,
    work,
)

SECOND = timedelta(seconds=1)
DOWN = TemporaryOutsideError("prod: unreachable")


def fresh(world: World, cluster: str = "prod") -> GrantPorts:
    """Return the ports of a grants worker that has just started."""
    return replace(world.grants(cluster), witness=Witness())


def later(world: World) -> None:
    """Let more time pass than a look at the store is believed for."""
    world.clock.advance(SECOND)


def unproven(world: World) -> frozenset[str]:
    """Return the clusters in restore mode."""
    epoch = world.store.epoch()
    assert epoch is not None
    return epoch.unproven


def test_the_mark_is_of_before_the_look() -> None:
    """A store that is set back during a look does not hide that by marking the cluster anew."""
    world = a_world()
    before = world.store.image()
    grant(world)
    later(world)
    assure(world.grants())
    back = Meanwhile(world.clusters["prod"], "discover", lambda: world.store.set_back(before))
    look(world, replace(world.grants(), cluster=cast("Any", back)))
    assure(fresh(world))
    assert unproven(world) == {"prod", "dev"}


def test_an_epoch_that_begins_during_a_look_is_not_ended_by_it() -> None:
    """Restore mode ends only for a look that was begun in it."""
    world = a_world()
    world.clusters["prod"].mark = None
    epoch = world.store.epoch()
    assert epoch is not None

    def begin() -> None:
        doubted = world.store.epoch()
        assert doubted is not None
        again = replace(doubted, id="epoch-2", unproven=frozenset({"prod", "dev"}))
        world.store.commit(Change(move=world.ids.move(), epoch=again))

    meanwhile = Meanwhile(world.clusters["prod"], "discover", begin)
    found = look(world, replace(fresh(world), cluster=cast("Any", meanwhile)))
    assert not found.restored
    assert unproven(world) == {"prod", "dev"}
    assert due(world) == []


def test_an_end_is_marked_on_the_cluster_at_once() -> None:
    """A store that is set back a second later, while every worker dies, brings nothing back."""
    world = a_world()
    approve(world)
    world.clock.advance(SECOND)
    assure(world.grants())
    before = world.store.image()
    work(world)
    let_go(world)
    revoke_due(world)
    assert lease_of(world).state is LeaseState.ENDED
    world.store.set_back(before)
    world.clock.advance(SECOND)
    try_once(world, fresh(world))
    assert names(world) == []
    assert unproven(world) == {"prod", "dev"}


def test_who_marked_an_end_remembers_it() -> None:
    """A worker that survives the store's being set back knows of the end that it brought about."""
    world = a_world()
    approve(world)
    world.clock.advance(SECOND)
    assure(world.grants())
    before = world.store.image()
    work(world)
    let_go(world)
    revoke_due(world)
    world.store.set_back(before)
    world.clock.advance(SECOND)
    try_once(world)
    assert names(world) == []
    assert unproven(world) == {"prod", "dev"}


def test_a_mark_is_never_written_by_who_does_not_know_better() -> None:
    """A process that has just started, or whose past is gone, leaves the older mark alone."""
    world = a_world()
    grant(world)
    world.clock.advance(SECOND)
    assure(world.grants())
    mark = world.clusters["prod"].mark
    epochs.mark(fresh(world))
    world.store.set_back(None)
    epochs.mark(world.grants())
    assert world.clusters["prod"].mark == mark


def test_an_end_does_not_wait_for_its_mark() -> None:
    """A mark that cannot be written is written by the next reconcile (law 10)."""
    world = a_world()
    grant(world)
    let_go(world)
    failing = Failing(world.clusters["prod"], "keep_watermark", DOWN, lambda _: True)
    revoke_due(world, with_cluster(world.grants(), failing))
    assert lease_of(world).state is LeaseState.ENDED
