"""What the use cases need of the outside world; each port is real once and in memory once.

All of them raise only `OutsideError` (and `ConflictError` for `Store.commit`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

from daypass.domain.audit import AuditEvent
from daypass.domain.catalog import Catalog
from daypass.domain.discovery import Snapshot
from daypass.domain.grant import GrantObject
from daypass.domain.ids import LeaseId, MoveId, PersonId, RequestId
from daypass.domain.lease import Lease, ObjectRef
from daypass.domain.notification import Notification, Receipt
from daypass.domain.people import Pin, Profile
from daypass.domain.request import Request
from daypass.domain.review import Answer, Question

A = TypeVar("A")
B = TypeVar("B")

# ── The clock ────────────────────────────────────────────────────────────────────────────────────

TIMEKEEPER = ""
"""The set of promises that the timekeeper itself looks after (key `due`)."""
NOTIFICATIONS = "@notifications"
"""The set of the notifications worker; any other set bears the name of a cluster."""


class PromiseKind(StrEnum):
    """What has to be looked at when a row of the clock is due."""

    PROVISION = "provision"  # a lease: grant it
    END = "end"  # a lease: end it and revoke
    RECHECK = "recheck"  # an ended lease: has a late create landed after all?
    LAPSE = "lapse"  # a request: nobody answered
    CARD = "card"  # a request: tell Slack what is true now
    RECONCILE = "reconcile"  # a cluster: compare both sides, look around


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Somebody must look at `subject` (a request or lease) at `at`; one row of the clock."""

    due: str
    kind: PromiseKind
    subject: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A due promise that is ours until `until`; then it is due again, whatever became of us."""

    promise: Promise
    until: datetime


class Clock(Protocol):
    """Time and the promises; time is the store's own."""

    def now(self) -> datetime:
        """Return the present, aware, UTC."""
        ...

    def pause(self, duration: timedelta) -> None:
        """Wait that long."""
        ...

    def claim(self, due: str, limit: int) -> Sequence[Claim]:
        """Claim up to `limit` promises of one set that are due, earliest first."""
        ...

    def ensure(self, promise: Promise) -> None:
        """Write a row unless there is one of that kind and subject already."""
        ...

    def finish(self, claim: Claim) -> bool:
        """Remove what was claimed; False when a move has rescored the row since."""
        ...

    def postpone(self, claim: Claim, to: datetime) -> bool:
        """Make what was claimed due at `to`; False when a move has rescored the row since."""
        ...

    def overdue(self) -> Mapping[str, int]:
        """Count overdue promises per set, sets without any left out."""
        ...

    def wake(self, due: str) -> bool:
        """Enqueue a wake-up for that set's worker unless one is outstanding; say whether it was."""
        ...

    def beat(self, process: str) -> None:
        """Note that `process` is alive now."""
        ...

    def heard(self, process: str) -> datetime | None:
        """Return when `process` last beat."""
        ...


# ── The store ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One move: everything in it is committed together or not at all (law 7).

    Values carry the version that they were read at (0: must not exist yet); the store writes the
    next one. A promise in `promises` is written or rescored, one in `kept` removed. Every set in
    which something became due gets a wake-up.
    """

    move: MoveId
    requests: tuple[Request, ...] = ()
    leases: tuple[Lease, ...] = ()
    pins: tuple[Pin, ...] = ()
    events: tuple[AuditEvent, ...] = ()
    promises: tuple[Promise, ...] = ()
    kept: tuple[Promise, ...] = ()


class Store(Protocol):
    """Requests, leases, pins and what else must survive a crash."""

    def commit(self, change: Change) -> None:
        """Commit a move; ConflictError when a value in it is no longer at its version.

        A commit of which only the reply was lost counts as done: our move id is in the values.
        """
        ...

    def request(self, request: RequestId) -> Request | None:
        """Return a request."""
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

    def live_on(self, cluster: str) -> Mapping[LeaseId, Lease]:
        """Return every lease on `cluster` that is not ended."""
        ...

    def cluster_wide(self, cluster: str) -> int:
        """Count the live leases on `cluster` that are cluster-scoped."""
        ...

    def live_of(self, person: PersonId) -> Sequence[Lease]:
        """Return the leases of `person` that are not ended."""
        ...

    def pin(self, person: PersonId) -> Pin | None:
        """Return what was pinned of an account."""
        ...

    def owner(self, email: str) -> PersonId | None:
        """Return the account to which an email is pinned."""
        ...

    def seen(self) -> Mapping[str, Snapshot]:
        """Return the last snapshot of every cluster that has one."""
        ...

    def keep_seen(self, snapshot: Snapshot) -> None:
        """Keep a newer snapshot of a cluster."""
        ...

    def record(self, event: AuditEvent) -> None:
        """Append an event that belongs to no value (a forged object that was removed)."""
        ...

    def once(self, key: str, ttl: timedelta) -> bool:
        """Return True the first time that `key` is seen within `ttl`."""
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


# ── The rest ─────────────────────────────────────────────────────────────────────────────────────


class Cluster(Protocol):
    """One API server; safe to use from several threads."""

    def create(self, planned: GrantObject) -> ObjectRef:
        """Create an object, or find the very same one there already; return it with its uid.

        PermanentOutsideError when another object has that name or the server refuses for good;
        TemporaryOutsideError(unknown=True) when it may have been created all the same.
        """
        ...

    def read(self, ref: ObjectRef) -> GrantObject | None:
        """Return the object of that name as it is now, with its uid."""
        ...

    def delete(self, ref: ObjectRef) -> None:
        """Delete the object with exactly that uid; one that is gone already is fine."""
        ...

    def of_leases(self, leases: Sequence[LeaseId]) -> Sequence[GrantObject]:
        """Return what is there under our label for these leases (up to 50 in one question)."""
        ...

    def ours(self) -> Iterator[GrantObject]:
        """Return everything under our label, page by page, of every install."""
        ...

    def questions(self, planned: GrantObject) -> Sequence[Question]:
        """Return access reviews that the object makes true, from its role's rules (at least one).

        PermanentOutsideError when the role does not exist or allows nothing.
        """
        ...

    def review(self, question: Question) -> Answer:
        """Ask the cluster itself."""
        ...

    def discover(self) -> Snapshot:
        """Look at roles, groups that are bound, and namespaces."""
        ...


class Chat(Protocol):
    """Slack out: renders a notification and sends it."""

    def digest(self, notification: Notification) -> str:
        """Return what tells one rendering from another, without sending; receipts carry it."""
        ...

    def send(self, notification: Notification, thread: Receipt | None) -> Receipt:
        """Post a new message, in a thread if one is given."""
        ...

    def edit(self, receipt: Receipt, notification: Notification) -> Receipt:
        """Bring a message that was sent up to date; posts anew where Slack lost it."""
        ...


class People(Protocol):
    """Slack's own word on accounts, at most 60 s old."""

    def profile(self, person: PersonId) -> Profile | None:
        """Return an account, None when there is no such."""
        ...

    def by_email(self, email: str) -> Profile | None:
        """Return the account with that email."""
        ...

    def usergroup(self, usergroup: str) -> frozenset[PersonId]:
        """Return the members of a user group; PermanentOutsideError when there is no such."""
        ...


class Ids(Protocol):
    """Where new names come from."""

    def request(self) -> RequestId:
        """Return a request id nobody has."""
        ...

    def move(self) -> MoveId:
        """Return a new move id."""
        ...


class Each(Protocol):
    """Does the same to many things: in a bounded pool of threads, or one after another."""

    def __call__(self, do: Callable[[A], B], things: Sequence[A]) -> Sequence[B]:
        """Return what `do` returned for each, in order; an exception of `do` is raised."""
        ...


# ── One bundle per process ───────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What every process needs: the rules, the store, time and names."""

    catalog: Catalog
    store: Store
    clock: Clock
    ids: Ids


@dataclass(frozen=True, slots=True, kw_only=True)
class AskPorts(Ledger):
    """The bot's."""

    people: People
    workspace: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantPorts(Ledger):
    """The grants worker's, for one cluster."""

    cluster: Cluster
    name: str
    key: bytes
    each: Each


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyPorts(Ledger):
    """The notifications worker's."""

    chat: Chat
