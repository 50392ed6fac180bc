"""Whoever has the duty to watch acts on what it sees, and on nothing when it has it no more."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from daypass.domain.errors import TemporaryOutsideError
from daypass.domain.lease import LeaseState
from daypass.ports import DUTY_HELD, watch_of
from daypass.usecases.grants.findings import Findings
from daypass.usecases.grants.reconcile import reconcile_unasked, unlooked
from daypass.usecases.grants.watched import vouch
from tests.builders import World, a_world
from tests.streams import looked
from tests.unit.usecases.scenes import FIRST, grant, lease_of, names, ours, stray
from workers.grants.watch import KINDS, MANY, Watch, gathering
from workers.grants.watcher import Watcher

WANTED = 0.3
"""Seconds from a change to what is done about it: docs/explanation/numbers.md."""


def look_now(world: World) -> Findings:
    """Look around as a worker does whom nobody asked to."""
    return reconcile_unasked(world.grants())


@pytest.fixture
def world() -> World:
    """Alice has access on prod, and all was looked at."""
    made = a_world()
    grant(made)
    look_now(made)
    return made


def a_watch(world: World) -> Watch:
    """Return a watch on prod whose duty was renewed now; nothing runs by itself."""
    watch = Watch(world.grants())
    watch.renew(world.clock.ticks())
    return watch


def watched(watch: Watch, since: str = "") -> str:
    """Watch both kinds until there is no more, as the server ends it; return where bindings are."""
    for kind in KINDS[1:]:
        looked(watch.look(kind, since))
    return looked(watch.look(KINDS[0], since))


def test_what_is_seen_is_acted_on(world: World) -> None:
    """A stray goes, though nobody looks around."""
    watch = a_watch(world)
    since = watched(watch)
    look_now(world)
    stray(world, FIRST)
    looked(watch.look(KINDS[0], since))
    watch.act_once()
    assert "stray" not in names(world)
    assert lease_of(world).state is LeaseState.ACTIVE


def test_changes_that_come_together_are_judged_together(world: World) -> None:
    """The last word on each object counts."""
    watch = a_watch(world)
    since = watched(watch)
    look_now(world)
    found = ours(world)
    world.clusters["prod"].put(replace(found, subjects=()))
    looked(watch.look(KINDS[0], since))
    watch.act_once()
    assert names(world) == []
    assert lease_of(world).state is LeaseState.REVOKING


def test_watch_that_begins_anew_lets_all_be_compared(world: World) -> None:
    """It does not know what happened before."""
    watch = a_watch(world)
    assert not unlooked(world.grants())
    watched(watch)
    assert unlooked(world.grants())
    assert not watch.sees_all()
    look_now(world)
    assert watch.sees_all()


def test_watch_sees_not_all_when_a_kind_is_not_watched(world: World) -> None:
    """Of two kinds both, and each with a sign of life lately."""
    watch = a_watch(world)
    looked(watch.look(KINDS[0], ""))
    look_now(world)
    assert not watch.sees_all()
    watched(watch)
    look_now(world)
    assert watch.sees_all()
    world.clock.advance(timedelta(seconds=90))
    assert not watch.sees_all()


def test_nothing_is_acted_on_when_the_duty_ran_out(world: World) -> None:
    """Who slept through it acts on no old sight: another has it, and all is compared."""
    watch = a_watch(world)
    since = watched(watch)
    look_now(world)
    stray(world, FIRST)
    looked(watch.look(KINDS[0], since))
    world.clock.advance(DUTY_HELD)
    watch.act_once()
    assert "stray" in names(world)
    assert all_is_compared_next(world)


def test_nothing_is_acted_on_when_it_was_stopped(world: World) -> None:
    """The duty is another's."""
    watch = a_watch(world)
    since = watched(watch)
    watch.stop()
    assert not watch.held()
    stray(world, FIRST)
    looked(watch.look(KINDS[0], since))
    watch.act_once()
    assert "stray" in names(world)


def test_all_is_seen_again_when_what_could_not_be_judged_was_compared(world: World) -> None:
    """A cluster that was away for a moment costs one comparison, and not one at every look."""
    watch = a_watch(world)
    since = watched(watch)
    look_now(world)
    stray(world, FIRST)
    looked(watch.look(KINDS[0], since))
    world.clusters["prod"].down = True
    world.clock.advance(timedelta(seconds=1))
    with pytest.raises(TemporaryOutsideError):
        watch.act_once()
    world.clusters["prod"].down = False
    world.clock.advance(timedelta(seconds=10))
    assert look_now(world).removed
    assert watch.sees_all()


def test_what_waits_is_bounded(world: World) -> None:
    """A flood is compared as a whole instead of being kept."""
    watch = Watch(world.grants(), waiting=1)
    watch.renew(world.clock.ticks())
    since = watched(watch)
    look_now(world)
    ref = ours(world).ref
    for name in ("one", "two"):
        stray(world, FIRST, ref=replace(ref, name=name))
    looked(watch.look(KINDS[0], since))
    assert all_is_compared_next(world)


def test_what_is_there_long_after_its_end_lets_all_be_compared(world: World) -> None:
    """Also where the rows that should have ended it are gone; and not each second (law 3)."""
    watch = a_watch(world)
    watched(watch)
    look_now(world)
    watch.look_after_ends()
    assert not unlooked(world.grants())
    world.clock.advance(timedelta(hours=1, seconds=11))
    world.witnesses["prod"].look_by = world.clock.ticks() + 30
    watch.look_after_ends()
    assert unlooked(world.grants())
    world.witnesses["prod"].look_by = world.clock.ticks() + 30
    watch.look_after_ends()
    assert not unlooked(world.grants())


def all_is_compared_next(world: World) -> bool:
    """Look around, although somebody says that all is seen; return whether that listed all."""
    vouch(world.grants())
    return look_now(world).objects > 0


@contextmanager
def tending(world: World, holder: str) -> Iterator[Watcher]:
    """Return a watcher of prod; its threads end with the block."""
    watcher = Watcher(lambda _: world.grants(), ("prod",), holder=holder)
    yield watcher
    watcher.close()


def test_one_has_the_duty_and_another_takes_it_over(world: World) -> None:
    """After its holder's silence for DUTY_HELD, whoever asks first."""
    with tending(world, "one") as one, tending(world, "two") as two:
        one.tend()
        two.tend()
        assert (one.watching, two.watching) == (("prod",), ())
        world.clock.advance(DUTY_HELD)
        two.tend()
        one.tend()
        assert (one.watching, two.watching) == ((), ("prod",))


def test_no_pulse_is_given_before_all_is_seen(world: World) -> None:
    """Others leave the list of all alone because of it: what was before must be compared first."""
    with tending(world, "one") as watcher:
        watcher.tend()
        assert world.heartbeats.heard(watch_of("prod")) is None


def test_cluster_that_does_not_answer_is_not_seen(world: World) -> None:
    """A watch that breaks is said, and tried again."""
    watch = a_watch(world)
    watched(watch)
    look_now(world)
    world.clusters["prod"].down = True
    with pytest.raises(TemporaryOutsideError):
        looked(watch.look(KINDS[0], ""))


def test_behind_many_changes_the_next_are_gathered_longer() -> None:
    """They share what each time costs; what follows a few is acted on as soon as before."""
    assert gathering(0) == gathering(MANY) < gathering(MANY + 1) < WANTED
