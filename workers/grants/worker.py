"""The grants worker: it alone reaches clusters and holds their credentials, but no Slack token.

What it does on a cluster follows from its own configuration, never from what Redis says (law 8).
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from threading import Event

import structlog
from prometheus_client import CollectorRegistry

from daypass.adapters.kubernetes.cluster import ApiCluster
from daypass.adapters.prometheus.meters import Meters
from daypass.adapters.redis.agenda import RedisAgenda
from daypass.adapters.redis.clock import RedisClock
from daypass.adapters.redis.heartbeats import RedisHeartbeats
from daypass.adapters.redis.ids import RandomIds
from daypass.adapters.redis.pictures import RedisPictures
from daypass.adapters.redis.store import RedisStore
from daypass.adapters.redis.trust import connect_trusted
from daypass.adapters.rq.routes import GRANTS_ROUTE
from daypass.adapters.yaml.load import load
from daypass.domain.audit import AuditEvent
from daypass.domain.catalog import Catalog
from daypass.domain.errors import SettingsError
from daypass.domain.ids import LeaseId
from daypass.domain.listing import few
from daypass.ports import (
    Agenda,
    Clock,
    GrantPorts,
    Heartbeats,
    Ids,
    Moves,
    Pictures,
    Store,
    Witness,
)
from daypass.settings import GrantsSettings
from daypass.usecases.grants.left_behind import LeftBehind, left_behind
from daypass.usecases.grants.overlooked import unchecked
from daypass.usecases.grants.reconcile import first_look, unlooked
from daypass.usecases.grants.remove import NAMED
from workers.grants.breaker import Breaker
from workers.grants.dispatcher import Dispatcher, opened
from workers.grants.events import log_events
from workers.grants.poller import Poller
from workers.grants.pool import Pool, in_turn, work_off
from workers.grants.watcher import Watcher
from workers.jobs import take_jobs
from workers.liveness import Say, to_nobody

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """What one process of this role works with."""

    catalog: Catalog
    clusters: Mapping[str, Breaker]
    store: Store
    clock: Clock
    agenda: Agenda
    heartbeats: Heartbeats
    pictures: Pictures
    ids: Ids
    key: bytes
    witnesses: Mapping[str, Witness] = field(default_factory=lambda: defaultdict(Witness))
    """What this process remembers of the store, per cluster."""
    moves: Moves = field(default_factory=Moves)

    def ports(self, cluster: str, pool: Pool | None = None) -> GrantPorts:
        """Return the ports for one configured cluster; without a pool one thing follows another."""
        return GrantPorts(
            catalog=self.catalog,
            store=self.store,
            clock=self.clock,
            agenda=self.agenda,
            heartbeats=self.heartbeats,
            pictures=self.pictures,
            ids=self.ids,
            cluster=self.clusters[cluster],
            name=cluster,
            key=self.key,
            each=pool.each if pool else in_turn,
            each_proof=pool.each_proof if pool else in_turn,
            witness=self.witnesses[cluster],
            moves=self.moves,
        )

    def open(self) -> None:
        """Promise to reconcile every cluster.

        Raises:
            SettingsError: a cluster that has live leases is no longer configured: nobody would
                end them. Those that no grants worker began are only told: any writer to the
                store could keep every end from coming by one.
        """
        gone = sorted(set(self.store.seen()) - set(self.clusters))
        left = [one for name in gone if (one := left_behind(name, self.store)) is not None]
        for one in left:
            if one.unbegun:
                _log.error("grants.unbegun_leases", cluster=one.cluster, leases=_few(one.unbegun))
        if abandoned := [_abandoned(one) for one in left if one.begun]:
            raise SettingsError(abandoned)
        for name in self.clusters:
            first_look(self.ports(name))

    def round(self, cluster: str, pool: Pool) -> Callable[[], None]:
        """Return what does all that is due on one cluster, unless it does not answer."""
        parked = partial(self._parked, cluster)
        return partial(work_off, self.ports(cluster, pool), pool, parked=parked)

    def missed(self, cluster: str) -> bool:
        """Whether it is time to see to a cluster by itself, whatever the rows say."""
        ports = self.ports(cluster)
        return unlooked(ports) or unchecked(ports)

    def _parked(self, cluster: str) -> bool:
        """Whether a cluster is left alone; one that answers again is served at once (law 3)."""
        breaker = self.clusters[cluster]
        if breaker.answers_again():
            hurried = self.agenda.hurry(cluster)
            _log.info("grants.cluster_answers_again", cluster=cluster, hurried=hurried)
        return breaker.is_open


def _abandoned(left: LeftBehind) -> str:
    return (
        f"cluster {left.cluster} is not in the configuration but has live leases "
        f"({_few(left.begun)}); put it back until they have ended "
        f"(“daypass revoke --cluster {left.cluster}” ends them)"
    )


def _few(leases: Sequence[LeaseId]) -> str:
    return few(leases, NAMED)


def wire(settings: GrantsSettings) -> Worker:
    """Read the configuration and wire everything; reaches no cluster yet.

    Raises:
        ConfigurationError: the configuration has faults.
        SettingsError: Redis may forget what it acknowledges, or is another install's.
    """
    configuration = load(settings.config)
    install = configuration.catalog.install
    unsafe = settings.redis_unsafe
    client = connect_trusted(settings.redis_url, install=install, unsafe=unsafe)
    meters = Meters(CollectorRegistry())
    clock = RedisClock(client)
    ways = configuration.ways(settings.proxies)
    return Worker(
        catalog=configuration.catalog,
        clusters={
            name: Breaker(name, ApiCluster(name, access, install=install, now=clock.now))
            for name, access in ways.items()
        },
        store=RedisStore(client, told=partial(_tell, meters)),
        clock=clock,
        agenda=RedisAgenda(client, told=meters.count_put_off),
        heartbeats=RedisHeartbeats(client),
        pictures=RedisPictures(client),
        ids=RandomIds(),
        key=settings.mac_key,
    )


def _tell(meters: Meters, events: Sequence[AuditEvent]) -> None:
    meters.count(events)
    log_events(events)


def run(settings: GrantsSettings, say: Say = to_nobody) -> None:
    """Be a grants worker until SIGTERM.

    Raises:
        ConfigurationError: the configuration has faults.
        SettingsError: it lacks a cluster that has live leases, or Redis may forget them.
    """
    serve(wire(settings), settings.redis_url, say)


def serve(worker: Worker, redis_url: str, say: Say = to_nobody) -> None:
    """Work at that worker until SIGTERM; both loops `say` that they move.

    Raises:
        SettingsError: a cluster that has live leases is no longer configured.
    """
    worker.open()
    pools = {name: Pool() for name in worker.clusters}
    rounds = {name: worker.round(name, pool) for name, pool in pools.items()}
    dispatcher, stop = Dispatcher(rounds, pools.values()), Event()
    looking = Poller(
        worker.agenda,
        worker.clusters,
        dispatcher.work,
        now=worker.clock.now,
        missed=worker.missed,
    ).start(stop, say)
    watching = Watcher(worker.ports, worker.clusters, holder=worker.ids.move()).start(stop)
    with opened(dispatcher):
        try:
            take_jobs(redis_url, GRANTS_ROUTE, say)
        finally:
            stop.set()
            looking.join()
            watching.join()
