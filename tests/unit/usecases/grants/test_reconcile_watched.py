"""Where somebody sees each change a look leaves the list of all alone, and not for ever."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from daypass.domain.errors import TemporaryOutsideError
from daypass.domain.lease import LeaseState
from daypass.domain.review import Question
from daypass.domain.sighting import Sighting
from daypass.ports import watch_of
from daypass.usecases.grants.findings import Findings
from daypass.usecases.grants.notice import notice
from daypass.usecases.grants.reconcile import COMPARED, reconcile_unasked, unlooked
from daypass.usecases.grants.watched import WATCHED, vouch
from daypass.usecases.shared.keep_rows import LOOK_EVERY
from tests.builders import World, a_catalog, a_level, a_world
from tests.unit.usecases.scenes import (
    FIRST,
    Failing,
    approve,
    grant,
    lease_of,
    names,
    ours,
    stray,
    try_once,
    with_cluster,
)


def look_now(world: World) -> Findings:
    """Look around as a worker does whom nobody asked to."""
    return reconcile_unasked(world.grants())


def a_watched() -> World:
    """Return a world of which the whole was compared, and that somebody watches since."""
    world = a_world()
    grant(world)
    look_now(world)
    vouch(world.grants())
    return world


def later(world: World, passed: timedelta) -> None:
    """Let time pass, for ticks too."""
    world.clock.advance(passed)


def test_look_compares_nothing_when_somebody_watches() -> None:
    """What is seen by the watch is acted on by the watch; a list of all costs seconds."""
    world = a_watched()
    stray(world, FIRST)
    findings = look_now(world)
    assert (findings.objects, findings.removed) == (0, ())
    assert "stray" in names(world)
    assert world.store.seen()["prod"].taken_at == world.clock.now()


def test_look_compares_all_when_nobody_watches_any_more() -> None:
    """Whoever watched is silent: what happened since may have been missed."""
    world = a_watched()
    stray(world, FIRST)
    later(world, WATCHED)
    assert look_now(world).objects == 2
    assert "stray" not in names(world)


def beaten(world: World) -> None:
    """Somebody writes that somebody watches, as every process may that keeps time."""
    world.heartbeats.beat(watch_of("prod"))


def of_another_cluster(world: World) -> None:
    """What a worker said of another cluster is written here."""
    vouch(world.grants("dev"))
    said = world.heartbeats.vouched(watch_of("dev"))
    assert said is not None
    world.heartbeats.vouch(watch_of("prod"), said)


def made_newer(world: World) -> None:
    """An old word is given a new moment."""
    said = world.heartbeats.vouched(watch_of("prod"))
    assert said is not None
    world.heartbeats.vouch(watch_of("prod"), replace(said, at=world.clock.now()))


def of_the_future(world: World) -> None:
    """The clock was set back since."""
    world.clock.set(world.clock.now() - timedelta(seconds=1))


@pytest.mark.parametrize("pretend", [beaten, of_another_cluster, made_newer, of_the_future])
def test_look_compares_all_unless_a_worker_of_ours_says_that_it_watches(
    pretend: Callable[[World], None],
) -> None:
    """Whoever may write to the store must not keep all from looking (law 3)."""
    world = a_watched()
    stray(world, FIRST)
    later(world, timedelta(seconds=1))
    vouch(world.grants())
    later(world, timedelta(milliseconds=500))
    pretend(world)
    assert look_now(world).objects == 2


def test_look_compares_all_after_a_while_whoever_watches() -> None:
    """The net under the watch: it may have left something out (law 3)."""
    world = a_watched()
    stray(world, FIRST)
    later(world, COMPARED)
    vouch(world.grants())
    assert look_now(world).objects == 2
    assert look_now(world).objects == 0


def test_look_compares_all_when_this_process_never_did() -> None:
    """What another has seen is only what the store says."""
    world = a_watched()
    world.witnesses["prod"].compare_by = None
    assert look_now(world).objects == 1


def test_look_compares_all_in_restore_mode() -> None:
    """Whatever is there has to be adopted or removed."""
    world = a_watched()
    epoch = world.store.epoch()
    assert epoch is not None
    world.store._epoch = epoch.doubting(frozenset({"prod"}))
    assert look_now(world).objects == 1


def test_doubt_lets_all_be_compared_at_once() -> None:
    """A watch that began anew has missed something."""
    world = a_watched()
    world.clusters["prod"].remove(ours(world).ref)
    assert not unlooked(world.grants())
    world.witnesses["prod"].doubt(world.clock.ticks())
    assert unlooked(world.grants())
    assert look_now(world).drifted == (FIRST,)
    assert lease_of(world).state is LeaseState.REVOKING


@pytest.mark.parametrize("doubted", [True, False], ids=["doubted meanwhile", "not doubted"])
def test_comparison_answers_no_doubt_that_came_after_it_began(doubted: bool) -> None:  # noqa: FBT001
    """What was listed before the watch began is not what was there when it began."""
    world = a_watched()
    witness, now = world.witnesses["prod"], world.clock.ticks()
    doubts = witness.doubts
    if doubted:
        witness.doubt(now)
    witness.compared(doubts, now + 300)
    assert witness.compare_by == (now if doubted else now + 300)


@pytest.mark.parametrize("noticed", [True, False], ids=["noticed", "found by a look"])
def test_what_the_cluster_keeps_is_looked_at_again_soon(noticed: bool) -> None:  # noqa: FBT001
    """Nobody hears of it any more: not in five minutes but at the next look it is tried again."""
    world = a_watched()
    cluster, kept = world.clusters["prod"], stray(world, FIRST)
    cluster.sticky = True
    if noticed:
        notice([Sighting(revision="1", found=kept)], world.grants())
    else:
        world.witnesses["prod"].doubt(world.clock.ticks())
        look_now(world)
    cluster.sticky = False
    later(world, LOOK_EVERY)
    vouch(world.grants())
    assert [one.found.ref for one in look_now(world).removed] == [kept.ref]


def test_what_a_grant_under_way_lacked_is_compared_again_once_it_runs() -> None:
    """Whoever may write there deletes what was proven, and has all compared before the lease runs.

    It was said to be granted for a quarter of an hour then.
    """
    level = a_level(namespaces=("payments", "team-a"))
    world = a_world(a_catalog(levels=(level,)))
    look_now(world)
    approve(world)
    cluster = world.clusters["prod"]

    def meanwhile(question: Question) -> bool:
        if question.namespace == "team-a":
            first, _ = cluster.objects
            cluster.remove(first.ref)
            notice([Sighting(revision="1", found=first, gone=True)], world.grants())
            world.witnesses["prod"].doubt(world.clock.ticks())
            assert look_now(world).drifted == ()
        return False

    lagging = Failing(cluster, "reviews", TemporaryOutsideError("never"), meanwhile)
    try_once(world, with_cluster(world.grants(), lagging))
    assert lease_of(world).state is LeaseState.ACTIVE
    later(world, LOOK_EVERY)
    vouch(world.grants())
    assert look_now(world).drifted == (FIRST,)
