"""Unended: which leases are over on a cluster and not proven gone, however often it was tried.

The rows of the agenda do not say it: each try, and each claim, gives its row a later moment.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from daypass.domain.ids import LeaseId
from daypass.domain.lease import Lease
from daypass.ports import Ledger, PromiseKind
from daypass.usecases.shared.readable import readable

TRIED_WITHIN: Final = timedelta(seconds=15)
"""More than an end is put off or claimed for: 5 s and 8 s."""
MOST: Final = 500
"""Rows that are looked at, a round trip's worth: of more ends that fail some are seen, too."""


def unended(cluster: str, ports: Ledger) -> Sequence[Lease]:
    """Return the leases that are over there and not proven gone, by what is due or put off."""
    now = ports.clock.now()
    named = ports.agenda.soon(cluster, PromiseKind.END, now + TRIED_WITHIN, among=MOST)
    leases = readable([LeaseId(name) for name in named], ports).values()
    live = (lease for lease in leases if lease.live and lease.cluster == cluster)
    return [lease for lease in live if not lease.grantable or is_late(lease, now)]


def is_late(lease: Lease, now: datetime) -> bool:
    """Whether the end that a lease names is past."""
    return lease.ends_at is not None and lease.ends_at <= now


def earliest(
    oldest: Mapping[str, datetime], ends: Mapping[str, datetime]
) -> Mapping[str, datetime]:
    """Return since when the first of both waits."""
    return {**oldest, **{name: min(at, oldest.get(name, at)) for name, at in ends.items()}}
