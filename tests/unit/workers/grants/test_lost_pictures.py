"""Pictures that were lost and still wait for their server: few, and the watch goes on without."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from daypass.domain.picture import Kind, Shown
from daypass.ports import DUTY_HELD, watch_of
from tests.builders import a_world
from tests.threads import begun, running
from workers.grants.watcher import Watcher


def test_pictures_that_were_lost_keep_nobody_from_the_duty() -> None:
    """A process that sleeps again and again keeps its watch, and starts no end of threads."""
    world, release, before = a_world(), threading.Event(), running()

    class Quiet:
        """A server whose next bookmark comes within a minute."""

        def __getattr__(self, name: str) -> Any:
            return getattr(world.clusters["prod"], name)

        def picture(self, _: Kind, __: str = "") -> Iterator[Shown]:
            yield Shown(revision="1", begins=True)
            release.wait(20)

    ports: Any = replace(world.grants(), cluster=Quiet())
    watcher = Watcher(lambda _: ports, ("prod",), holder="me")
    try:
        for _ in range(10):
            world.clock.advance(DUTY_HELD)
            watcher.tend()
            assert world.heartbeats.has_duty(watch_of("prod"), "me")
        assert len(begun(before, "picture-")) <= 3 * len(Kind)
        assert watcher.watching == ("prod",)
    finally:
        watcher.close()
        release.set()
