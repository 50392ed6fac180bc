"""Await: wait until leases that were ended are proven gone, but not for ever."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from daypass.domain.ids import LeaseId
from daypass.domain.lease import Lease
from daypass.ports import Ledger
from daypass.usecases.shared.pauses import pauses


@dataclass(frozen=True, slots=True, kw_only=True)
class Unproven:
    """What is not proven gone: of what is `live` the cluster may still hold something.

    Of what is `lost` the store says nothing any more, so nobody knows: it forgot, or somebody
    deleted it there.
    """

    live: Sequence[Lease] = ()
    lost: Sequence[LeaseId] = ()

    @property
    def count(self) -> int:
        """How many leases that are."""
        return len(self.live) + len(self.lost)


def await_revoked(names: Sequence[LeaseId], patience: timedelta, ports: Ledger) -> Unproven:
    """Return those that are not proven gone when patience is at its end.

    As soon as nothing is there that could still be proven.
    """
    until = ports.clock.ticks() + patience.total_seconds()
    left, waits = _unproven(names, ports), pauses()
    while left.live and ports.clock.ticks() < until:
        ports.clock.pause(next(waits))
        left = _unproven([*(one.id for one in left.live), *left.lost], ports)
    return left


def _unproven(names: Sequence[LeaseId], ports: Ledger) -> Unproven:
    found = {lease.id: lease for lease in ports.store.leases(names)}
    return Unproven(
        live=[lease for lease in found.values() if lease.live],
        lost=[name for name in names if name not in found],
    )
