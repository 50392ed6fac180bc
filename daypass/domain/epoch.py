"""How far the store has come: its epoch, the mark of it on every cluster, and the freeze."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Self

from daypass.domain.freshness import ahead
from daypass.domain.ids import UNMOVED, MoveId
from daypass.domain.instants import TICK
from daypass.domain.macs import mac_over, same_mac

_NAMED: Final = 1_000
_LONGEST: Final = 63
"""Clusters that a freeze names, and characters of a name: there are no more, nor longer ones."""
_FAR: Final = timedelta(days=3_660)
"""Ten years: no clock jumps ahead as far. A word of later was made up, and nothing could follow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Epoch:
    """One unbroken life of the store: a new one begins where it is empty or was set back.

    `install`: whose store it is. `unproven` are the clusters in restore mode: they were not
    reconciled since it began, so nothing is granted there. `why` is empty for what never was
    anything else.
    """

    id: str
    install: str
    begun_at: datetime
    why: str = ""
    unproven: frozenset[str] = frozenset()
    version: int = 0
    move: MoveId = UNMOVED

    def proven(self, cluster: str) -> Self:
        """Return it with `cluster` reconciled: grants go on there."""
        return replace(self, unproven=self.unproven - {cluster})

    def doubting(self, clusters: frozenset[str]) -> Self:
        """Return it with these clusters to be reconciled first."""
        return replace(self, unproven=self.unproven | clusters)


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze:
    """Where new grants are stopped, by whom last and why; nowhere once it is lifted.

    `at` is when that last changed: of two that are known the later holds.
    """

    by: str
    at: datetime
    why: str = ""
    everywhere: bool = False
    clusters: frozenset[str] = frozenset()
    version: int = 0
    move: MoveId = UNMOVED

    @property
    def on(self) -> bool:
        """Whether anything is frozen at all."""
        return self.everywhere or bool(self.clusters)

    def holds(self, cluster: str) -> bool:
        """Whether nothing new is granted on `cluster`."""
        return self.everywhere or cluster in self.clusters

    def stops_all_that(self, other: Self) -> bool:
        """Whether it freezes at least what another one does, and something."""
        wider = self.everywhere or (not other.everywhere and other.clusters <= self.clusters)
        return self.on and wider

    def besides(self, other: Self) -> Self:
        """Return the word that stops all that either of two stops; this one where that is it."""
        if self.stops_all_that(other) or not other.on:
            return self
        if other.stops_all_that(self):
            return other
        return replace(other, clusters=self.clusters | other.clusters)

    def wider(self, clusters: frozenset[str]) -> Self:
        """Return it for these clusters too, none of them meaning all.

        Of names that are none nothing is carried on, and more than there can be mean all: somebody
        made them up, and the next word has to be one that can be read.
        """
        there = frozenset(name for name in self.clusters if len(name) <= _LONGEST) | clusters
        everywhere = self.everywhere or not clusters or len(there) > _NAMED
        return replace(self, everywhere=everywhere, clusters=frozenset() if everywhere else there)

    def later(self, now: datetime) -> datetime:
        """Return when a word is said that is to follow this one: now, and never before it."""
        return max(now, self.said_by(now).at + TICK)

    def said_by(self, now: datetime) -> Self:
        """Return it as it can have been said: one of a moment that never comes is said now."""
        return replace(self, at=now) if self.at - now > _FAR else self


def holding(known: Freeze | None, said: Freeze | None, now: datetime) -> Freeze | None:
    """Return which word holds: the later, of two of one moment all that either of them stops.

    Whoever says another word says it later. One from the future lifts nothing: it would be the last
    for ever; what it stops is stopped besides. Nor does one that is known from there lift what is
    said since.
    """
    word = _latest(known, said, now)
    return None if word is None else word.said_by(now)


def _latest(known: Freeze | None, said: Freeze | None, now: datetime) -> Freeze | None:
    if said is None or (known is None and not said.on):
        return known or _unless_ahead(said, now)
    if known is None:
        return said
    if said.at < known.at:
        # Whoever lifted one while time was ahead has lifted none that is said now.
        return known.besides(said) if known.at > now else known
    if said.at == known.at:
        return said.besides(known)
    if ahead(known.at, now) or not ahead(said.at, now):
        return said
    # Whoever wrote a moment to come may have had the next word, of somebody else, follow it.
    return said.besides(known) if said.on else known


def same(one: Freeze, other: Freeze | None) -> bool:
    """Whether two words say the same, whichever move brought them."""
    return other is not None and _said(one) == _said(other)


def _unless_ahead(said: Freeze | None, now: datetime) -> Freeze | None:
    return None if said is None or ahead(said.at, now) else said


@dataclass(frozen=True, slots=True, kw_only=True)
class Watermark:
    """What a cluster knows of the store: the last event of `epoch` that was there at `at`.

    A store without that event was set back; `head` is the audit trail's, `freeze` survives a
    store that was lost. `mac` is the grants worker's: whoever else writes there says nothing.
    """

    epoch: str
    event: str
    at: datetime
    head: str = ""
    freeze: Freeze | None = None
    mac: str = ""

    def sealed(self, install: str, cluster: str, key: bytes) -> Self:
        """Return it with its MAC, for that cluster alone."""
        return replace(self, mac=self._mac(install, cluster, key))

    def is_sealed(self, install: str, cluster: str, key: bytes) -> bool:
        """Whether the holder of `key` wrote it, for that cluster."""
        return same_mac(self._mac(install, cluster, key), self.mac)

    def _mac(self, install: str, cluster: str, key: bytes) -> str:
        stopped = self.freeze
        covered = [
            "watermark",
            install,
            cluster,
            [self.epoch, self.event, self.at.isoformat(), self.head],
            None if stopped is None else _said(stopped),
        ]
        return mac_over(covered, key)


def _said(freeze: Freeze) -> list[object]:
    """Return all that a freeze says."""
    at, clusters = freeze.at.isoformat(), sorted(freeze.clusters)
    return [freeze.by, at, freeze.why, freeze.everywhere, clusters]
