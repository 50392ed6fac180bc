"""The store in memory, in dictionaries behind one lock: keeps the Redis one's contract."""

from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from datetime import datetime
from typing import Any

from daypass.adapters.memory.agenda import MemoryAgenda
from daypass.adapters.memory.image import KEPT, Image
from daypass.adapters.memory.users import Users, place_of
from daypass.adapters.memory.versions import Value, expect, is_written
from daypass.domain.audit import AuditEvent
from daypass.domain.epoch import Epoch, Freeze
from daypass.domain.ids import LeaseId, PersonId, RequestId
from daypass.domain.lease import Lease
from daypass.domain.request import Request, RequestState
from daypass.domain.trail import Checkpoint, is_id, place
from daypass.ports import PUT_OFF, Change, Conditions, Promise, PromiseKind


class MemoryStore(Users):
    """Shares the lock of `agenda`, so that a move lands in both or in neither.

    `events` is the audit trail, oldest first.
    """

    def __init__(self, agenda: MemoryAgenda) -> None:
        super().__init__(agenda)
        self.checkpoints: list[Checkpoint] = []
        self.trimmed = ""
        self.put_off: dict[RequestId | LeaseId, datetime] = {}
        self._requests: dict[RequestId, Request] = {}
        self._freeze: Freeze | None = None
        self._epoch: Epoch | None = None

    def image(self) -> Image:
        """Return all that is in it and in its agenda's rows, for `set_back`."""
        with self._agenda.lock:
            return Image(
                values={name: copy(getattr(self, name)) for name in KEPT},
                rows=self._agenda.image(),
            )

    def set_back(self, image: Image | None) -> None:
        """Hold what it held earlier, or nothing, as a server does that lost its disk."""
        with self._agenda.lock:
            empty = MemoryStore(self._agenda)
            for name in KEPT:
                setattr(self, name, copy(image.values[name] if image else getattr(empty, name)))
            self._agenda.set_back(image.rows if image else {})

    def commit(self, change: Change) -> Change:
        """Commit a move, return it as it is stored; ConflictError when a value has moved."""
        with self._agenda.lock:
            pairs = list(self._with_stored(change))
            if any(is_written(value, now, change.move) for value, now in pairs):
                return change.stored()
            for value, now in pairs:
                expect(value, now)
            for pin in change.pins:
                self._expect_email_free(pin)
            stored = change.stored()
            self._write(stored)
            return stored

    def _with_stored(self, change: Change) -> Iterator[tuple[Value, Value | None]]:
        yield from ((request, self._requests.get(request.id)) for request in change.requests)
        yield from ((lease, self._leases.get(lease.id)) for lease in change.leases)
        yield from ((pin, self._pins.get(pin.id)) for pin in change.pins)
        yield from ((one, self._owners.get(place_of(one))) for one in change.owners)
        if change.freeze is not None:
            yield change.freeze, self._freeze
        if change.epoch is not None:
            yield change.epoch, self._epoch
        yield from ((tally, self._tallies.get(place_of(tally))) for tally in change.tallies)

    def _write(self, change: Change) -> None:
        for request in change.requests:
            self._requests[request.id] = request
        for lease in change.leases:
            self._leases[lease.id] = lease
        for pin in change.pins:
            self._pins[pin.id] = pin
        for owner in change.owners:
            self._owners[place_of(owner)] = owner
        if change.freeze is not None:
            self._freeze = change.freeze
        if change.epoch is not None:
            self._epoch = change.epoch
        for tally in change.tallies:
            self._tallies[place_of(tally)] = tally
        self._append(*change.events)
        self._agenda.write(change.promises, change.done)

    def request(self, request: RequestId) -> Request | None:
        """Return a request."""
        return self._requests.get(request)

    def requests(self, requests: Sequence[RequestId]) -> Sequence[Request]:
        """Return those of `requests` that exist, in that order."""
        with self._agenda.lock:
            return [self._requests[name] for name in requests if name in self._requests]

    def lease(self, lease: LeaseId) -> Lease | None:
        """Return a lease."""
        return self._leases.get(lease)

    def leases(self, leases: Sequence[LeaseId]) -> Sequence[Lease]:
        """Return those of `leases` that exist, in that order."""
        with self._agenda.lock:
            return [self._leases[lease] for lease in leases if lease in self._leases]

    def requests_of(self, person: PersonId, limit: int = 20) -> Sequence[Request]:
        """Return what `person` asked for, newest first."""
        with self._agenda.lock:
            theirs = [r for r in self._requests.values() if r.requester.id == person]
        return sorted(theirs, key=lambda one: (one.asked_at, one.id), reverse=True)[:limit]

    def pending(self) -> Sequence[Request]:
        """Return every pending request, oldest first."""
        with self._agenda.lock:
            waiting = [r for r in self._requests.values() if r.state is RequestState.PENDING]
        return sorted(waiting, key=lambda one: (one.asked_at, one.id))

    def pending_of(self, person: PersonId) -> Sequence[Request]:
        """Return the pending requests of `person`, oldest first."""
        return [one for one in self.pending() if one.requester.id == person]

    def live_on(self, cluster: str) -> Mapping[LeaseId, Lease]:
        """Return every lease on `cluster` that is not ended."""
        return {lease.id: lease for lease in self._live() if lease.cluster == cluster}

    def names_on(self, cluster: str) -> Sequence[LeaseId]:
        """Return the ids of all of these, by id."""
        return list(self.live_on(cluster))

    def list_again(self, leases: Sequence[Lease]) -> None:
        """Do nothing: what is live is found by its value here."""

    def strike_off(
        self, cluster: str, names: Sequence[LeaseId], *, uncounted: Sequence[LeaseId] = ()
    ) -> None:
        """Do nothing: what is not live is in no list here."""

    def sift(self, keeper: str) -> int:
        """Take away a keeper's due rows about leases that need nothing, or people who hold none."""
        with self._agenda.lock:
            now, rows = self._agenda.clock.now(), self._agenda.promises(keeper)
            gone = [
                Promise(keeper=keeper, kind=kind, subject=subject, at=at)
                for (kind, subject), at in rows.items()
                if at <= now and self._is_nothing(kind, subject, keeper)
            ]
            self._agenda.write((), gone)
            return len(gone)

    def _is_nothing(self, kind: PromiseKind, subject: str, keeper: str) -> bool:
        """Whether a row is about a lease that needs nothing there, or about who holds none."""
        if kind is PromiseKind.HOLDER:
            return not self.live_of(PersonId(subject))
        if kind is PromiseKind.LAPSE:
            return subject not in [one.id for one in self.pending()]
        lease, last = self._leases.get(LeaseId(subject)), kind is PromiseKind.RECHECK
        if not (last or kind in PUT_OFF):
            return False
        return lease is None or lease.cluster != keeper or not (lease.live or last)

    def cluster_wide(self, cluster: str) -> int:
        """Count the live leases on `cluster` that are cluster-scoped."""
        return sum(lease.scope.cluster_wide for lease in self.live_on(cluster).values())

    def live_of(self, person: PersonId) -> Sequence[Lease]:
        """Return the leases of `person` that are not ended, by id."""
        return [lease for lease in self._live() if lease.holder.id == person]

    def live_of_all(self, people: Sequence[PersonId]) -> Mapping[PersonId, Sequence[Lease]]:
        """Return the leases of each person that are not ended, by id."""
        return {person: self.live_of(person) for person in people}

    def _live(self) -> Sequence[Lease]:
        with self._agenda.lock:
            live = (lease for lease in self._leases.values() if lease.live)
            return sorted(live, key=lambda lease: lease.id)

    def freeze(self) -> Freeze | None:
        """Return whether and why nothing new is granted; None where nobody ever froze."""
        return self._freeze

    def epoch(self) -> Epoch | None:
        """Return the store's life so far; None where it is empty."""
        return self._epoch

    def conditions(self, cluster: str) -> Conditions:
        """Return how things stand on a cluster."""
        with self._agenda.lock:
            wide = self.cluster_wide(cluster)
            seen, freeze, epoch = self.seen(), self.freeze(), self.epoch()
            return Conditions(seen=seen, cluster_wide=wide, freeze=freeze, epoch=epoch)

    def last_event(self) -> str:
        """Return the id of the newest audit event, empty for none."""
        with self._agenda.lock:
            return self._event_ids[-1] if self._event_ids else ""

    def has_event(self, event: str) -> bool:
        """Whether an audit event is there, or was until retention removed it."""
        with self._agenda.lock:
            there = not event or event in self._event_ids
            return there or (is_id(event) and place(event) <= place(self.trimmed))

    def head(self) -> str:
        """Return the newest checkpoint's hash of the audit trail, empty for none."""
        with self._agenda.lock:
            return self.checkpoints[-1].hash if self.checkpoints else ""

    def record(self, event: AuditEvent) -> None:
        """Append an event that belongs to no value."""
        with self._agenda.lock:
            self._append(event)

    @property
    def entries(self) -> list[tuple[str, AuditEvent]]:
        """The audit trail, oldest first, each event with its id."""
        with self._agenda.lock:
            return list(zip(self._event_ids, self.events, strict=True))

    @property
    def over(self) -> dict[RequestId | LeaseId, datetime]:
        """What is decided or ended, since when; or as `put_off` says, which may name nothing."""
        with self._agenda.lock:
            since: dict[RequestId | LeaseId, datetime] = {}
            since |= {
                request.id: request.decided_at
                for request in self._requests.values()
                if request.decided_at
            }
            since |= {lease.id: lease.ended_at for lease in self._leases.values() if lease.ended_at}
            return since | self.put_off

    def forget(
        self, requests: Sequence[Request], leases: Sequence[Lease], event: AuditEvent
    ) -> Sequence[RequestId | LeaseId]:
        """Remove values at their versions and what belongs to them; append `event`."""
        with self._agenda.lock:
            read: list[Request | Lease] = [*requests, *leases]
            stored: ChainMap[Any, Any] = ChainMap({}, self._requests, self._leases)
            changed = [one.id for one in read if stored.get(one.id, one).version != one.version]
            if changed or not any(one.id in stored for one in read):
                return changed
            for request in requests:
                self._requests.pop(request.id, None)
                self._told.pop(request.id, None)
                self._unsaid.pop(request.id, None)
            for lease in leases:
                self._leases.pop(lease.id, None)
            for one in read:
                self.put_off.pop(one.id, None)
            self._append(event)
            return ()

    def trim(self, anchor: Checkpoint, event: AuditEvent) -> None:
        """Remove events up to a checkpoint and the checkpoints before it; append `event`."""
        with self._agenda.lock:
            if self.trimmed == anchor.upto:
                return
            first = sum(place(name) <= place(anchor.upto) for name in self._event_ids)
            del self._event_ids[:first], self.events[:first]
            self.checkpoints = [c for c in self.checkpoints if c.number >= anchor.number]
            self.trimmed = anchor.upto
            self._append(event)
