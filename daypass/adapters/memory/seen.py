"""What clusters last showed of themselves, in memory; with it goes what is said of it (law 7)."""

from collections.abc import Mapping

from daypass.adapters.memory.agenda import MemoryAgenda
from daypass.adapters.memory.once import Once
from daypass.domain.audit import AuditEvent
from daypass.domain.discovery import Snapshot
from daypass.domain.freshness import ahead
from daypass.ports import Change


class Seen(Once):
    """The part of the store that keeps snapshots, and the audit trail's end."""

    def __init__(self, agenda: MemoryAgenda) -> None:
        super().__init__(agenda)
        self.events: list[AuditEvent] = []
        self._event_ids: list[str] = []
        self._given = 0
        self._seen: dict[str, Snapshot] = {}

    def seen(self) -> Mapping[str, Snapshot]:
        """Return the last snapshot of every cluster that has one."""
        with self._agenda.lock:
            return dict(self._seen)

    def seen_of(self, cluster: str) -> Snapshot | None:
        """Return the last snapshot of a cluster."""
        return self._seen.get(cluster)

    def keep_seen(
        self, snapshot: Snapshot, *, after: Snapshot | None = None, with_it: Change | None = None
    ) -> bool:
        """Keep a newer snapshot of a cluster; False where it is older, or `after` is not kept."""
        with self._agenda.lock:
            kept, now = self._seen.get(snapshot.cluster), self._agenda.clock.now()
            older = kept is not None and kept.taken_at >= snapshot.taken_at
            if kept is not None and older and not ahead(kept.taken_at, now):
                return False
            if after is not None and (kept is None or kept.taken_at != after.taken_at):
                return False
            self._seen[snapshot.cluster] = snapshot
            if with_it is not None:
                self._append(*with_it.events)
                self._agenda.write(with_it.promises, with_it.done)
            return True

    def _append(self, *events: AuditEvent) -> None:
        """Give each an id that none had before, also where the store was set back since."""
        for event in events:
            self._given += 1
            self._event_ids.append(f"{self._given}-0")
            self.events.append(event)
