"""What Slack was told, does not take, and said of holders, in memory: a part of the store."""

from collections.abc import Mapping, Sequence

from daypass.adapters.memory.agenda import MemoryAgenda
from daypass.domain.ids import LeaseId, RequestId
from daypass.domain.notification import Receipt, Unsaid
from daypass.domain.offboarding import Offboarding


class Told:
    """Keeps receipts, what is unsaid, and who is offboarded, behind the lock of `agenda`."""

    def __init__(self, agenda: MemoryAgenda) -> None:
        self._agenda = agenda
        self._told: dict[RequestId, dict[str, Receipt]] = {}
        self._unsaid: dict[RequestId, Unsaid] = {}
        self._offboarded: dict[LeaseId, Offboarding] = {}

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

    def keep_offboarding(self, offboarding: Offboarding) -> None:
        """Keep that a holder may not have a lease, in place of what was said before."""
        with self._agenda.lock:
            self._offboarded[offboarding.lease] = offboarding
