"""Reconcile: hold what is on a cluster against the leases, both ways, and look around (law 1)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from daypass.domain.discovery import wanted
from daypass.domain.errors import ConflictError, OutsideError
from daypass.domain.grant import GrantObject
from daypass.domain.ids import LeaseId
from daypass.domain.lease import EndCause, Lease, LeaseState, ObjectRef
from daypass.ports import HURRIED, Claim, GrantPorts
from daypass.usecases.grants.adjust import ensure_adjusted
from daypass.usecases.grants.adopt import adopt
from daypass.usecases.grants.deletion import Deletion, labelled
from daypass.usecases.grants.epochs import NOT_AT_ALL, assure, keep_mark, proven, restoring
from daypass.usecases.grants.remove import objects_of, of_this_install
from daypass.usecases.grants.strays import (
    ACTOR,
    delete_alone,
    delete_strays,
    delete_unaddressable,
    suspects,
)
from daypass.usecases.shared.ending import Ending, ending
from daypass.usecases.shared.keep_rows import LOOK_EVERY, keep_lease_rows
from daypass.usecases.shared.pauses import spread
from daypass.usecases.shared.readable import readable, told_apart
from daypass.usecases.shared.rows import look_row
from daypass.usecases.shared.settle import again, settle

UNASKED: Final = 2 * LOOK_EVERY
"""Without a look for so long a process looks by itself, whatever the store says is due."""
PAGE: Final = 500
"""Objects that are held in memory whole at once, with their leases."""
AGAIN: Final = timedelta(seconds=3)
"""After a failure: the cluster is to be served within 5 s of its return (law 3)."""
_Name = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What one look found; `failed` says why it could not be finished.

    `refused` are objects that have to go and that the cluster does not let us delete, keeps, or
    fails to delete while it answers: the next look tries again, and nothing else waits for them.
    """

    objects: int = 0
    removed: tuple[Deletion, ...] = ()
    refused: tuple[Deletion, ...] = ()
    drifted: tuple[LeaseId, ...] = ()
    adopted: tuple[LeaseId, ...] = ()
    restored: bool = False
    left_out: int = 0
    """Namespaces that people might choose, and that are too many to be kept."""
    failed: str = ""


@dataclass(slots=True, kw_only=True)
class _Sight:
    """What a look has seen after some pages of the list: never the whole list at once."""

    lacking: set[LeaseId]
    """Live before the list, and not all of their objects were seen so far."""
    absent: dict[LeaseId, set[_Name]] = field(default_factory=dict)
    """What is still to be seen of leases of which something was."""
    doomed: list[Deletion] = field(default_factory=list)
    objects: int = 0

    def tick_off(self, ref: ObjectRef, lease: Lease) -> None:
        """Note that an object of a lease was seen."""
        absent = self.absent.setdefault(lease.id, {_name(one) for one in objects_of(lease)})
        absent.discard(_name(ref))
        if not absent:
            self.lacking.discard(lease.id)
            del self.absent[lease.id]


def first_look(ports: GrantPorts) -> None:
    """Promise to reconcile this cluster, now and for ever; called when a worker starts."""
    _ensure_look(ports, ports.clock.now())


def unlooked(ports: GrantPorts) -> bool:
    """Whether this process has not looked at its cluster for UNASKED, by its own ticks.

    Ends must not rest on rows alone: somebody who writes to the store may put off every look, and
    so does a store whose time jumps ahead and back.
    """
    ticks, witness = ports.clock.ticks(), ports.witness
    if witness.look_by is None:
        witness.look_by = ticks + UNASKED.total_seconds()
    return ticks >= witness.look_by


def reconcile(claim: Claim, ports: GrantPorts) -> Findings:
    """Compare both sides once and promise to do it again."""
    findings = _look_once(ports)
    now = ports.clock.now()
    settle(claim, again(now + _wait(findings, ports, now)), ports)
    return findings


def reconcile_unasked(ports: GrantPorts) -> Findings:
    """Compare both sides once although nothing says that it is time to, and promise the next."""
    findings = _look_once(ports)
    now = ports.clock.now()
    _ensure_look(ports, now + _wait(findings, ports, now))
    return findings


def _ensure_look(ports: GrantPorts, at: datetime) -> None:
    ports.agenda.ensure(look_row(ports.name, at), within=LOOK_EVERY + HURRIED)


def _wait(findings: Findings, ports: GrantPorts, now: datetime) -> timedelta:
    return spread(AGAIN, ports.name, now) if findings.failed else LOOK_EVERY


def _look_once(ports: GrantPorts) -> Findings:
    """Compare both sides; where that fails do what needs no store, and say why."""
    ports.witness.look_by = ports.clock.ticks() + UNASKED.total_seconds()
    try:
        return _compare(ports)
    except OutsideError as error:
        return replace(look_alone(ports), failed=str(error))


def _compare(ports: GrantPorts) -> Findings:
    """Look once; restore mode, if it is on, ends when everything else is done (law 10)."""
    known = assure(ports, believed_for=NOT_AT_ALL)
    adopted = adopt(ports.cluster.ours(), ports) if restoring(ports) else ()
    findings = _look(ports)
    # What was known before this look, for the store may have been set back during it.
    keep_mark(known, ports)
    return replace(findings, adopted=adopted, restored=proven(known, ports))


def _look(ports: GrantPorts) -> Findings:
    sight = _Sight(lacking=set(ports.store.names_on(ports.name)))
    listed = iter(ports.cluster.ours())
    while page := list(islice(listed, PAGE)):
        _take(page, sight, ports)
        del page  # Two are never in memory.
    gone = delete_strays(sight.doomed, ports)
    drifted = _end_drifted(sight.lacking, ports)
    seen = ports.cluster.discover(wanted(ports.catalog, ports.name))
    ports.store.keep_seen(replace(seen, taken_at=ports.clock.now()))
    gone += delete_unaddressable(sight.doomed, ports)  # Last, for it may take long.
    return Findings(
        objects=sight.objects,
        removed=tuple(deletion for deletion in gone if not deletion.refusal),
        refused=tuple(deletion for deletion in gone if deletion.refusal),
        drifted=drifted,
        left_out=seen.left_out,
    )


def _take(page: Sequence[GrantObject], sight: _Sight, ports: GrantPorts) -> None:
    """Hold what was listed against its leases, read only now.

    So a lease that is granted meanwhile is never taken for unknown.
    """
    names = sorted({found.lease for found in page})
    leases = {
        name: lease for name, lease in readable(names, ports).items() if lease.cluster == ports.name
    }
    sight.objects += len(page)
    sight.doomed += suspects(page, leases, ports)
    _keep(leases.values(), ports)
    ensure_adjusted(page, leases, ports)
    for one in page:
        # What somebody gave to another install is not seen as ours any more.
        lease = leases.get(one.lease) if of_this_install(one, ports) else None
        if lease is not None:
            sight.tick_off(one.ref, lease)


def _keep(leases: Collection[Lease], ports: GrantPorts) -> None:
    """Have leases of this cluster found, by whoever revokes all, say, and looked after."""
    ports.store.list_again([lease for lease in leases if lease.live])
    keep_lease_rows(leases, ports)


def look_alone(ports: GrantPorts) -> Findings:
    """Remove what its own words condemn, where the store cannot be believed or asked (law 10).

    The next look is soon, whatever the store says.
    """
    ports.witness.look_by = ports.clock.ticks() + AGAIN.total_seconds()
    try:
        gone = delete_alone(ports.cluster.ours(), ports)
    except OutsideError:
        return Findings()
    return Findings(
        removed=tuple(deletion for deletion in gone if not deletion.refusal),
        refused=tuple(deletion for deletion in gone if deletion.refusal),
    )


def _end_drifted(lacking: Iterable[LeaseId], ports: GrantPorts) -> tuple[LeaseId, ...]:
    """End what runs and really lacks an object; what was granted only now does not."""
    now, names = ports.clock.now(), iter(sorted(lacking))
    drifted: list[LeaseId] = []
    while page := list(islice(names, PAGE)):
        read, damaged = told_apart(page, ports)
        found = [lease for lease in read.values() if lease.cluster == ports.name]
        _keep(found, ports)
        live = {lease.id for lease in found if lease.live}
        # A value and its place in the lists are written at once: what has none is no lease.
        ports.store.strike_off(ports.name, sorted({*page} - live - {*damaged}))
        running = [lease for lease in found if _runs(lease, now)]
        drifted += [lease.id for lease in running if _lacks(lease, ports) and _end(lease.id, ports)]
    return tuple(drifted)


def _name(ref: ObjectRef) -> _Name:
    """Name an object whatever its uid."""
    return ref.kind, ref.namespace, ref.name


def _runs(lease: Lease, now: datetime) -> bool:
    return lease.state is LeaseState.ACTIVE and lease.ends_at is not None and now < lease.ends_at


def _lacks(lease: Lease, ports: GrantPorts) -> bool:
    """Whether a lease has lost an object, or that one of its labels, or has none; afresh."""
    refs = objects_of(lease)
    return not refs or any(not _bears(ports.cluster.read(ref), lease, ports) for ref in refs)


def _bears(found: GrantObject | None, lease: Lease, ports: GrantPorts) -> bool:
    mine = found is not None and labelled(found) and of_this_install(found, ports)
    return mine and found is not None and found.lease == lease.id


def _end(name: LeaseId, ports: GrantPorts) -> bool:
    lease = ports.store.lease(name)
    if lease is None or lease.state is not LeaseState.ACTIVE:
        return False
    why = Ending(cause=EndCause.DRIFTED, actor=ACTOR, why="its objects were removed by hand")
    try:
        ports.store.commit(ending((lease,), why, ports))
    except ConflictError:
        return False
    return True
