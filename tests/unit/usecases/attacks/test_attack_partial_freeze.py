"""A thaw of a moment that is to come waits in the store, or on the marks, for the next freeze."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daypass.adapters.redis import keys
from daypass.adapters.redis.codec import encode
from daypass.domain.epoch import Freeze
from daypass.usecases.grants.reconcile import reconcile_unasked
from daypass.usecases.incident.freeze import FreezeGrants, ThawGrants, freeze, thaw
from tests.unit.usecases.attacks.rig import Scene


def look(scene: Scene) -> None:
    """Look at each cluster."""
    for name in ("prod", "dev"):
        reconcile_unasked(scene.world.grants(name))


def stop(scene: Scene, *clusters: str) -> None:
    """Be an administrator."""
    freeze(FreezeGrants(actor="ops", by="ops", clusters=clusters), scene.world.trail)


def held(scene: Scene) -> Freeze:
    """Return the word that is in the store."""
    word = scene.world.store.freeze()
    assert word is not None
    return word


@pytest.mark.parametrize("days", [1, 365])
def test_a_freeze_after_it_holds_beside_the_one_before(days: int) -> None:
    """By the bot: what is stopped already hides nothing that is stopped now."""
    scene = Scene()
    stop(scene, "dev")
    look(scene)
    ahead = Freeze(by="x", at=scene.clock.now() + timedelta(days=days), version=1)
    scene.client.set(keys.FREEZE, encode(ahead))
    stop(scene, "prod")
    look(scene)
    assert held(scene).clusters == {"prod", "dev"}
    thaw(ThawGrants(actor="ops"), scene.world.trail)
    look(scene)
    assert not held(scene).on


def test_a_thaw_of_the_next_seconds_does_not_lift_a_freeze_that_is_said_now() -> None:
    """By the bot: clocks differ by as much, and it is still to come."""
    scene = Scene()
    soon = Freeze(by="x", at=scene.clock.now() + timedelta(seconds=4), version=1)
    scene.client.set(keys.FREEZE, encode(replace(soon, at=scene.clock.now(), everywhere=True)))
    look(scene)
    scene.client.set(keys.FREEZE, encode(soon))
    look(scene)
    scene.client.delete(keys.FREEZE)
    stop(scene)
    look(scene)
    assert held(scene).everywhere
    scene.clock.wait = timedelta(seconds=10)
    look(scene)
    assert held(scene).everywhere
