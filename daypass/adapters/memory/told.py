"""What Slack was told, does not take, and said of holders, in memory: a part of the store."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from daypass.adapters.memory.agenda import MemoryAgenda
from daypass.domain.early import is_early
from daypass.domain.ids import LeaseId, RequestId
from daypass.domain.notification import Receipt, Unsaid
from daypass.domain.offboarding import Offboarding

if TYPE_CHECKING:
    from daypass.domain.lease import Lease


class Told:
    """Keeps receipts, what is unsaid, and who is offboarded, behind the lock of `agenda`."""

    def __init__(self, agenda: MemoryAgenda) -> None:
        self._agenda = agenda
        self._told: dict[RequestId, dict[str, Receipt]] = {}
        self._unsaid: dict[RequestId, Unsaid] = {}
        self._offboarded: dict[LeaseId, Offboarding] = {}
        self._doubted: dict[str, set[LeaseId]] = {}
        self._leases: dict[LeaseId, Lease] = {}

    def receipts(self, request: RequestId) -> Mapping[str, Receipt]:
        """Return what Slack was told about a request, by the notification's key."""
        with self._agenda.lock:
            return dict(self._told.get(request, {}))

    def keep_receipt(self, request: RequestId, key: str, receipt: Receipt) -> None:
        """Keep where a notification went and what it said."""
        with self._agenda.lock:
            self._told.setdefault(request, {})[key] = receipt

    def unsaid(self, request: RequestId) -> Unsaid | None:
        """Return what Slack does not take about a request; None for nothing."""
        with self._agenda.lock:
            return self._unsaid.get(request)

    def all_unsaid(self) -> Sequence[Unsaid]:
        """Return what Slack does not take about any request."""
        with self._agenda.lock:
            return list(self._unsaid.values())

    def keep_unsaid(self, unsaid: Unsaid) -> None:
        """Keep what Slack does not take about a request, in place of what was known."""
        with self._agenda.lock:
            self._unsaid[unsaid.request] = unsaid

    def drop_unsaid(self, request: RequestId) -> None:
        """Forget it: everything was said."""
        with self._agenda.lock:
            self._unsaid.pop(request, None)

    def offboardings(self, leases: Sequence[LeaseId]) -> Sequence[Offboarding]:
        """Return which of `leases` their holders may not have any more."""
        with self._agenda.lock:
            return [self._offboarded[one] for one in leases if one in self._offboarded]

    def keep_offboarding(self, offboarding: Offboarding, *, cluster: str) -> None:
        """Keep that a holder may not have a lease, in place of what was said before."""
        with self._agenda.lock:
            self._offboarded[offboarding.lease] = offboarding
            self._doubted.setdefault(cluster, set()).add(offboarding.lease)

    def early(self, cluster: str) -> Sequence[LeaseId]:
        """Return the ids of what is to end on a cluster before what is there says so."""
        with self._agenda.lock:
            here = (lease for lease in self._leases.values() if lease.cluster == cluster)
            early = {lease.id for lease in here if is_early(lease)}
            return sorted(early | self._doubted.get(cluster, set()))

    def not_early(self, cluster: str, names: Sequence[LeaseId]) -> None:
        """Take off that list what is not to end before its time."""
        with self._agenda.lock:
            self._doubted.get(cluster, set()).difference_update(names)
