"""Reads leases beside others that cannot be read: one of those stops nothing else (law 10)."""

from collections.abc import Mapping, Sequence

from daypass.domain.errors import UnreadableError
from daypass.domain.ids import LeaseId
from daypass.domain.lease import Lease
from daypass.ports import Ledger


def readable(names: Sequence[LeaseId], ports: Ledger) -> Mapping[LeaseId, Lease]:
    """Return the leases of these names, in that order; one that cannot be read is none."""
    try:
        return {lease.id: lease for lease in ports.store.leases(names)}
    except UnreadableError:
        alone = [readable([name], ports) for name in names] if len(names) > 1 else []
        return {name: lease for found in alone for name, lease in found.items()}
