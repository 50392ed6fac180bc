"""By notifications, which writes leases and no requests: what was revoked is granted once more."""

from dataclasses import replace
from typing import Any

import pytest

from daypass.adapters.redis import keys
from daypass.adapters.redis.codec import encode
from daypass.domain.lease import Lease, LeaseState
from daypass.ports import PromiseKind
from daypass.usecases.requests.end import End, end
from tests.unit.usecases.attacks.rig import Scene
from tests.unit.usecases.scenes import BOB, FIRST


def stored(scene: Scene) -> Lease:
    lease = scene.world.store.lease(FIRST)
    assert lease is not None
    return lease


def put(scene: Scene, lease: Lease, **fields: Any) -> None:
    scene.client.set(keys.lease(FIRST), encode(replace(lease, **fields)))


@pytest.mark.parametrize("attacked", [False, True])
def test_what_was_revoked_and_is_gone_is_not_granted_again_within_two_minutes(
    *, attacked: bool
) -> None:
    """It is ended under another's name, so that the tally of its holder does not say it is over."""
    scene = Scene()
    lease = stored(scene)
    bob = replace(lease.holder, email="zed@example.com")
    if attacked:
        put(scene, lease, holder=bob, username="zed@example.com")
    end(End(actor=BOB, target=FIRST, reason="enough"), scene.world.ask)
    for _ in range(3):
        scene.work()
    over = stored(scene)
    assert over.state is LeaseState.ENDED
    assert scene.world.clusters["prod"].objects == ()
    assert lease.attempt is not None
    bare = tuple(replace(ref, uid="") for ref in lease.attempt.objects)
    put(
        scene,
        lease,
        state=LeaseState.GRANTING,
        attempt=replace(lease.attempt, objects=bare),
        granted_at=None,
        proof=(),
    )
    scene.client.zadd(keys.due("prod"), {f"{PromiseKind.PROVISION}:{FIRST}": 1})
    scene.work()
    assert scene.world.clusters["prod"].objects == (), stored(scene).state
