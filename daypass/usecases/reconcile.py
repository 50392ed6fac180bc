"""Reconcile: hold what is on a cluster against the leases, both ways, and look around (law 1)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from daypass.domain.errors import (
    ConflictError,
    OutsideError,
)
from daypass.domain.grant import GrantObject
from daypass.domain.ids import LeaseId
from daypass.domain.lease import EndCause, Lease, LeaseState
from daypass.ports import Claim, GrantPorts
from daypass.usecases.adjust import ensure_adjusted
from daypass.usecases.adopt import adopt
from daypass.usecases.epochs import assured, keep_mark, proven, restoring
from daypass.usecases.keep_rows import look_row
from daypass.usecases.moves import Ending, ending
from daypass.usecases.pauses import spread
from daypass.usecases.remove import objects_of
from daypass.usecases.strays import ACTOR, Removal, labelled, removals, removals_alone

EVERY: Final = timedelta(seconds=30)
AGAIN: Final = timedelta(seconds=3)
"""After a failure: the cluster is to be served within 5 s of its return (law 3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What one look found; `failed` says why it could not be finished.

    `refused` are objects that have to go and that the cluster does not let us delete.
    """

    objects: int = 0
    removed: tuple[Removal, ...] = ()
    refused: tuple[Removal, ...] = ()
    drifted: tuple[LeaseId, ...] = ()
    adopted: tuple[LeaseId, ...] = ()
    restored: bool = False
    failed: str = ""


def first_look(ports: GrantPorts) -> None:
    """Promise to reconcile this cluster, now and for ever; called when a worker starts."""
    ports.clock.ensure(look_row(ports.name, ports.clock.now()))


def reconcile(claim: Claim, ports: GrantPorts) -> Findings:
    """Compare both sides once and promise to do it again."""
    try:
        findings = _compared(ports)
    except OutsideError as error:
        findings = replace(_looked_alone(ports), failed=str(error))
    now = ports.clock.now()
    wait = spread(AGAIN, ports.name, now) if findings.failed else EVERY
    ports.clock.postpone(claim, now + wait)
    return findings


def _compared(ports: GrantPorts) -> Findings:
    """Look once; restore mode, if it is on, ends when everything else is done (law 10)."""
    known = assured(ports)
    adopted = adopt(tuple(ports.cluster.ours()), ports) if restoring(ports) else ()
    findings = _looked(ports)
    # What was known before this look, for the store may have been set back during it.
    keep_mark(known, ports)
    return replace(findings, adopted=adopted, restored=proven(known, ports))


def _looked(ports: GrantPorts) -> Findings:
    # Leases before the list to find what is gone, after it to find what is too much: a lease that
    # is granted or ends in between is then never taken for either.
    before = ports.store.live_on(ports.name)
    found = tuple(ports.cluster.ours())
    after = ports.store.live_on(ports.name)
    gone = removals(found, after, ports)
    drifted = _drifted(before, found, ports)
    ensure_adjusted(found, after, ports)
    ports.store.keep_seen(replace(ports.cluster.discover(), taken_at=ports.clock.now()))
    return Findings(
        objects=len(found),
        removed=tuple(one for one in gone if not one.refusal),
        refused=tuple(one for one in gone if one.refusal),
        drifted=drifted,
    )


def _looked_alone(ports: GrantPorts) -> Findings:
    """Remove what its own words condemn, where the store cannot be believed or asked (law 10)."""
    try:
        gone = removals_alone(ports.cluster.ours(), ports)
    except OutsideError:
        return Findings()
    return Findings(removed=tuple(one for one in gone if not one.refusal))


def _drifted(
    before: Mapping[LeaseId, Lease], found: tuple[GrantObject, ...], ports: GrantPorts
) -> tuple[LeaseId, ...]:
    there = {(one.ref.kind, one.ref.namespace, one.ref.name) for one in found}
    now = ports.clock.now()
    running = [lease for lease in before.values() if _runs(lease, now)]
    return tuple(
        lease.id for lease in running if _lacks(lease, there, ports) and _ended(lease.id, ports)
    )


def _runs(lease: Lease, now: datetime) -> bool:
    return lease.state is LeaseState.ACTIVE and lease.ends_at is not None and now < lease.ends_at


def _lacks(lease: Lease, there: set[tuple[str, str, str]], ports: GrantPorts) -> bool:
    """Whether a lease has lost an object, or that its label, looked at afresh."""
    absent = [ref for ref in objects_of(lease) if (ref.kind, ref.namespace, ref.name) not in there]
    return any(not labelled(ports.cluster.read(ref)) for ref in absent)


def _ended(name: LeaseId, ports: GrantPorts) -> bool:
    lease = ports.store.lease(name)
    if lease is None or lease.state is not LeaseState.ACTIVE:
        return False
    why = Ending(cause=EndCause.DRIFTED, actor=ACTOR, why="its objects were removed by hand")
    try:
        ports.store.commit(ending((lease,), why, ports))
    except ConflictError:
        return False
    return True
