"""What is to end reads so: also while its cluster is silent and nobody has written it down yet."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Final

from daypass.domain.errors import OutsideError
from daypass.domain.ids import LeaseId
from daypass.domain.lease import EndCause, Lease
from daypass.domain.offboarding import Offboarding
from daypass.ports import Ledger

GOES_ON: Final = "its cluster has not taken it away yet, so it goes on until that answers"
"""What people read of it until then."""
SHOWN: Final = 1_000
"""Characters of a reason that are gone through: the grants worker keeps no more of one."""


def as_said(leases: Iterable[Lease], ports: Ledger) -> tuple[Lease, ...]:
    """Return leases as people read them: those that their holders may not have any more are ending.

    Who asks Slack has said so (ADR 0028), and the grants worker ends each as soon as its cluster
    answers. For reading only, in one round trip; where that cannot be read they are as they are.
    """
    every = tuple(leases)
    going_on = [lease.id for lease in every if lease.grantable]
    said = {one.lease: one for one in _said(going_on, ports)} if going_on else {}
    return tuple(
        _ending(one, said[one.id]) if one.grantable and one.id in said else one for one in every
    )


def _said(leases: Sequence[LeaseId], ports: Ledger) -> Sequence[Offboarding]:
    with suppress(OutsideError):
        return ports.store.offboardings(leases)
    return ()


def _ending(lease: Lease, said: Offboarding) -> Lease:
    return lease.ending(EndCause.OFFBOARDED, why=said.why[:SHOWN]).held(GOES_ON)
