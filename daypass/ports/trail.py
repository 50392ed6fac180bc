"""The audit trail as something to read, to seal and to shorten; and what is over and may go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from daypass.domain.audit import AuditEvent
from daypass.domain.ids import LeaseId, RequestId
from daypass.domain.lease import Lease
from daypass.domain.request import Request
from daypass.domain.trail import Checkpoint, Entry


class Trail(Protocol):
    """The events in the order in which they happened, and the checkpoints over them."""

    def entries(self, after: str, limit: int, upto: str = "") -> Sequence[Entry]:
        """Return up to `limit` events after the one with id `after` (empty: from the first).

        With `upto` none after that one.
        """
        ...

    def event(self, entry: Entry) -> AuditEvent:
        """Return what an entry says; UnreadableError when it is damaged or of a newer version."""
        ...

    def checkpoints(self, after: str, limit: int) -> Sequence[Checkpoint]:
        """Return up to `limit` checkpoints that reach further than the event `after`.

        UnreadableError when one is damaged.
        """
        ...

    def last(self) -> Checkpoint | None:
        """Return the newest checkpoint."""
        ...

    def append(self, made: Checkpoint) -> bool:
        """Append a checkpoint if the newest is still the one that it follows; say whether it is.

        The store's `head()` is its hash from then on.
        """
        ...

    def trimmed(self) -> str:
        """Return the id of the newest event that was removed as too old, empty for none."""
        ...

    def trim(self, anchor: Checkpoint, event: AuditEvent) -> None:
        """Remove the events up to `anchor` and the checkpoints before it, and append `event`.

        `anchor` stays: what is kept can be verified from there.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Over:
    """Ended leases and decided requests; `more` where there may be others."""

    requests: Sequence[RequestId] = ()
    leases: Sequence[LeaseId] = ()
    more: bool = False


class Archive(Protocol):
    """Ended leases and decided requests: kept until somebody lets go of them."""

    def over(self, before: datetime, limit: int) -> Over:
        """Return up to `limit` that have been over since before `before`, oldest first."""
        ...

    def look_again(self, name: RequestId | LeaseId, at: datetime) -> None:
        """Have one of them count as over since `at` only; it stays."""
        ...

    def strike(self, name: RequestId | LeaseId) -> None:
        """Have it no longer among them: nothing of that name is stored."""
        ...

    def forget(
        self, requests: Sequence[Request], leases: Sequence[Lease], event: AuditEvent
    ) -> Sequence[RequestId | LeaseId]:
        """Remove these values, their indexes and receipts, and append `event`, all or nothing.

        Returns which of them are no longer at their versions: then nothing was done.
        """
        ...
