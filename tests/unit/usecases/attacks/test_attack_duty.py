"""A duty that never runs out."""

from contextlib import suppress
from datetime import timedelta

from daypass.adapters.redis import keys
from daypass.domain.errors import OutsideError
from daypass.ports import watch_of
from tests.unit.usecases.attacks.rig import Scene
from workers.grants.watcher import Watcher


def test_a_duty_without_an_end_is_taken_over() -> None:
    """By grants: one SET without PX, and nobody watches that cluster ever again."""
    scene = Scene()
    scene.client.set(keys.duty(watch_of("prod")), "nobody")
    watcher = Watcher(scene.world.grants, ("prod",), holder="me")
    try:
        for hours in range(3):
            scene.clock.wait = timedelta(hours=hours)
            with suppress(OutsideError):
                watcher.tend()
        assert watcher.watching == ("prod",)
    finally:
        watcher.close()
