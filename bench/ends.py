"""A thousand ends in one second among tens of thousands of live leases, in good and bad times."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import sleep
from typing import Final

from bench.calm import until_calm
from bench.crowd import Crowd, until
from bench.gone import Gone, gone
from bench.site import HANGING, Site
from daypass.domain.ids import LeaseId
from daypass.domain.lease import Lease, LeaseState
from daypass.ports import Change
from daypass.usecases.shared.rows import look_row

_PATIENCE: Final = 120.0
_PAUSE: Final = 1.0
_LEAD: Final = timedelta(seconds=3)
_LATER: Final = timedelta(minutes=10)
_MIDDLE: Final = timedelta(milliseconds=500)
"""After the first end: when a process is killed."""
_BEFORE: Final = timedelta(seconds=-1)
Trouble = Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """Lets leases of a population end, so many at a time."""

    site: Site
    crowd: Crowd
    count: int

    def quiet(self, leases: list[LeaseId]) -> Gone:
        """Return when `count` of them were gone, nothing being wrong."""
        return gone(self._ended(leases, _MIDDLE, lambda: None))

    def looking(self, leases: list[LeaseId]) -> Gone:
        """The same while every cluster is reconciled, from the first end on."""
        chosen = self._begin(leases)
        _look_at(self.crowd, self.site, chosen.start)
        self._await(chosen.names)
        return gone(self._all(chosen))

    def killing(self, role: str, leases: list[LeaseId]) -> Gone:
        """The same; one of two copies of a role is killed after half a second."""
        self.site.double()
        return gone(self._ended(leases, _MIDDLE, lambda: self.site.kill(role)))

    def hanging(self, leases: list[LeaseId]) -> tuple[Gone, float]:
        """The same while one cluster hangs; and how long after its return all of its were gone."""
        chosen = self._begin(leases)
        _until_after(self.crowd, chosen.start + _BEFORE)
        self.site.hang()
        healthy = [one for one in self._all(chosen) if one.cluster != HANGING]
        self._await([one.id for one in healthy])
        self.site.mend()
        mended = self.crowd.clock.now()
        self._await(chosen.names)
        late = [
            (lease.ended_at - mended).total_seconds()
            for lease in self._all(chosen)
            if lease.ended_at and lease.cluster == HANGING
        ]
        names = [one.id for one in healthy]
        return gone(self.crowd.store.leases(names)), max(late)

    def _ended(self, leases: list[LeaseId], after: timedelta, trouble: Trouble) -> Sequence[Lease]:
        chosen = self._begin(leases)
        _until_after(self.crowd, chosen.start + after)
        trouble()
        self._await(chosen.names)
        return self._all(chosen)

    def _begin(self, leases: list[LeaseId]) -> "_Chosen":
        """Take some of the leases, evenly over the clusters, and give them their ends.

        No cluster is reconciled meanwhile: what that costs is measured by itself. Nor is a worker
        still at what was made while it was held, or at its own start.
        """
        _look_at(self.crowd, self.site, self.crowd.clock.now() + _LATER)
        until_calm(self.site.stack)
        names = tuple(leases.pop() for _ in range(self.count))
        chosen = self.crowd.store.leases(names)
        start = self.crowd.clock.now() + _LEAD
        self.crowd.end_within_a_second(chosen, start)
        if self.crowd.clock.now() > start:
            raise RuntimeError("the machine is too busy: ends came before they were written down")
        return _Chosen(names=names, start=start)

    def _all(self, chosen: "_Chosen") -> Sequence[Lease]:
        return self.crowd.store.leases(chosen.names)

    def _await(self, names: Sequence[LeaseId]) -> None:
        def over() -> bool:
            return all(one.state is LeaseState.ENDED for one in self.crowd.store.leases(names))

        until(over, _PATIENCE, pause=_PAUSE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chosen:
    """Leases that are to end, and the moment of the first end."""

    names: tuple[LeaseId, ...]
    start: datetime


def _look_at(crowd: Crowd, site: Site, moment: datetime) -> None:
    """Let every cluster be reconciled next at that moment."""
    names = [server.name for server in site.stack.clusters]
    rows = tuple(look_row(name, moment) for name in names)
    crowd.store.commit(Change(move=crowd.ports.ids.move(), promises=rows))


def _until_after(crowd: Crowd, moment: datetime) -> None:
    sleep(max(0.0, (moment - crowd.clock.now()).total_seconds()))
