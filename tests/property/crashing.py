"""Ports that kill their process after a chosen call, and one worker's life between two crashes."""

from collections.abc import Callable, Collection, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from daypass.domain.grant import EXPIRES_AT, GrantObject
from daypass.domain.ids import LeaseId
from daypass.domain.instants import read_time
from daypass.ports import TIMEKEEPER, Claim, GrantPorts, Ledger, PromiseKind
from daypass.usecases.grants.adjust import adjust
from daypass.usecases.grants.begin import Begun
from daypass.usecases.grants.provision import begin_together, provision
from daypass.usecases.grants.recheck import recheck
from daypass.usecases.grants.reconcile import reconcile
from daypass.usecases.grants.revoke import revoke
from daypass.usecases.requests.lapse import let_lapse
from daypass.usecases.shared.tick import tick
from tests.builders import World


class Crash(BaseException):
    """The process is gone; what it had done until then stays done."""


@dataclass(slots=True)
class Fuse:
    """Burns one call at a time; `left` None never blows."""

    left: int | None = None

    def burn(self) -> None:
        """Count a call that was made; raise Crash after the last."""
        if self.left is None:
            return
        self.left -= 1
        if self.left < 0:
            raise Crash


@dataclass(slots=True)
class Interruption(Fuse):
    """Does not kill: after the last call something else happens, and then the process goes on."""

    then: Callable[[], object] = lambda: None

    def burn(self) -> None:
        """Count a call that was made; let the other thing happen once."""
        if self.left is None:
            return
        self.left -= 1
        if self.left < 0:
            self.left = None
            self.then()


class Fused:
    """A port that lets a fuse burn after each call."""

    def __init__(self, inner: object, fuse: Fuse) -> None:
        self._inner = inner
        self._fuse = fuse

    def __getattr__(self, name: str) -> Callable[..., Any]:
        call = getattr(self._inner, name)

        def called(*args: Any, **named: Any) -> Any:
            result = call(*args, **named)
            self._fuse.burn()
            return result

        return called


class Watched:
    """A cluster that checks law 2 at every write: end, names and row are stored first.

    `ends` says how long each lease was ever allowed to last, whatever the store says by now; what
    is announced for a create is remembered there, for the create may arrive after it was undone.
    Of `tampered` somebody else took the rows away since: the next look puts them back.
    """

    def __init__(
        self,
        world: World,
        name: str,
        ends: MutableMapping[LeaseId, datetime] | None = None,
        tampered: Collection[str] = (),
    ) -> None:
        self._world = world
        self._inner = world.clusters[name]
        self._ends = {} if ends is None else ends
        self._tampered = tampered

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def create(self, planned: GrantObject) -> object:
        """Create only what the store announced."""
        lease = self._world.store.lease(planned.lease)
        assert lease is not None
        assert lease.attempt is not None
        assert lease.ends_at is not None
        assert lease.ends_at == planned.expires_at
        rows = self._world.agenda.promises(lease.cluster)
        promised = (PromiseKind.END, lease.id) in rows
        assert promised or lease.id in self._tampered, "law 2: no row of its end"
        assert planned.ref.name in {ref.name for ref in lease.attempt.objects}
        self._ends[lease.id] = max(lease.ends_at, self._ends.get(lease.id, lease.ends_at))
        return self._inner.create(planned)

    def annotate(self, found: GrantObject, annotations: Mapping[str, str]) -> None:
        """Let an object last only as long as the store announced (law 2)."""
        lease, end = self._world.store.lease(found.lease), read_time(annotations[EXPIRES_AT])
        assert lease is not None
        assert end is not None
        allowed = [lease.ends_at, *(one.until for one in lease.extensions)]
        allowed.append(self._ends.get(lease.id))
        assert end <= max(one for one in allowed if one is not None)
        self._inner.annotate(found, annotations)


def work(world: World, cluster: str, fuse: Fuse) -> None:
    """Be a grants worker for one wake-up, until everything due is seen to or the fuse blows."""
    plain = world.grants(cluster)
    ports = replace(
        plain,
        store=cast("Any", Fused(plain.store, fuse)),
        clock=cast("Any", Fused(plain.clock, fuse)),
        agenda=cast("Any", Fused(plain.agenda, fuse)),
        cluster=cast("Any", Fused(Watched(world, cluster), fuse)),
    )
    try:
        if cluster in world.agenda.wakeups:
            world.agenda.wakeups.remove(cluster)
        run_all(ports.agenda.claim(cluster, 50), ports)
    except Crash:
        return


def run_all(claims: Sequence[Claim], ports: GrantPorts) -> None:
    """See to claimed promises, one after the other; of grants many are begun together."""
    begun = begun_of(claims, ports)
    for claim in claims:
        run(claim, ports, begun.get(LeaseId(claim.promise.subject)))


def begun_of(claims: Sequence[Claim], ports: GrantPorts) -> Mapping[LeaseId, Begun]:
    """Begin what is to be granted as a worker does: together where it is more than one."""
    grants = [one for one in claims if one.promise.kind is PromiseKind.PROVISION]
    return begin_together(grants, ports) if len(grants) > 1 else {}


def run(claim: Claim, ports: GrantPorts, begun: Begun | None = None) -> None:
    """See to one claimed promise."""
    match claim.promise.kind:
        case PromiseKind.PROVISION:
            provision(claim, ports, begun=begun)
        case PromiseKind.ADJUST:
            adjust(claim, ports)
        case PromiseKind.END:
            revoke([claim], ports)
        case PromiseKind.RECHECK:
            recheck([claim], ports)
        case PromiseKind.RECONCILE:
            reconcile(claim, ports)
        case other:
            raise AssertionError(f"{other} is no promise of a cluster")


def keep_time(world: World, fuse: Fuse) -> None:
    """Be a timekeeper for one tick, and a bot that lets lapse what nobody answered."""
    ports = Ledger(
        catalog=world.catalog,
        store=cast("Any", Fused(world.store, fuse)),
        clock=cast("Any", Fused(world.clock, fuse)),
        agenda=cast("Any", Fused(world.agenda, fuse)),
        heartbeats=world.heartbeats,
        pictures=world.pictures,
        ids=world.ids,
    )
    try:
        tick(ports)
        let_lapse(ports)
    except Crash:
        return
    assert TIMEKEEPER not in world.agenda.wakeups
