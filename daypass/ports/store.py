"""What must survive a crash, and the moves that change it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol, Self, TypeVar

from daypass.domain.audit import AuditEvent
from daypass.domain.discovery import Snapshot
from daypass.domain.epoch import Epoch, Freeze
from daypass.domain.ids import LeaseId, MoveId, PersonId, RequestId, next_version
from daypass.domain.lease import Lease
from daypass.domain.notification import Receipt, Unsaid
from daypass.domain.owning import NameOwner
from daypass.domain.people import Pin
from daypass.domain.request import Request
from daypass.domain.tally import Tally
from daypass.ports.agenda import Promise
from daypass.ports.early import Early

_P = TypeVar("_P")
_V = TypeVar("_V", Request, Lease, Pin, NameOwner, Freeze, Epoch, Tally)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One move: everything in it is committed together or not at all (law 7).

    Values carry the version that they were read at (0: must not exist yet); the store writes the
    next one. A promise in `promises` is written or rescored, one in `done` removed. Every set in
    which something became due gets a wake-up. One that is `urgent` takes something away because
    somebody wants so: it is committed although the audit trail takes no event, and its events are
    logged instead (law 10).
    """

    move: MoveId
    requests: tuple[Request, ...] = ()
    leases: tuple[Lease, ...] = ()
    pins: tuple[Pin, ...] = ()
    owners: tuple[NameOwner, ...] = ()
    freeze: Freeze | None = None
    epoch: Epoch | None = None
    tallies: tuple[Tally, ...] = ()
    events: tuple[AuditEvent, ...] = ()
    promises: tuple[Promise, ...] = ()
    done: tuple[Promise, ...] = ()
    urgent: bool = False

    def moved_by(self, move: MoveId) -> Self:
        """Return it under another id."""
        return replace(self, move=move)

    def stored(self) -> Self:
        """Return it with its values as they are stored by it: each at its next version."""
        return replace(
            self,
            requests=tuple(_stored(request, self.move) for request in self.requests),
            leases=tuple(_stored(lease, self.move) for lease in self.leases),
            pins=tuple(_stored(one, self.move) for one in self.pins),
            owners=tuple(_stored(one, self.move) for one in self.owners),
            freeze=self.freeze and _stored(self.freeze, self.move),
            epoch=self.epoch and _stored(self.epoch, self.move),
            tallies=tuple(_stored(tally, self.move) for tally in self.tallies),
        )


def touched(change: Change) -> frozenset[object]:
    """Return what tells the values of a move from all others."""
    alone = (type(one) for one in (change.freeze, change.epoch) if one is not None)
    requests = ((Request, request.id) for request in change.requests)
    leases = ((Lease, lease.id) for lease in change.leases)
    pins = ((Pin, pin.id) for pin in change.pins)
    owners = ((NameOwner, one.cluster, one.username) for one in change.owners)
    tallies = ((Tally, tally.cluster, tally.username) for tally in change.tallies)
    return frozenset[object]((*alone, *requests, *leases, *pins, *owners, *tallies))


def joined(changes: Sequence[Change]) -> Change:
    """Return several moves, of values that are all different, as one: the first, with all of them.

    It is urgent if all of them are.
    """

    def every(of: Callable[[Change], tuple[_P, ...]]) -> tuple[_P, ...]:
        return tuple(one for change in changes for one in of(change))

    return Change(
        move=changes[0].move,
        requests=every(lambda change: change.requests),
        leases=every(lambda change: change.leases),
        pins=every(lambda change: change.pins),
        owners=every(lambda change: change.owners),
        freeze=next((one.freeze for one in changes if one.freeze is not None), None),
        epoch=next((one.epoch for one in changes if one.epoch is not None), None),
        tallies=every(lambda change: change.tallies),
        events=every(lambda change: change.events),
        promises=every(lambda change: change.promises),
        done=every(lambda change: change.done),
        urgent=all(change.urgent for change in changes),
    )


def _stored(value: _V, move: MoveId) -> _V:
    return replace(value, version=next_version(value.version), move=move)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """How things stand on a cluster, as far as the store says: see the methods of these names."""

    seen: Mapping[str, Snapshot]
    cluster_wide: int
    freeze: Freeze | None
    epoch: Epoch | None


class Store(Early, Protocol):
    """Requests, leases, pins and what else must survive a crash."""

    def commit(self, change: Change) -> Change:
        """Commit a move; return it with its values as they are stored now.

        Raises ConflictError when a value in it is no longer at its version.

        A commit of which only the reply was lost counts as done: our move id is in the values.
        """
        ...

    def request(self, request: RequestId) -> Request | None:
        """Return a request."""
        ...

    def requests(self, requests: Sequence[RequestId]) -> Sequence[Request]:
        """Return those of `requests` that exist and can be read, in one round trip."""
        ...

    def lease(self, lease: LeaseId) -> Lease | None:
        """Return a lease."""
        ...

    def leases(self, leases: Sequence[LeaseId]) -> Sequence[Lease]:
        """Return those of `leases` that exist, in one round trip."""
        ...

    def requests_of(self, person: PersonId, limit: int = 20) -> Sequence[Request]:
        """Return what `person` asked for, newest first."""
        ...

    def pending(self) -> Sequence[Request]:
        """Return every pending request, oldest first."""
        ...

    def pending_of(self, person: PersonId) -> Sequence[Request]:
        """Return the pending requests of `person`, oldest first."""
        ...

    def live_on(self, cluster: str) -> Mapping[LeaseId, Lease]:
        """Return every lease on `cluster` that is not ended."""
        ...

    def names_on(self, cluster: str) -> Sequence[LeaseId]:
        """Return the ids of all that is listed there, by id, without reading a lease."""
        ...

    def list_again(self, leases: Sequence[Lease]) -> None:
        """Let these live leases be found and counted as they are, whatever the lists said."""
        ...

    def strike_off(
        self, cluster: str, names: Sequence[LeaseId], *, uncounted: Sequence[LeaseId] = ()
    ) -> None:
        """Let what is no live lease of a cluster not be found nor counted there.

        What cannot be read is `uncounted`, and stays to be found: nothing of it may be there.
        """
        ...

    def sift(self, keeper: str) -> int:
        """Take away a keeper's due rows about nothing; say how many.

        That is leases that are over, another cluster's or not stored, people who hold none, and
        requests that do not wait.
        Seen to one by one they would keep what is to end waiting.
        """
        ...

    def cluster_wide(self, cluster: str) -> int:
        """Count the live leases on `cluster` that are cluster-scoped."""
        ...

    def live_of(self, person: PersonId) -> Sequence[Lease]:
        """Return the leases of `person` that are not ended."""
        ...

    def live_of_all(self, people: Sequence[PersonId]) -> Mapping[PersonId, Sequence[Lease]]:
        """Return the leases of each person that are not ended."""
        ...

    def tally(self, cluster: str, username: str) -> Tally:
        """Return what was begun to be granted to a user of a cluster; an empty one for nobody."""
        ...

    def tallies(self, cluster: str, usernames: Collection[str]) -> Mapping[str, Tally | None]:
        """Return the same of some users, in one round trip; None for one that cannot be read."""
        ...

    def pin(self, person: PersonId) -> Pin | None:
        """Return what was pinned of an account."""
        ...

    def name_owner(self, cluster: str, username: str) -> NameOwner | None:
        """Return who owns a username, as usernames are compared, on a cluster."""
        ...

    def owner(self, email: str) -> PersonId | None:
        """Return the account to which an email is pinned, also where that pin cannot be read."""
        ...

    def seen(self) -> Mapping[str, Snapshot]:
        """Return the last snapshot of every cluster that has one."""
        ...

    def seen_of(self, cluster: str) -> Snapshot | None:
        """Return the last snapshot of a cluster; None where there is none that can be read."""
        ...

    def keep_seen(
        self, snapshot: Snapshot, *, after: Snapshot | None = None, with_it: Change | None = None
    ) -> bool:
        """Keep a newer snapshot of a cluster; False, and nothing happened, where it is older.

        Or where another than `after` was kept meanwhile. The events and promises of `with_it` are
        committed with it, or not at all.
        """
        ...

    def freeze(self) -> Freeze | None:
        """Return whether and why nothing new is granted; None where nobody ever froze."""
        ...

    def epoch(self) -> Epoch | None:
        """Return the store's life so far; None where it is empty."""
        ...

    def conditions(self, cluster: str) -> Conditions:
        """Return all of that in one round trip: it is asked with every click and every grant."""
        ...

    def last_event(self) -> str:
        """Return the id of the newest audit event, empty for none."""
        ...

    def has_event(self, event: str) -> bool:
        """Whether an audit event is there, or was until retention removed it."""
        ...

    def head(self) -> str:
        """Return the newest checkpoint's hash of the audit trail, empty for none."""
        ...

    def record(self, event: AuditEvent) -> None:
        """Append an event that belongs to no value (a forged object that was removed)."""
        ...

    def once(self, key: str, ttl: timedelta, *, most: timedelta | None = None) -> bool:
        """Return True the first time that `key` is seen within `ttl`.

        `most` is the longest for which it is ever marked, where that is longer: what is marked for
        longer nobody of ours marked, and it was not seen.
        """
        ...

    def again(self, key: str) -> None:
        """Let `once` return True for `key` again: what it stood for did not happen."""
        ...

    def receipts(self, request: RequestId) -> Mapping[str, Receipt]:
        """Return what Slack was told about a request, by the notification's key."""
        ...

    def keep_receipt(self, request: RequestId, key: str, receipt: Receipt) -> None:
        """Keep where a notification went and what it said."""
        ...

    def unsaid(self, request: RequestId) -> Unsaid | None:
        """Return what Slack does not take about a request; None for nothing."""
        ...

    def all_unsaid(self) -> Sequence[Unsaid]:
        """Return what Slack does not take about any request."""
        ...

    def keep_unsaid(self, unsaid: Unsaid) -> None:
        """Keep what Slack does not take about a request, in place of what was known."""
        ...

    def drop_unsaid(self, request: RequestId) -> None:
        """Forget it: everything was said."""
        ...
