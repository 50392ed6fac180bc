"""A lease that was over is written back: one approval gives it again and again."""

from dataclasses import replace
from datetime import timedelta

from daypass.adapters.redis import keys
from daypass.adapters.redis.codec import encode
from daypass.domain.lease import LeaseState
from daypass.ports import PromiseKind
from daypass.usecases.requests.end import End, end
from tests.builders import a_snapshot
from tests.unit.usecases.attacks.rig import Scene
from tests.unit.usecases.scenes import BOB, FIRST


def test_what_was_revoked_is_not_granted_again_on_the_same_approval() -> None:
    """By notifications, which writes leases and no requests: a yes of hours ago is used anew."""
    scene = Scene()
    end(End(actor=BOB, target=FIRST, reason="enough"), scene.world.ask)
    for _ in range(3):
        scene.work()
    over = scene.world.store.lease(FIRST)
    assert over is not None
    assert over.state is LeaseState.ENDED
    assert scene.world.clusters["prod"].objects == ()
    scene.clock.wait = timedelta(hours=5)
    now = scene.clock.now()
    scene.client.set(keys.alive("timekeeper"), f"{now.timestamp() * 1e6:.0f}")
    scene.world.store.keep_seen(a_snapshot(taken_at=now))
    again = replace(
        over,
        state=LeaseState.GRANTING,
        approved_at=now,
        attempt=None,
        granted_at=None,
        ends_at=None,
        cause=None,
        ended_at=None,
    )
    scene.client.set(keys.lease(FIRST), encode(again))
    scene.client.zadd(keys.due("prod"), {f"{PromiseKind.PROVISION}:{FIRST}": 1})
    scene.work()
    assert scene.world.clusters["prod"].objects == ()
