"""The audit trail of a store in memory, and what is over in it."""

from collections.abc import Sequence
from datetime import datetime

from daypass.adapters.memory.store import MemoryStore
from daypass.domain.audit import AuditEvent
from daypass.domain.errors import UnreadableError
from daypass.domain.ids import LeaseId, RequestId
from daypass.domain.lease import Lease
from daypass.domain.request import Request
from daypass.domain.trail import Checkpoint, Entry, place
from daypass.ports import Over


class MemoryTrail:
    """`ports.Trail` over the events of a store; an event's bytes are its `repr`."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    def entries(self, after: str, limit: int, upto: str = "") -> Sequence[Entry]:
        """Return up to `limit` events after the one with id `after`, none after `upto`."""
        found = [
            Entry(id=name, body=repr(event).encode())
            for name, event in self._store.entries
            if place(name) > place(after) and (not upto or place(name) <= place(upto))
        ]
        return found[:limit]

    def event(self, entry: Entry) -> AuditEvent:
        """Return what an entry says; UnreadableError when it is none of the store's."""
        for name, event in self._store.entries:
            if name == entry.id and repr(event).encode() == entry.body:
                return event
        raise UnreadableError(f"event {entry.id} cannot be read")

    def checkpoints(self, after: str, limit: int) -> Sequence[Checkpoint]:
        """Return up to `limit` checkpoints that reach further than the event `after`."""
        found = [
            checkpoint
            for checkpoint in self._store.checkpoints
            if place(checkpoint.upto) > place(after)
        ]
        return found[:limit]

    def last(self) -> Checkpoint | None:
        """Return the newest checkpoint."""
        return self._store.checkpoints[-1] if self._store.checkpoints else None

    def append(self, made: Checkpoint) -> bool:
        """Append a checkpoint if the newest is still the one that it follows."""
        if made.hash != self._store.head():
            if made.before != self._store.head():
                return False
            self._store.checkpoints.append(made)
        return True

    def trimmed(self) -> str:
        """Return the id of the newest event that was removed as too old, empty for none."""
        return self._store.trimmed

    def trim(self, anchor: Checkpoint, event: AuditEvent) -> None:
        """Remove the events up to `anchor` and the checkpoints before it, and append `event`."""
        self._store.trim(anchor, event)


class MemoryArchive:
    """`ports.Archive` over the values of a store."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    def over(self, before: datetime, limit: int) -> Over:
        """Return up to `limit` that have been over since before `before`, oldest first."""
        old = sorted((at, name) for name, at in self._store.over.items() if at < before)[:limit]
        return Over(
            requests=[RequestId(name) for _, name in old if "-" not in name],
            leases=[LeaseId(name) for _, name in old if "-" in name],
            more=len(old) == limit,
        )

    def look_again(self, name: RequestId | LeaseId, at: datetime) -> None:
        """Have one of them count as over since `at` only; it stays."""
        self._store.put_off[name] = at

    def strike(self, name: RequestId | LeaseId) -> None:
        """Have it no longer among them: nothing of that name is stored."""
        self._store.put_off.pop(name, None)

    def forget(
        self, requests: Sequence[Request], leases: Sequence[Lease], event: AuditEvent
    ) -> Sequence[RequestId | LeaseId]:
        """Remove these values, their indexes and receipts, and append `event`, all or nothing."""
        return self._store.forget(requests, leases, event)
