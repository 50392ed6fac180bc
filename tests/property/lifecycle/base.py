"""The world that everything happens in, and what can be asked of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final, cast

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize

from daypass.adapters.memory.chat import MemoryChat
from daypass.domain.lease import Lease, LeaseState
from daypass.domain.request import Request
from daypass.ports import AskPorts, Claim, GrantPorts, NotifyPorts
from daypass.usecases.grants.reconcile import first_look
from tests.builders import World, a_catalog, a_world
from tests.property.crashing import Fuse, Fused, Watched
from tests.property.lifecycle.ghost import Ghost

if TYPE_CHECKING:
    from daypass.domain.catalog import Catalog
    from daypass.domain.ids import RequestId
    from daypass.usecases.grants.begin import Begun

CLUSTERS: Final = st.sampled_from(("prod", "prod", "dev"))
FUSES: Final = st.one_of(st.just(None), st.integers(min_value=0, max_value=25))
LAGS: Final = st.sampled_from((timedelta(0), timedelta(milliseconds=250)))
"""How far a process may be behind Redis: it carries Redis's time on for that long."""


class Lagging:
    """A clock that is a little behind."""

    def __init__(self, inner: object, lag: timedelta) -> None:
        self._inner = inner
        self._lag = lag

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def now(self) -> datetime:
        """Return the present as it was a moment ago."""
        return cast("datetime", cast("Any", self._inner).now() - self._lag)


class Base(RuleBasedStateMachine):
    """What the parts share."""

    def __init__(self) -> None:
        super().__init__()
        self.world: World = self.made()
        self.ghost = Ghost()
        self.chat = MemoryChat()
        self.requests: list[RequestId] = []
        self.paused: list[tuple[Claim, str, Begun | None]] = []
        self.catalogs: dict[str, Catalog] = {"bot": a_catalog(), "workers": a_catalog()}
        self.skews: dict[str, timedelta] = dict.fromkeys(self.world.clusters, timedelta(0))
        self.tampered: set[str] = set()
        """Of whom somebody took away a row; until everybody has looked nothing is said of it."""
        self.forget_states()

    def made(self) -> World:
        """Return the world to begin with; seeded bugs return another one."""
        return a_world()

    def forget_states(self) -> None:
        """Begin to watch states anew: the store was set back."""
        self.states: dict[str, LeaseState] = {}
        self.decided: dict[str, str] = {}

    @initialize()
    def start(self) -> None:
        """Workers start, as they do after every crash; only prod has the admission policy."""
        self.world.clusters["prod"].guard = True
        for name, cluster in self.world.clusters.items():
            cluster._now = partial(self.now_at, name)
            first_look(self.world.grants(name))
        self.settle()

    def now_at(self, cluster: str) -> datetime:
        """Return the time by an API server's own clock."""
        return self.world.clock.now() + self.skews[cluster]

    def settle(self) -> None:
        """Let everybody do what is due, undisturbed; defined where the processes are."""
        raise NotImplementedError

    # ── Ports, as each process has them ──────────────────────────────────────────────────────────

    @property
    def ask(self) -> AskPorts:
        """The bot's."""
        return replace(self.world.ask, catalog=self.catalogs["bot"])

    def grants(self, cluster: str, fuse: Fuse, lag: timedelta = timedelta(0)) -> GrantPorts:
        """A grants worker's, which dies when its fuse has burnt down."""
        plain = self.world.grants(cluster)
        watched = Watched(self.world, cluster, self.ghost.ends, self.tampered)
        return replace(
            plain,
            catalog=self.catalogs["workers"],
            store=cast("Any", Fused(self.world.store, fuse)),
            clock=cast("Any", Fused(Lagging(self.world.clock, lag), fuse)),
            agenda=cast("Any", Fused(self.world.agenda, fuse)),
            cluster=cast("Any", Fused(watched, fuse)),
        )

    def notifications(self, fuse: Fuse) -> NotifyPorts:
        """A notifications worker's."""
        plain = self.world.notify(cast("Any", Fused(self.chat, fuse)))
        return replace(
            plain,
            catalog=self.catalogs["workers"],
            store=cast("Any", Fused(self.world.store, fuse)),
            clock=cast("Any", Fused(self.world.clock, fuse)),
            agenda=cast("Any", Fused(self.world.agenda, fuse)),
        )

    # ── What is stored ───────────────────────────────────────────────────────────────────────────

    def leases(self) -> list[Lease]:
        """Return every lease that the store knows of those there ever were."""
        names = [
            lease
            for one in self.requests
            if (request := self.world.store.request(one)) is not None
            for lease in request.lease_ids
        ]
        return list(self.world.store.leases(names))

    def request_of(self, lease: Lease) -> Request:
        """Return the request of a lease."""
        request = self.world.store.request(lease.request)
        assert request is not None
        return request

    def states_of(self) -> Mapping[str, LeaseState]:
        """Return where each lease stands."""
        return {lease.id: lease.state for lease in self.leases()}
