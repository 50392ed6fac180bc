"""Looks at holders that need no row: who writes to the store may put each of those off for ever.

Each process goes by its own ticks and by whom it looked at itself; nothing that is stored is
believed but who holds something.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from threading import Event, Lock
from typing import Final, TypeVar

import structlog

from daypass.domain.ids import LeaseId, PersonId
from daypass.domain.offboarding import Offboarding
from daypass.ports import NotifyPorts
from daypass.repeating import repeating
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
        log_offboarded(offboard_unasked(person, self.ports, unseen=self.unseen))

    def _forgotten(self) -> Sequence[PersonId]:
        now, whose = self.ports.clock.ticks(), holders(self.known, self.ports)
        _replace(self.known, whose)
        with self._lock:
            _replace(self.looked, {one: self.looked.get(one, now) for one in whose.values()})
            late = now - self.after.total_seconds()
            return [one for one, at in self.looked.items() if at <= late]


def log_offboarded(said: Sequence[Offboarding]) -> None:
    """Say what somebody may not hold any more."""
    for one in said:
        _log.warning("notifications.offboarded", lease=one.lease, why=one.why)


def _replace(kept: dict[K, V], by: Mapping[K, V]) -> None:
    kept.clear()
    kept.update(by)


@contextmanager
def looking(unasked: Unasked) -> Iterator[None]:
    """Look again and again meanwhile, in a thread of its own."""
    stop = Event()
    look = partial(unasked.look, stop)
    look_loudly = partial(loudly, look, "holders", role="notifications", step="look at holders")
    every = (unasked.after / _PARTS).total_seconds()
    with repeating(look_loudly, every, name="holders"):
        try:
            yield
        finally:
            stop.set()
