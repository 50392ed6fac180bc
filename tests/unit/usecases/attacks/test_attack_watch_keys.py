"""Whoever writes to Redis at will, and the two keys of a watch."""

from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from daypass.adapters.redis.heartbeats import RedisHeartbeats
from daypass.adapters.redis.sized import MOST
from daypass.domain.errors import OutsideError
from daypass.ports import watch_of
from daypass.usecases.grants.reconcile import reconcile_unasked
from tests.unit.usecases.attacks.rig import Scene
from workers.grants.watcher import Watcher


def test_word_of_another_type_stops_no_look() -> None:
    """It is a hint that saves a list: what cannot be read is no word."""
    scene = Scene()
    scene.client.delete("daypass:alive:watch:prod")
    scene.client.rpush("daypass:alive:watch:prod", "x")
    findings = reconcile_unasked(scene.world.grants())
    assert not findings.failed


def test_drift_ends_although_that_word_is_of_another_type() -> None:
    """Looks fail for ever, not for five minutes: nothing puts the key right."""
    scene = Scene()
    (mine,) = scene.world.clusters["prod"].objects
    scene.world.clusters["prod"].remove(mine.ref)  # By hand: the lease is over.
    scene.client.rpush("daypass:alive:watch:prod", "x")
    for _ in range(20):
        reconcile_unasked(scene.world.grants())
    lease = scene.world.store.lease(scene.lease.id)
    assert lease is not None
    assert lease.state.value != "active"


def test_word_of_megabytes_is_not_read_whole() -> None:
    """With the timekeeper's role alone (`SET` on `daypass:alive:*`): each look reads all of it."""
    scene = Scene()
    scene.client.set("daypass:alive:watch:prod", b"1" * 5_000_000)

    class Spied:
        """Sees how much comes over the line."""

        most = 0

        def __getattr__(self, name: str) -> Any:
            return getattr(scene.client, name)

        def get(self, key: str) -> Any:
            value: Any = scene.client.get(key)
            self.most = max(self.most, len(value or b""))
            return value

    spied: Any = Spied()
    heartbeats = RedisHeartbeats(spied)
    reconcile_unasked(replace(scene.world.grants(), heartbeats=heartbeats))
    assert spied.most <= MOST


@pytest.mark.parametrize("broken", ["prod", "dev"])
def test_duty_of_another_type_keeps_no_other_cluster_from_being_watched(broken: str) -> None:
    """Each cluster has its own."""
    scene = Scene()
    scene.client.rpush(f"daypass:duty:{watch_of(broken)}", "x")
    watcher = Watcher(scene.world.grants, ("prod", "dev"), holder="me")
    try:
        with suppress(OutsideError):
            watcher.tend()
        (other,) = {"prod", "dev"} - {broken}
        assert other in watcher.watching
    finally:
        watcher.close()
