"""A freeze of the last moment there is."""

from datetime import timedelta

import pytest

from daypass.adapters.redis import keys
from daypass.adapters.redis.bounds import LAST
from daypass.adapters.redis.codec import encode
from daypass.domain.epoch import Freeze
from daypass.usecases.grants.reconcile import reconcile_unasked
from daypass.usecases.incident.freeze import ThawGrants, thaw
from tests.unit.usecases.attacks.rig import Scene


@pytest.mark.parametrize(
    "before", [timedelta(0), timedelta(microseconds=1), timedelta(days=1), timedelta(days=400)]
)
def test_a_freeze_of_the_last_moment_can_be_lifted(before: timedelta) -> None:
    """By the bot: the clusters' marks keep it, whatever an administrator says and deletes."""
    scene = Scene()
    frozen = Freeze(by="x", at=LAST - before, everywhere=True, version=1)
    scene.client.set(keys.FREEZE, encode(frozen))
    for name in ("prod", "dev"):
        reconcile_unasked(scene.world.grants(name))
    thaw(ThawGrants(actor="admin"), scene.world.trail)
    for _ in range(2):
        for name in ("prod", "dev"):
            reconcile_unasked(scene.world.grants(name))
    held = scene.world.store.freeze()
    assert held is not None
    assert not held.on
