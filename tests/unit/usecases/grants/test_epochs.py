"""A store that was emptied or set back is noticed before anything new rests on it (law 10)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from daypass.domain.audit import Action
from daypass.domain.errors import TemporaryOutsideError, UnreadableError
from daypass.domain.lease import LeaseState
from daypass.domain.reasons import Restoring
from daypass.ports import Change, GrantPorts, PromiseKind, Witness
from daypass.usecases.grants import epochs
from daypass.usecases.grants.epochs import (
    DAMAGED,
    EMPTY,
    SET_BACK,
    UNMARKED,
    assure,
    goes_on,
    restoring,
)
from daypass.usecases.shared.keep_rows import LOOK_EVERY
from daypass.usecases.shared.rows import look_row
from tests.builders import EPOCH, NOON, World, a_mark, a_world, unbounded
from tests.unit.usecases.scenes import (
    Failing,
    Meanwhile,
    actions,
    approve,
    ask,
    grant,
    lease_of,
    look,
    names,
    refusal,
    rows,
    try_once,
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


def test_a_store_that_goes_on_is_left_alone() -> None:
    """Nothing is doubted while every event that was seen is still there."""
    world = a_world()
    grant(world)
    later(world)
    assert assure(world.grants()).event == world.store.last_event()
    later(world)
    assert assure(fresh(world)).epoch == EPOCH
    assert unproven(world) == frozenset()


def test_a_process_that_saw_more_than_the_store_has_begins_an_epoch() -> None:
    """An event that this process saw and that is gone means that the store was set back."""
    world = a_world()
    before = world.store.image()
    grant(world)
    later(world)
    assure(world.grants())
    world.store.set_back(before)
    later(world)
    known = assure(world.grants())
    assert known.epoch != EPOCH
    assert unproven(world) == {"prod", "dev"}
    assert world.store.events[-1].action is Action.EPOCH_BEGUN
    assert world.store.events[-1].facts["why"] == SET_BACK


def test_new_events_do_not_hide_that_older_ones_are_gone() -> None:
    """What came after a loss has newer ids than what was lost: the very event is looked for."""
    world = a_world(unbounded())
    before = world.store.image()
    grant(world)
    later(world)
    look(world)
    world.store.set_back(before)
    for _ in range(5):
        ask(world, reason="after the loss")
    assure(fresh(world))
    assert unproven(world) == {"prod", "dev"}


def test_a_process_that_has_just_started_asks_the_cluster() -> None:
    """The mark on the cluster survives the store and every process."""
    world = a_world()
    before = world.store.image()
    grant(world)
    later(world)
    look(world)
    world.store.set_back(before)
    assure(fresh(world))
    assert unproven(world) == {"prod", "dev"}


def test_an_empty_store_begins_an_epoch() -> None:
    """Nothing is known of what is on any cluster."""
    world = a_world()
    grant(world)
    world.store.set_back(None)
    later(world)
    assure(world.grants())
    assert unproven(world) == {"prod", "dev"}
    assert world.store.events[-1].facts["why"] == EMPTY


def test_an_epoch_that_cannot_be_read_is_written_anew() -> None:
    """The clusters are believed from then on: what is damaged stops no look for ever."""
    world = a_world()
    grant(world)
    later(world)
    damaged = Failing(world.store, "epoch", UnreadableError("it is damaged"), lambda _: True)
    ports = replace(fresh(world), store=cast("Any", damaged))
    assert restoring(ports)
    assert not goes_on(ports)
    assure(ports)
    assert unproven(world) == {"prod", "dev"}
    assert world.store.events[-1].facts["why"] == DAMAGED


def test_an_epoch_that_another_process_began_is_taken_over() -> None:
    """Two workers that notice the same loss do not begin two epochs."""
    world = a_world()
    first, second = fresh(world), fresh(world)
    grant(world)
    later(world)
    assure(first)
    assure(second)
    world.store.set_back(None)
    later(world)
    assert assure(first).epoch == assure(second).epoch
    assert [e.action for e in world.store.events] == [Action.EPOCH_BEGUN]


def test_an_epoch_that_is_begun_in_the_same_moment_is_begun_once() -> None:
    """Whoever commits second sees the first one's and goes by it."""
    world = a_world()
    world.store.set_back(None)
    later(world)
    other = fresh(world, "dev")
    slow = Meanwhile(world.store, "epoch", lambda: assure(other))
    known = assure(replace(fresh(world), store=cast("Any", slow)))
    epoch = world.store.epoch()
    assert epoch is not None
    assert known.epoch == epoch.id
    assert [e.action for e in world.store.events] == [Action.EPOCH_BEGUN]


def test_a_cluster_with_another_stores_mark_begins_an_epoch() -> None:
    """A proven cluster whose mark names another epoch has seen another store since."""
    world = a_world()
    world.clusters["prod"].mark = a_mark(epoch="another")
    assure(fresh(world))
    assert unproven(world) == {"prod", "dev"}


def test_a_cluster_without_a_mark_is_doubted_alone() -> None:
    """A cluster that is new, or whose mark somebody removed, is looked at first."""
    world = a_world()
    world.clusters["prod"].mark = None
    assert assure(fresh(world)).epoch == EPOCH
    assert unproven(world) == {"prod"}
    assert world.store.events[-1].facts["why"] == UNMARKED
    later(world)
    assure(fresh(world))
    assert actions(world, EPOCH) == ["cluster.doubted"]


def test_a_look_is_believed_for_a_moment() -> None:
    """Nobody asks twice in a quarter of a second; after that the store is asked again."""
    world = a_world()
    ports = world.grants()
    assure(ports)
    world.store.set_back(None)
    assert assure(ports).epoch == EPOCH
    world.clock.advance(epochs.LOOKED_LONG_AGO)
    assert assure(ports).epoch != EPOCH


def test_a_look_at_the_cluster_believes_nothing() -> None:
    """Emptied a moment after it was looked at, a store is not taken for the same for 30 s more."""
    world = a_world()
    look(world)
    world.store.set_back(None)
    assert look(world).restored
    epoch = world.store.epoch()
    assert epoch is not None
    assert (epoch.why, epoch.unproven) == (EMPTY, frozenset({"dev"}))


def test_a_process_that_cannot_compare_grants_nothing() -> None:
    """Doubt means no: it waits until the cluster answers, and only then goes on (law 10)."""
    world = a_world()
    approve(world)
    world.clusters["prod"].down = True
    with pytest.raises(TemporaryOutsideError):
        assure(fresh(world))
    try_once(world, fresh(world))
    assert lease_of(world).attempt is None
    world.clusters["prod"].down = False
    world.clock.advance(SECOND)
    try_once(world, fresh(world))
    assert lease_of(world).state is LeaseState.ACTIVE


def test_nothing_is_granted_after_a_loss_before_the_cluster_was_looked_at() -> None:
    """Law 1: an approval that the store still has is not enough, and people read why."""
    world = a_world(unbounded())
    later(world)
    approve(world)
    before = world.store.image()
    later(world)
    ask(world)
    assure(world.grants())
    world.store.set_back(before)
    later(world)
    try_once(world)
    assert names(world) == []
    assert "lost its memory" in lease_of(world).why
    assert refusal(lambda: ask(world)) == Restoring(cluster="prod")


def test_every_cluster_in_doubt_is_looked_at_now() -> None:
    """Whoever notices does not leave people to wait for each cluster's next turn."""
    world = a_world()
    looks = {name: (PromiseKind.RECONCILE, name) for name in ("prod", "dev")}
    for name in looks:
        world.agenda.ensure(look_row(name, NOON + LOOK_EVERY), within=LOOK_EVERY)
    world.store.set_back(None)
    later(world)
    assure(world.grants())
    assert [rows(world, name)[look] for name, look in looks.items()] == [0, 0]


def test_cluster_that_is_no_longer_configured_is_left_alone() -> None:
    """Nobody could look there."""
    world = a_world()
    later(world)
    epoch = world.store.epoch()
    assert epoch is not None
    gone = replace(epoch, unproven=frozenset({"gone"}))
    world.store.commit(Change(move=world.ids.move(), epoch=gone))
    world.clusters["prod"].mark = None
    assure(fresh(world))
    assert unproven(world) == {"gone", "prod"}
    assert rows(world, "gone") == {}


def test_reconcile_ends_restore_mode_cluster_by_cluster() -> None:
    """One that is down does not hold up the others."""
    world = a_world()
    world.store.set_back(None)
    world.heartbeats.beat("timekeeper")
    later(world)
    world.clusters["dev"].down = True
    assert look(world).restored
    assert unproven(world) == {"dev"}
    assert world.clusters["prod"].mark is not None
    assert assure(fresh(world)).epoch == world.clusters["prod"].mark.epoch
    world.clock.advance(LOOK_EVERY)
    world.heartbeats.beat("timekeeper")
    ask(world)
    assert not look(world).restored
