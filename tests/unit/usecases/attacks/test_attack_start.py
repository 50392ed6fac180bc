"""A grants worker that starts anew: a name in a list keeps it, and all of its siblings, from it."""

from dataclasses import replace

import pytest

from daypass.adapters.redis import keys
from daypass.adapters.redis.codec import encode
from daypass.domain.errors import SettingsError
from daypass.domain.ids import LeaseId
from daypass.ports import Witness
from daypass.usecases.shared.judging import TIMEKEEPER_PROCESS
from tests.builders import KEY, a_snapshot
from tests.unit.usecases.attacks.rig import Scene
from tests.unit.usecases.scenes import FIRST, look
from workers.grants.breaker import Breaker
from workers.grants.worker import Worker


def worker(scene: Scene) -> Worker:
    """Return the grants worker of that scene as it starts."""
    world = scene.world
    return Worker(
        catalog=world.catalog,
        clusters={name: Breaker(name, found) for name, found in world.clusters.items()},
        store=world.store,
        clock=world.clock,
        agenda=world.agenda,
        heartbeats=world.heartbeats,
        ids=world.ids,
        pictures=world.pictures,
        key=KEY,
    )


@pytest.mark.parametrize("attacked", [False, True])
def test_a_lease_that_is_listed_under_a_cluster_that_is_gone_stops_no_worker(
    *, attacked: bool
) -> None:
    """By any role (SADD): prod's lease under a cluster that was removed long ago, as documented.

    SettingsError is exit code 78, upon which the supervisor ends all other processes, too.
    """
    scene = Scene()
    scene.world.store.keep_seen(a_snapshot("old", taken_at=scene.clock.now()))
    if attacked:
        scene.client.sadd(keys.by_cluster("old"), FIRST)
    worker(scene).open()


@pytest.mark.parametrize("adopted", [False, True])
def test_a_lease_that_says_to_be_on_a_cluster_that_is_gone_stops_no_worker(
    *, adopted: bool
) -> None:
    """By the bot (SET lease, SADD): it was begun nowhere, whatever it says of itself."""
    scene = Scene()
    scene.world.store.keep_seen(a_snapshot("old", taken_at=scene.clock.now()))
    forged = replace(scene.lease, id=LeaseId("7q2m9x4t1bd0-1"), cluster="old", adopted=adopted)
    scene.client.set(keys.lease(forged.id), encode(forged))
    scene.client.sadd(keys.by_cluster("old"), forged.id)
    assert list(scene.world.store.live_on("old")) == [forged.id]
    worker(scene).open()


@pytest.mark.parametrize("forgotten", [False, True])
def test_what_was_begun_on_a_cluster_that_is_gone_refuses_to_start(*, forgotten: bool) -> None:
    """Law 3: also where the store had forgotten it, and it was taken over from the cluster."""
    scene = Scene()
    if forgotten:
        scene.client.flushall()
        scene.world.heartbeats.beat(TIMEKEEPER_PROCESS)
        for name in scene.world.witnesses:
            scene.world.witnesses[name] = Witness()
        assert look(scene.world).adopted == (FIRST,)
    here = worker(scene)
    without = {name: one for name, one in here.clusters.items() if name != "prod"}
    with pytest.raises(SettingsError, match=FIRST):
        replace(here, clusters=without).open()
