"""Where a lease is: what it was asked for says, whatever somebody wrote into the lease alone."""

from contextlib import suppress

from daypass.domain.errors import UnreadableError
from daypass.domain.lease import Lease
from daypass.domain.yields import where_asked
from daypass.ports import Ledger


def as_asked(lease: Lease, ledger: Ledger) -> Lease:
    """Return a lease as one of the cluster that it was asked for, where its request can be read."""
    with suppress(UnreadableError):
        if (request := ledger.store.request(lease.request)) is not None:
            return where_asked(lease, request)
    return lease
