"""Looks at holders that need no row: who writes to the store may put each of those off for ever.

Each process goes by its own ticks and by whom it looked at itself; nothing that is stored is
believed but who holds something.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from threading import Event, Lock, Thread
from typing import Final, TypeVar

import structlog

from daypass.domain.ids import LeaseId, PersonId
from daypass.ports import NotifyPorts
from daypass.usecases.incident.offboard import Unseen, holders, offboard_unasked
from workers.outermost import loudly

LOOKS: Final = 10
"""Times the usual wait after which a process looks at somebody itself: of so many looks that are
shared by a few processes each has mostly had one, so this costs Slack next to nothing."""
_PARTS: Final = 2
"""Of that time, after which it is looked again who holds something: all names are read for it, and
the leases that came since."""

K = TypeVar("K")
V = TypeVar("V")

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unasked:
    """Whom this process has not looked at for long, whatever the rows say."""

    ports: NotifyPorts
    unseen: Unseen = lambda _: None
    looked: dict[PersonId, float] = field(default_factory=dict)
    """At which tick each was looked at; who came to hold something, since that was noticed."""
    known: dict[LeaseId, PersonId] = field(default_factory=dict)
    """Whose each lease is that was live when it was looked last."""
    _lock: Lock = field(default_factory=Lock)

    @property
    def after(self) -> timedelta:
        """How long nobody is left alone."""
        return LOOKS * self.ports.catalog.look_at_holders

    def saw(self, person: PersonId) -> None:
        """Note that somebody was looked at; of who holds nothing anybody may write thousands."""
        with self._lock:
            if person in self.looked:
                self.looked[person] = self.ports.clock.ticks()

    def look(self, stop: Event) -> None:
        """Look at each who holds something and was not looked at here for that long."""
        for person in self._forgotten():
            if stop.is_set():
                return
            _log.info("holders.unasked", person=person)
            self.saw(person)
            look = partial(self._look_at, person)
            loudly(look, person, role="notifications", kind="holder", subject=person)

    def _look_at(self, person: PersonId) -> None:
        for said in offboard_unasked(person, self.ports, unseen=self.unseen):
            _log.warning("notifications.offboarded", lease=said.lease, why=said.why)

    def _forgotten(self) -> Sequence[PersonId]:
        now, whose = self.ports.clock.ticks(), holders(self.known, self.ports)
        _replace(self.known, whose)
        with self._lock:
            _replace(self.looked, {one: self.looked.get(one, now) for one in whose.values()})
            late = now - self.after.total_seconds()
            return [one for one, at in self.looked.items() if at <= late]


def _replace(kept: dict[K, V], by: Mapping[K, V]) -> None:
    kept.clear()
    kept.update(by)


@contextmanager
def looking(unasked: Unasked) -> Iterator[None]:
    """Look again and again meanwhile, in a thread of its own."""
    stop = Event()
    every = (unasked.after / _PARTS).total_seconds()

    def keep_looking() -> None:
        while not stop.wait(every):
            loudly(
                partial(unasked.look, stop), "holders", role="notifications", step="look at holders"
            )

    thread = Thread(target=keep_looking, name="holders", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
