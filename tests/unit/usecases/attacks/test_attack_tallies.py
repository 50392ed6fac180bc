"""A tally that somebody damaged neither keeps a lease from ending nor lets it end unproven."""

from typing import Any, Final

import pytest

from daypass.adapters.redis import keys
from daypass.domain.lease import LeaseState
from daypass.usecases.requests.release import Release, release
from tests.unit.usecases.attacks.lagging import Lagging
from tests.unit.usecases.attacks.rig import Scene
from tests.unit.usecases.scenes import ALICE, FIRST, with_cluster

KEY: Final = keys.tally("prod", "alice@example.com")


def damage(scene: Scene, how: str) -> None:
    """Write what is no tally in its place."""
    scene.client.delete(KEY)
    if how == "another type":
        scene.client.rpush(KEY, "x")
    else:
        scene.client.set(KEY, "x")


@pytest.mark.parametrize("how", ["no value of ours", "another type"])
@pytest.mark.parametrize("lags", [True, False])
def test_lease_of_a_damaged_tally_ends_when_it_is_proven(how: str, *, lags: bool) -> None:
    """By whoever writes there: what the lease says of itself is asked, and it is not kept."""
    scene = Scene()
    damage(scene, how)
    assert scene.world.store.tallies("prod", ["alice@example.com"]) == {"alice@example.com": None}
    release(Release(actor=ALICE, target=FIRST), scene.world.ask)
    cluster: Any = scene.world.clusters["prod"]
    scene.work(with_cluster(scene.world.grants(), Lagging(cluster) if lags else cluster))
    lease = scene.world.store.lease(FIRST)
    assert lease is not None
    assert cluster.objects == ()
    assert lease.state is (LeaseState.REVOKING if lags else LeaseState.ENDED)
