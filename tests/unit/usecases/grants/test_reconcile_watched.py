"""Where somebody sees each change a look leaves the list of all alone, and not for ever."""

from datetime import timedelta

import pytest

from daypass.domain.lease import LeaseState
from daypass.domain.sighting import Sighting
from daypass.ports import watch_of
from daypass.usecases.grants.findings import Findings
from daypass.usecases.grants.notice import notice
from daypass.usecases.grants.reconcile import COMPARED, reconcile_unasked, unlooked
from daypass.usecases.grants.watched import WATCHED
from daypass.usecases.shared.keep_rows import LOOK_EVERY
from tests.builders import World, a_world
from tests.unit.usecases.scenes import FIRST, grant, lease_of, names, ours, stray


def look_now(world: World) -> Findings:
    """Look around as a worker does whom nobody asked to."""
    return reconcile_unasked(world.grants())


def a_watched() -> World:
    """Return a world of which the whole was compared, and that somebody watches since."""
    world = a_world()
    grant(world)
    look_now(world)
    world.heartbeats.beat(watch_of("prod"))
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


def test_look_compares_all_when_a_pulse_is_from_the_future() -> None:
    """Nobody of ours wrote it, or the clock was set back."""
    world = a_watched()
    stray(world, FIRST)
    world.heartbeats._beats[watch_of("prod")] = world.clock.now() + timedelta(hours=1)
    assert look_now(world).objects == 2


def test_look_compares_all_after_a_while_whoever_watches() -> None:
    """The net under the watch; and who can write a pulse gains no more than that (law 3)."""
    world = a_watched()
    stray(world, FIRST)
    later(world, COMPARED)
    world.heartbeats.beat(watch_of("prod"))
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
    world.heartbeats.beat(watch_of("prod"))
    assert [one.found.ref for one in look_now(world).removed] == [kept.ref]
