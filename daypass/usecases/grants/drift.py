"""Drift: a lease that runs and has lost an object is over, and ends like any other (law 1)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from daypass.domain.errors import ConflictError
from daypass.domain.grant import GrantObject
from daypass.domain.ids import LeaseId
from daypass.domain.lease import EndCause, Lease, LeaseState
from daypass.ports import GrantPorts
from daypass.usecases.grants.deletion import labelled
from daypass.usecases.grants.remove import objects_of, of_this_install
from daypass.usecases.grants.strays import ACTOR
from daypass.usecases.shared.ending import Ending, ending
from daypass.usecases.shared.keep_rows import keep_lease_rows
from daypass.usecases.shared.readable import readable, told_apart

PAGE: Final = 500
"""Objects that are held in memory whole at once, with their leases."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """Leases that ended, and whether another may drift yet: it is being granted.

    What that lacks before it runs nobody hears of once it does.
    """

    ended: tuple[LeaseId, ...]
    undecided: bool


def end_drifted(leases: Iterable[Lease], ports: GrantPorts) -> tuple[LeaseId, ...]:
    """End what runs and really lacks an object; what was granted only now does not."""
    now = ports.clock.now()
    running = [lease for lease in leases if _runs(lease, now)]
    return tuple(lease.id for lease in running if _lacks(lease, ports) and _end(lease.id, ports))


def end_all_drifted(lacking: Iterable[LeaseId], ports: GrantPorts) -> Drift:
    """End those of a cluster's list of leases that drifted, and put right the list by the rest."""
    names, undecided = iter(sorted(lacking)), False
    drifted: list[LeaseId] = []
    while page := list(islice(names, PAGE)):
        read, damaged = told_apart(page, ports)
        found = _here(read.values(), ports)
        keep_found(found, ports)
        live = {lease.id for lease in found if lease.live}
        # A value and its place in the lists are written at once: what has none is no lease.
        gone = sorted({*page} - live - {*damaged})
        ports.store.strike_off(ports.name, gone, uncounted=sorted(damaged))
        drifted += end_drifted(found, ports)
        undecided = undecided or any(map(_begins, found))
    return Drift(ended=tuple(drifted), undecided=undecided)


def leases_here(names: Sequence[LeaseId], ports: GrantPorts) -> Mapping[LeaseId, Lease]:
    """Return the leases of this cluster that can be read."""
    return {lease.id: lease for lease in _here(readable(names, ports).values(), ports)}


def _here(leases: Iterable[Lease], ports: GrantPorts) -> list[Lease]:
    """Leave out others: whoever may write our label here may name a lease of another cluster."""
    return [lease for lease in leases if lease.cluster == ports.name]


def keep_found(leases: Collection[Lease], ports: GrantPorts) -> None:
    """Have leases of this cluster found, by whoever revokes all, say, and looked after."""
    ports.store.list_again([lease for lease in leases if lease.live])
    keep_lease_rows(leases, ports)


def _runs(lease: Lease, now: datetime) -> bool:
    return lease.state is LeaseState.ACTIVE and lease.ends_at is not None and now < lease.ends_at


def _begins(lease: Lease) -> bool:
    return lease.state is LeaseState.GRANTING and bool(objects_of(lease))


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
    why = Ending(cause=EndCause.DRIFTED, actor=ACTOR, why="its objects are gone, or were changed")
    try:
        ports.store.commit(ending((lease,), why, ports))
    except ConflictError:
        return False
    return True
