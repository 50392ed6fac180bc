"""What is seen to change on a cluster came of a move: a store without that move was set back."""

from datetime import timedelta

from daypass.domain.sighting import Sighting
from daypass.usecases.grants.notice import notice
from daypass.usecases.grants.reconcile import reconcile_unasked
from daypass.usecases.grants.watched import vouch
from tests.builders import World, a_world
from tests.unit.usecases.scenes import FIRST, grant, lease_of, let_go, ours


def watched(world: World) -> None:
    """Let somebody have seen each change up to now."""
    vouch(world.grants())


def test_a_grant_that_a_failover_forgot_is_known_by_whoever_saw_its_object() -> None:
    """Law 1: within half a minute, although it was granted right after a look."""
    world = a_world()
    reconcile_unasked(world.grants())
    watched(world)
    before = world.store.image()
    grant(world)
    notice([Sighting(revision="1", found=ours(world))], world.grants())
    world.store.set_back(before)
    world.clock.advance(timedelta(seconds=30))
    world.heartbeats.beat("timekeeper")
    watched(world)
    assert reconcile_unasked(world.grants()).adopted == (FIRST,)
    assert lease_of(world).adopted


def test_an_end_that_a_failover_forgot_is_known_by_whoever_saw_its_object_go() -> None:
    """Law 4: what has nothing on the cluster is not shown as granted for a quarter of an hour."""
    world = a_world()
    grant(world)
    reconcile_unasked(world.grants())
    watched(world)
    before, found = world.store.image(), ours(world)
    let_go(world)
    world.clusters["prod"].remove(found.ref)
    notice([Sighting(revision="2", found=found, gone=True)], world.grants())
    world.store.set_back(before)
    world.clock.advance(timedelta(seconds=30))
    world.heartbeats.beat("timekeeper")
    watched(world)
    assert reconcile_unasked(world.grants()).drifted == (FIRST,)
