"""Reconcile: hold what is on a cluster against the leases, both ways, and look around (law 1)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from daypass.domain.audit import Action, AuditEvent
from daypass.domain.errors import ConflictError, OutsideError
from daypass.domain.grant import GrantObject
from daypass.domain.ids import LeaseId
from daypass.domain.lease import EndCause, Lease, LeaseState, ObjectRef
from daypass.domain.suspicion import Inspection, Suspicion, suspect
from daypass.ports import Claim, GrantPorts, Promise, PromiseKind
from daypass.usecases.moves import Ending, ending

ACTOR: Final = "reconcile"
EVERY: Final = timedelta(seconds=30)
AGAIN: Final = timedelta(seconds=3)
"""After a failure: the cluster is to be served within 5 s of its return (law 3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """An object that had to go, and why."""

    ref: ObjectRef
    why: Suspicion


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What one look found; `failed` says why it could not be finished."""

    objects: int = 0
    removed: tuple[Removal, ...] = ()
    drifted: tuple[LeaseId, ...] = ()
    failed: str = ""


def first_look(ports: GrantPorts) -> None:
    """Promise to reconcile this cluster, now and for ever; called when a worker starts."""
    now = ports.clock.now()
    ports.clock.ensure(
        Promise(due=ports.name, kind=PromiseKind.RECONCILE, subject=ports.name, at=now)
    )


def reconcile(claim: Claim, ports: GrantPorts) -> Findings:
    """Compare both sides once and promise to do it again."""
    try:
        findings = _compared(ports)
        wait = EVERY
    except OutsideError as error:
        findings = Findings(failed=str(error))
        wait = AGAIN
    ports.clock.postpone(claim, ports.clock.now() + wait)
    return findings


def _compared(ports: GrantPorts) -> Findings:
    # Leases before the list to find what is gone, after it to find what is too much: a lease that
    # is granted or ends in between is then never taken for either.
    before = ports.store.live_on(ports.name)
    found = tuple(ports.cluster.ours())
    after = ports.store.live_on(ports.name)
    removed = tuple(
        removal for one in found if (removal := _removal(one, after, ports)) is not None
    )
    drifted = _drifted(before, found, ports)
    ports.store.keep_seen(replace(ports.cluster.discover(), taken_at=ports.clock.now()))
    return Findings(objects=len(found), removed=removed, drifted=drifted)


def _removal(
    found: GrantObject, leases: Mapping[LeaseId, Lease], ports: GrantPorts
) -> Removal | None:
    if suspect(found, _inspection(leases, ports)) is None:
        return None
    return _confirmed(found, ports)


def _inspection(leases: Mapping[LeaseId, Lease], ports: GrantPorts) -> Inspection:
    return Inspection(
        install=ports.catalog.install,
        cluster=ports.name,
        key=ports.key,
        now=ports.clock.now(),
        leases=leases,
    )


def _confirmed(listed: GrantObject, ports: GrantPorts) -> Removal | None:
    """Look at a suspect and its lease once more, afresh; a store that fails is not "unknown"."""
    found = ports.cluster.read(listed.ref)
    if found is None:
        return None
    leases = {lease.id: lease for lease in ports.store.leases([found.lease])}
    why = suspect(found, _inspection(leases, ports))
    if why is None:
        return None
    ports.cluster.delete(found.ref)
    ports.store.record(_event(found, why, ports))
    return Removal(ref=found.ref, why=why)


def _event(found: GrantObject, why: Suspicion, ports: GrantPorts) -> AuditEvent:
    return AuditEvent(
        at=ports.clock.now(),
        action=Action.OBJECT_REMOVED,
        actor=ACTOR,
        subject=str(found.ref),
        cluster=ports.name,
        facts={"lease": found.lease, "why": why.value, "uid": found.ref.uid},
    )


def _drifted(
    before: Mapping[LeaseId, Lease], found: tuple[GrantObject, ...], ports: GrantPorts
) -> tuple[LeaseId, ...]:
    there = {(one.ref.kind, one.ref.namespace, one.ref.name) for one in found}
    return tuple(
        lease.id
        for lease in before.values()
        if _lacks(lease, there, ports) and _ended(lease.id, ports)
    )


def _lacks(lease: Lease, there: set[tuple[str, str, str]], ports: GrantPorts) -> bool:
    """Whether an active lease has lost an object before its end, looked at afresh."""
    if lease.state is not LeaseState.ACTIVE or lease.attempt is None:
        return False
    if ports.clock.now() >= lease.attempt.expires_at:
        return False
    absent = [
        ref for ref in lease.attempt.objects if (ref.kind, ref.namespace, ref.name) not in there
    ]
    return any(ports.cluster.read(ref) is None for ref in absent)


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
