"""Whoever has the duty to watch a cluster hears of each change there, and acts on it at once.

One process has it at a time, by a word in the store that it renews each second; another takes over
when that is not renewed. Two that believe to have it do no harm: what is done rests on a look
afresh.
"""

import math
from collections.abc import Callable, Collection
from threading import Event, Thread
from typing import Final

import structlog

from daypass.domain.errors import OutsideError
from daypass.ports import GrantPorts, watch_of
from daypass.usecases.grants.watched import WATCHED, vouch
from workers.grants.picture import Picture
from workers.grants.watch import Watch

PERIOD: Final = 1.0
"""Seconds from one renewal of a duty to the next: a third of what it is held for."""
_VOUCHED: Final = WATCHED.total_seconds() / 3
"""Seconds from one word that each change is seen to the next: each is a write, for each cluster."""
_LEFT: Final = 2
"""Watches of a cluster that were left and still wait for their server, up to a minute: with more,
whoever gives and takes the duty again and again would have us start threads without end."""
_log = structlog.get_logger()


class Watcher:
    """Watches those of `clusters` of which nobody else has the duty; `holder` is who we are."""

    def __init__(
        self, ports: Callable[[str], GrantPorts], clusters: Collection[str], *, holder: str
    ) -> None:
        self._ports = ports
        self._clusters = clusters
        self._holder = holder
        self._watches: dict[str, Watch] = {}
        self._pictures: dict[str, Picture] = {}
        self._vouched: dict[str, float] = {}
        self._left: list[Watch] = []
        self._faded: list[Picture] = []
        self._failing = False

    def tend(self) -> None:
        """Take or renew the duties; begin to watch, and leave off.

        Raises OutsideError where that was not possible for a cluster, after all of them.
        """
        failed: OutsideError | None = None
        for name in self._clusters:
            try:
                self._tend(name)
            except OutsideError as error:
                failed = error
        if failed is not None:
            raise failed

    def _tend(self, name: str) -> None:
        self._left = [watch for watch in self._left if watch.lives()]
        if sum(watch.name == name for watch in self._left) >= _LEFT:
            return
        ports = self._ports(name)
        before = ports.clock.ticks()
        if not ports.heartbeats.take_duty(watch_of(name), self._holder):
            self._leave(name)
            return
        watch = self._watches.get(name) or self._begin(name, ports)
        watch.renew(before)
        watch.look_after_ends()
        if watch.sees_all() and before >= self._vouched.get(name, -math.inf) + _VOUCHED:
            vouch(ports)
            self._vouched[name] = before
        self._depict(name, ports, before)

    @property
    def watching(self) -> tuple[str, ...]:
        """The clusters of which this process has the duty."""
        return tuple(self._watches)

    def close(self) -> None:
        """Leave off; another takes over when the duty runs out."""
        for name in self.watching:
            self._leave(name)

    def start(self, stop: Event) -> Thread:
        """Tend in a thread of its own until `stop`."""
        thread = Thread(target=self._keep_tending, args=(stop,), name="watcher", daemon=True)
        thread.start()
        return thread

    def _keep_tending(self, stop: Event) -> None:
        while not stop.wait(PERIOD):
            try:
                self.tend()
                self._failing = False
            except Exception as error:  # noqa: BLE001 - The outermost loop; looks go on without it.
                if not self._failing:
                    _log.warning("grants.watcher_fails", why=str(error))
                self._failing = True
        self.close()

    def _begin(self, name: str, ports: GrantPorts) -> "Watch":
        watch = self._watches[name] = Watch(ports)
        watch.start()
        _log.info("grants.watching", cluster=name)
        return watch

    def _depict(self, name: str, ports: GrantPorts, before: float) -> None:
        """Keep the picture too; who lost the duty in between begins it anew.

        Not while too many that were lost still wait for their server: the watch goes on without.
        """
        if picture := self._pictures.get(name):
            picture.renew(before)
            if picture.lost:
                self._fade(name)
        self._faded = [faded for faded in self._faded if faded.lives()]
        if name not in self._pictures and sum(one.name == name for one in self._faded) < _LEFT:
            self._pictures[name] = begun = Picture(ports, self._holder)
            begun.renew(before)
            begun.start()

    def _fade(self, name: str) -> None:
        if picture := self._pictures.pop(name, None):
            picture.stop()
            self._faded.append(picture)

    def _leave(self, name: str) -> None:
        self._fade(name)
        self._vouched.pop(name, None)
        if watch := self._watches.pop(name, None):
            watch.stop()
            self._left.append(watch)
