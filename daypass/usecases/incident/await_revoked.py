"""Await: wait until leases that were ended are proven gone, but not for ever."""

from collections.abc import Sequence
from datetime import timedelta

from daypass.domain.ids import LeaseId
from daypass.domain.lease import Lease
from daypass.ports import Ledger
from daypass.usecases.shared.pauses import pauses


def still_live(names: Sequence[LeaseId], patience: timedelta, ports: Ledger) -> Sequence[Lease]:
    """Return those of which the cluster may still hold something when patience is at its end.

    None as soon as all are proven gone.
    """
    until = ports.clock.ticks() + patience.total_seconds()
    left = [lease for lease in ports.store.leases(names) if lease.live]
    waits = pauses()
    while left and ports.clock.ticks() < until:
        ports.clock.pause(next(waits))
        left = [lease for lease in ports.store.leases([one.id for one in left]) if lease.live]
    return left
