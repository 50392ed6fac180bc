"""A grants worker that starts anew: a name in a list keeps it, and all of its siblings, from it."""

import pytest

from daypass.adapters.redis import keys
from tests.builders import KEY, a_snapshot
from tests.unit.usecases.attacks.rig import Scene
from tests.unit.usecases.scenes import FIRST
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
