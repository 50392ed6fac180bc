"""Reads what may be damaged: one value that cannot be read stops nothing else (law 10)."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TypeVar

from daypass.domain.epoch import Epoch, Freeze
from daypass.domain.errors import UnreadableError
from daypass.domain.ids import OVER_ANYTHING, LeaseId
from daypass.domain.lease import Lease
from daypass.domain.owning import NameOwner
from daypass.domain.people import Pin
from daypass.domain.request import Request
from daypass.ports import Ledger

V = TypeVar("V", Epoch, Freeze, NameOwner, Pin)


def with_version(read: Callable[[], V | None]) -> tuple[V | None, int]:
    """Return what is stored, and the version that another value is written over.

    What cannot be read is none, and is written over whatever it is.
    """
    try:
        stored = read()
    except UnreadableError:
        return None, OVER_ANYTHING
    return stored, stored.version if stored is not None else 0


def asked_for(lease: Lease, ports: Ledger) -> Request | None:
    """Return the request that a wanted extension rests on; none where it is free or unreadable."""
    name = lease.extension.request if lease.extension is not None else None
    try:
        return ports.store.request(name) if name is not None else None
    except UnreadableError:
        return None


def readable(names: Sequence[LeaseId], ports: Ledger) -> Mapping[LeaseId, Lease]:
    """Return the leases of these names, in that order; one that cannot be read is none."""
    found, _ = told_apart(names, ports)
    return found


def told_apart(
    names: Sequence[LeaseId], ports: Ledger
) -> tuple[Mapping[LeaseId, Lease], Collection[LeaseId]]:
    """Return these leases, and the names of those that are there and cannot be read."""
    if not names:
        return {}, ()
    try:
        return {lease.id: lease for lease in ports.store.leases(names)}, ()
    except UnreadableError:
        if len(names) == 1:
            return {}, names
    alone = [told_apart([name], ports) for name in names]
    found = {name: lease for read, _ in alone for name, lease in read.items()}
    return found, [name for _, damaged in alone for name in damaged]


def unread_on(
    clusters: Iterable[str], live: Collection[LeaseId], ports: Ledger
) -> tuple[LeaseId, ...]:
    """Name what is listed on these clusters and cannot be read; what is `live` is not read again.

    An answer about all that is there names it, or counts it: a list passes over it.
    """
    listed = {name for cluster in clusters for name in ports.store.names_on(cluster)}
    _, damaged = told_apart(sorted(listed.difference(live)), ports)
    return tuple(damaged)
