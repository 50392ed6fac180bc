"""Reads leases beside others that cannot be read: one of those stops nothing else (law 10)."""

from collections.abc import Collection, Mapping, Sequence

from daypass.domain.errors import UnreadableError
from daypass.domain.ids import LeaseId
from daypass.domain.lease import Lease
from daypass.ports import Ledger


def readable(names: Sequence[LeaseId], ports: Ledger) -> Mapping[LeaseId, Lease]:
    """Return the leases of these names, in that order; one that cannot be read is none."""
    found, _ = told_apart(names, ports)
    return found


def told_apart(
    names: Sequence[LeaseId], ports: Ledger
) -> tuple[Mapping[LeaseId, Lease], Collection[LeaseId]]:
    """Return these leases, and the names of those that are there and cannot be read."""
    try:
        return {lease.id: lease for lease in ports.store.leases(names)}, ()
    except UnreadableError:
        if len(names) == 1:
            return {}, names
    alone = [told_apart([name], ports) for name in names]
    found = {name: lease for read, _ in alone for name, lease in read.items()}
    return found, [name for _, damaged in alone for name in damaged]
