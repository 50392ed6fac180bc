"""One bundle of ports per process."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from daypass.domain.catalog import Catalog
from daypass.ports.agenda import NOTIFICATIONS, TIMEKEEPER, Agenda, Heartbeats
from daypass.ports.clock import Clock
from daypass.ports.moves import Moves
from daypass.ports.outside import Chat, Cluster, Each, Ids, People
from daypass.ports.pictures import Pictures
from daypass.ports.store import Store
from daypass.ports.trail import Archive, Trail
from daypass.ports.witness import Witness


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What every process needs: the rules, the store, time and names."""

    catalog: Catalog
    store: Store
    clock: Clock
    agenda: Agenda
    heartbeats: Heartbeats
    ids: Ids
    pictures: Pictures

    @property
    def keepers(self) -> Collection[str]:
        """The sets of promises that somebody looks after; whoever writes others wakes nobody."""
        return TIMEKEEPER, NOTIFICATIONS, *self.catalog.clusters


@dataclass(frozen=True, slots=True, kw_only=True)
class PeoplePorts(Ledger):
    """What it takes to say who somebody is."""

    people: People


@dataclass(frozen=True, slots=True, kw_only=True)
class AskPorts(PeoplePorts):
    """The bot's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantPorts(Ledger):
    """The grants worker's, for one cluster."""

    cluster: Cluster
    name: str
    key: bytes
    each: Each
    each_proof: Each
    """As `each`, for the proofs of ends: no removal waits behind them."""
    witness: Witness = field(default_factory=Witness)
    """What this process remembers of the store; kept from one wake-up to the next."""
    moves: Moves = field(default_factory=Moves)
    """What of this process waits to be committed; one for all that share a store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyPorts(PeoplePorts):
    """The notifications worker's; its `people` hardly remember.

    `read_at` is since when `catalog` is known: what was approved later may rest on newer rules.
    """

    chat: Chat
    read_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailPorts(Ledger):
    """The timekeeper's, for what it does besides waking others; `key` is the audit trail's."""

    trail: Trail
    archive: Archive
    key: bytes
