"""One bundle of ports per process."""

from dataclasses import dataclass, field

from daypass.domain.catalog import Catalog
from daypass.ports.clock import Clock
from daypass.ports.outside import Chat, Cluster, Each, Ids, People
from daypass.ports.past import Past
from daypass.ports.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What every process needs: the rules, the store, time and names."""

    catalog: Catalog
    store: Store
    clock: Clock
    ids: Ids


@dataclass(frozen=True, slots=True, kw_only=True)
class AskPorts(Ledger):
    """The bot's."""

    people: People
    workspace: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantPorts(Ledger):
    """The grants worker's, for one cluster."""

    cluster: Cluster
    name: str
    key: bytes
    each: Each
    past: Past = field(default_factory=Past)
    """What this process remembers of the store; kept from one wake-up to the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyPorts(Ledger):
    """The notifications worker's."""

    chat: Chat
