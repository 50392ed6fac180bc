"""Clusters, Slack, and where new names come from."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from daypass.domain.discovery import NOTHING, Snapshot, Wanted
from daypass.domain.epoch import Watermark
from daypass.domain.grant import GrantObject
from daypass.domain.ids import LeaseId, MoveId, PersonId, RequestId
from daypass.domain.lease import ObjectRef
from daypass.domain.listed import Listed
from daypass.domain.notification import Announcement, Notification, Receipt
from daypass.domain.people import Profile
from daypass.domain.picture import Kind, Shown
from daypass.domain.rbac.meaning import Meaning
from daypass.domain.review import Answer, Question
from daypass.domain.sighting import Sighting

A = TypeVar("A")
B = TypeVar("B")


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

    def delete(self, ref: ObjectRef) -> tuple[str, ...] | None:
        """Delete the object with exactly that uid; one that is gone already is fine.

        Returns the finalizers that keep it all the same, none when it went just now, and None where
        nothing of that name was there.
        """
        ...

    def of_leases(self, leases: Sequence[LeaseId], install: str) -> Sequence[Listed]:
        """Return what is there of an install for these leases (up to 50 in one question).

        Of other installs' nothing is even sent: the guard keeps nobody from making those.
        """
        ...

    def ours(self) -> Iterator[GrantObject]:
        """Return everything under our label, page by page, of every install."""
        ...

    def watch(self, kind: str, since: str = "") -> Iterator[Sighting]:
        """Yield what changes of a kind under our label after revision `since`, as it happens.

        Without `since`, or where nobody remembers that, the first says `anew`. It ends at times:
        to go on call it again with the last revision. Raises OutsideError when the server does not
        answer.
        """
        ...

    def means(self, roles: Sequence[str]) -> Mapping[str, Meaning]:
        """Return what those of `roles` that are there allow, as the cluster said a second ago.

        They are named as in a snapshot: `ClusterRole/view`, `Role/payments/log-reader`. One that
        is too long to be read whole counts as missing: nothing is granted by it.
        """
        ...

    def picture(self, kind: Kind, since: str = "") -> Iterator[Shown]:
        """Yield everybody's things of a kind, without our bindings, and then what changes.

        After revision `since` only what changes, where the server remembers it. It ends at times:
        to go on call it with the last revision. PermanentOutsideError where we may not see it.
        """
        ...

    def questions(self, planned: GrantObject) -> Sequence[Question]:
        """Return access reviews that the object makes true, from its role's rules (at least one).

        PermanentOutsideError when the role does not exist or allows nothing.
        """
        ...

    def reviews(self, question: Question) -> Sequence[Answer]:
        """Ask the cluster itself: as many answers as it has API servers, at least one."""
        ...

    def annotate(self, found: GrantObject, annotations: Mapping[str, str]) -> None:
        """Change annotations of exactly the object that was read, while it is sealed as it was.

        Whatever else somebody changes of it meanwhile is no reason not to. PermanentOutsideError
        when it is gone or refused, TemporaryOutsideError when its MAC is another by now.
        """
        ...

    def watermark(self) -> Watermark | None:
        """Return how far the store had come when we last were here; None where nothing says."""
        ...

    def keep_watermark(self, mark: Watermark) -> None:
        """Write down how far the store has come."""
        ...

    def time(self) -> datetime:
        """Return the API server's own time, whole seconds, for when there is no store."""
        ...

    def probe(self) -> None:
        """Ask for next to nothing; raises OutsideError when the server does not answer."""
        ...

    def discover(self, wanted: Wanted = NOTHING) -> Snapshot:
        """Look at the roles, groups and namespaces that are wanted; of others nothing is kept.

        A group is there where a binding names it that is none of ours.
        """
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

    def announce(self, announcement: Announcement) -> None:
        """Post what shifted on a cluster; nobody edits it."""
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
