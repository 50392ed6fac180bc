"""Rows that are not of their cluster, or not of a lease's state: anybody may write some."""

from datetime import timedelta

import pytest

from daypass.adapters.redis import keys
from daypass.domain.lease import LeaseState
from daypass.ports import PromiseKind
from daypass.usecases.grants.reconcile import reconcile_unasked
from daypass.usecases.requests.end import End, end
from daypass.usecases.requests.extend import Extend, extend
from tests.unit.usecases.attacks.rig import Scene
from tests.unit.usecases.scenes import ALICE, BOB, FIRST, HOUR, approve


def elsewhere(scene: Scene, kind: PromiseKind, *, at: float = 1) -> None:
    """With any role's rights: let dev's worker see to a lease of prod."""
    scene.client.zadd(keys.due("dev"), {f"{kind}:{FIRST}": at})
    scene.work(scene.world.grants("dev"))


def test_a_lease_is_not_said_to_be_over_by_the_worker_of_another_cluster() -> None:
    """Law 4: "ended" only after our objects are gone; here they are all there, and nobody asked."""
    scene = Scene()
    end(End(actor=BOB, target=FIRST, reason="enough"), scene.world.ask)
    elsewhere(scene, PromiseKind.END)  # prod is slow, or away.
    lease = scene.world.store.lease(FIRST)
    assert lease is not None
    there = len(scene.world.clusters["prod"].objects)
    assert (lease.state, there) == (LeaseState.REVOKING, 1)


@pytest.mark.parametrize("attacked", [False, True])
def test_what_was_revoked_while_its_cluster_was_away_goes_when_that_is_back(
    *, attacked: bool
) -> None:
    """Law 3: within 5 s after a cluster is back. No row and no live lease is left that says so."""
    scene = Scene()
    reconcile_unasked(scene.world.grants())
    prod = scene.world.clusters["prod"]
    prod.down = True
    end(End(actor=BOB, target=FIRST, reason="enough"), scene.world.ask)
    scene.work()
    if attacked:
        elsewhere(scene, PromiseKind.END)
    prod.down = False
    scene.clock.wait = timedelta(seconds=5)
    scene.client.zadd(keys.due("prod"), {f"{PromiseKind.END}:{FIRST}": 1}, xx=True)
    scene.work()
    assert prod.objects == ()


def test_a_grant_is_not_given_up_by_the_worker_of_another_cluster() -> None:
    """By any role: every grant fails, "its request is not in the store"."""
    scene = Scene(granted=False)
    approve(scene.world)
    elsewhere(scene, PromiseKind.PROVISION)
    scene.work()
    lease = scene.world.store.lease(FIRST)
    assert lease is not None
    assert lease.state is LeaseState.ACTIVE, lease.why


def test_more_time_is_not_refused_by_the_worker_of_another_cluster() -> None:
    """By any role: "… is gone from the cluster", which it is not."""
    scene = Scene()
    extend(Extend(actor=ALICE, target=FIRST, length=HOUR / 2), scene.world.ask)
    elsewhere(scene, PromiseKind.ADJUST)
    scene.work()
    lease = scene.world.store.lease(FIRST)
    assert lease is not None
    assert lease.extensions[-1].refused == ""


@pytest.mark.parametrize("attacked", [False, True])
def test_who_lost_it_by_another_cluster_s_worker_may_have_it_again(*, attacked: bool) -> None:
    """The tally of prod never says that it is over: "… is not off the cluster yet", for a day."""
    scene = Scene()
    end(End(actor=BOB, target=FIRST, reason="enough"), scene.world.ask)
    if attacked:
        elsewhere(scene, PromiseKind.END)
    for _ in range(3):
        scene.work()
    reconcile_unasked(scene.world.grants())
    assert scene.world.clusters["prod"].objects == ()
    request = approve(scene.world)
    scene.work()
    lease = scene.world.store.lease(request.lease_ids[0])
    assert lease is not None
    assert lease.state is LeaseState.ACTIVE, lease.why


def test_a_last_look_takes_nothing_from_what_lives() -> None:
    """By any role: the look for what came late is for what has ended; its row names a live one."""
    scene = Scene()
    scene.client.zadd(keys.due("prod"), {f"{PromiseKind.RECHECK}:{FIRST}": 1})
    scene.work()
    reconcile_unasked(scene.world.grants())
    lease = scene.world.store.lease(FIRST)
    assert lease is not None
    assert (lease.state, len(scene.world.clusters["prod"].objects)) == (LeaseState.ACTIVE, 1)
