"""What somebody has on a cluster by their leases, as far as that is known."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from daypass.domain.catalog import Cluster, Level
from daypass.domain.errors import UnreadableError
from daypass.domain.ids import RequestId
from daypass.domain.lease import Lease, LeaseState
from daypass.domain.levels import level_on
from daypass.domain.people import Person
from daypass.domain.request import Request
from daypass.ports import Ledger
from daypass.usecases.shared.holdings import tally_of
from daypass.usecases.shared.readable import readable


@dataclass(frozen=True, slots=True, kw_only=True)
class Had:
    """A lease whose objects are on the cluster, or may be.

    `level` is what they give; None where nobody knows: its level is gone, or another role by now.
    """

    lease: Lease
    level: Level | None

    @property
    def certain(self) -> bool:
        """Whether it gives that now: what is being granted or removed may be there or not."""
        return self.level is not None and self.lease.state is LeaseState.ACTIVE


def had_on(cluster: Cluster, person: Person, ledger: Ledger) -> tuple[Had, ...]:
    """Return what the person has there, or may have."""
    counted = {one.id: one for one in _counted(cluster, person, ledger)}
    every = counted | {one.id: one for one in ledger.store.live_of(person.id)}
    live = [
        lease
        for lease in every.values()
        if lease.cluster == cluster.name and lease.attempt is not None
    ]
    asked = {one.id: one for one in ledger.store.requests(_requests(live))} if live else {}
    return tuple(
        Had(lease=lease, level=_given(lease, asked.get(lease.request), ledger)) for lease in live
    )


def _counted(cluster: Cluster, person: Person, ledger: Ledger) -> Iterator[Lease]:
    """Yield what was begun for that username: other accounts of it are one person to a cluster."""
    with suppress(UnreadableError):
        begun = tally_of(person, cluster.name, ledger).running
        yield from (one for one in readable(begun, ledger).values() if one.live)


def _requests(leases: Sequence[Lease]) -> list[RequestId]:
    return list(dict.fromkeys(lease.request for lease in leases))


def _given(lease: Lease, request: Request | None, ledger: Ledger) -> Level | None:
    """Return the level where it is what it was when that was approved.

    Of a lease that was taken over from its cluster nobody knows what was approved.
    """
    level = level_on(lease.cluster, lease.level, ledger.catalog)
    if level is None or request is None:
        return level
    gave = {item.gives for item in request.plan.items if item.level == lease.level}
    return level if gave == {level.gives} else None
