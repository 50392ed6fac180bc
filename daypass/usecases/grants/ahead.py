"""Ahead: what the judging of many grants rests on is read at once, before each is judged.

What is not in it is asked for alone, so a value that cannot be read is the trouble of one.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Self

from daypass.domain.circumstances import Circumstances
from daypass.domain.ids import PersonId, RequestId
from daypass.domain.lease import Lease
from daypass.domain.request import Request
from daypass.domain.tally import Tally
from daypass.ports import GrantPorts
from daypass.usecases.grants.epochs import assure
from daypass.usecases.grants.hold_freeze import as_held
from daypass.usecases.shared.holdings import of_holder, tallies_of, tally_of
from daypass.usecases.shared.judging import circumstances

LASTS: Final = 1.0
"""Seconds for which what was read and judged holds: grants may be stopped, or a role changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """What was read for some leases of one cluster; good for one judging of each of them.

    It holds until the tick `until`.
    """

    until: float = math.inf
    given: Circumstances | None = None
    requests: Mapping[RequestId, Request] = field(default_factory=dict)
    tallies: Mapping[str, Tally | None] = field(default_factory=dict)
    live: Mapping[PersonId, Sequence[Lease]] = field(default_factory=dict)

    @classmethod
    def of(cls, leases: Sequence[Lease], ports: GrantPorts) -> Self:
        """Read it; raises OutsideError where the store does not answer."""
        until = ports.clock.ticks() + LASTS
        given = how_things_stand(ports)
        requests = ports.store.requests(list(dict.fromkeys(lease.request for lease in leases)))
        return cls(
            until=until,
            given=given,
            requests={request.id: request for request in requests},
            tallies=tallies_of(leases, ports),
            live=ports.store.live_of_all(list(dict.fromkeys(one.holder.id for one in leases))),
        )

    def request_of(self, lease: Lease, ports: GrantPorts) -> Request | None:
        """Return the request of a lease."""
        return self.requests.get(lease.request) or ports.store.request(lease.request)

    def tally_of(self, lease: Lease, ports: GrantPorts) -> Tally:
        """Return the tally of a lease's holder."""
        read = of_holder(lease, self.tallies, ports)
        return read or tally_of(lease.holder, ports.name, ports)


NOTHING_READ: Final = Ahead()
"""Everything is asked for alone."""


def how_things_stand(ports: GrantPorts) -> Circumstances:
    """Return how things stand on the cluster, with the word on new grants that holds.

    Once it is sure that the store goes on: the epoch in it is of no later moment than what it is
    compared with. Raises OutsideError where store or cluster do not answer.
    """
    assure(ports)
    return as_held(circumstances(ports.name, ports), ports)
