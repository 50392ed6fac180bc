"""Early: which leases are to end before what is on the cluster says so."""

from daypass.domain.lease import Lease, LeaseState


def is_early(lease: Lease) -> bool:
    """Whether it is to end before its time, as far as it says so itself."""
    return lease.state is LeaseState.REVOKING or (lease.live and bool(lease.cuts))
