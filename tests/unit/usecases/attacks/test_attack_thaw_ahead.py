"""A thaw of a moment that is to come waits on the marks for the next freeze."""

from datetime import datetime, timedelta

import pytest

from daypass.adapters.redis import keys
from daypass.adapters.redis.codec import encode
from daypass.domain.epoch import Freeze
from daypass.usecases.grants.reconcile import reconcile_unasked
from daypass.usecases.incident.freeze import FreezeGrants, freeze
from tests.unit.usecases.attacks.rig import Scene

DAY, TICK = timedelta(days=1), timedelta(microseconds=1)


def look(scene: Scene) -> None:
    """Look at each cluster."""
    for name in ("prod", "dev"):
        reconcile_unasked(scene.world.grants(name))


def say(scene: Scene, at: datetime, *, on: bool) -> None:
    """Be the bot, and write a word."""
    word = Freeze(by="x", at=at, everywhere=on, version=1)
    scene.client.set(keys.FREEZE, encode(word))


@pytest.mark.parametrize("clusters", [(), ("prod",)])
@pytest.mark.parametrize("where", ["lost", "older", "damaged"])
def test_a_thaw_ahead_of_time_does_not_lift_a_freeze_that_is_said_now(
    where: str, clusters: tuple[str, ...]
) -> None:
    """By the bot, or by nobody: time was ahead, a freeze was lifted, and the store is set back."""
    scene = Scene()
    ahead = scene.clock.now() + DAY
    for at, on in ((ahead, True), (ahead + TICK, False)):
        say(scene, at, on=on)
        look(scene)
    match where:
        case "lost":
            scene.client.delete(keys.FREEZE)
        case "older":
            say(scene, scene.clock.now() - DAY, on=False)
        case _:
            scene.client.set(keys.FREEZE, "damaged")
    freeze(FreezeGrants(actor="ops", by="ops", clusters=clusters), scene.world.trail)
    look(scene)
    for witness in scene.world.witnesses.values():
        witness.freeze = None  # Another process: it knows what is on the marks.
    look(scene)
    held = scene.world.store.freeze()
    assert held is not None
    assert held.holds("prod")
    assert held.holds("dev") == (not clusters)


def test_a_freeze_of_another_cluster_that_is_ahead_holds_beside_one_that_is_said_now() -> None:
    """Neither takes the other's place."""
    scene = Scene()
    ahead = Freeze(by="x", at=scene.clock.now() + DAY, clusters=frozenset({"dev"}), version=1)
    scene.client.set(keys.FREEZE, encode(ahead))
    look(scene)
    scene.client.delete(keys.FREEZE)
    freeze(FreezeGrants(actor="ops", by="ops", clusters=("prod",)), scene.world.trail)
    look(scene)
    held = scene.world.store.freeze()
    assert held is not None
    assert held.clusters == {"prod", "dev"}
    assert held.at < ahead.at
