"""A lease: the time-bound right to one level, its attempts, and its table of moves."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Self

from daypass.domain.errors import IllegalMoveError
from daypass.domain.ids import UNMOVED, LeaseId, MoveId, PersonId, RequestId, request_of
from daypass.domain.people import Person
from daypass.domain.review import Answer, Question
from daypass.domain.scope import Scope

PROVISION_DEADLINE: Final = timedelta(minutes=2)
"""From the approval; an attempt's objects may not be created later than this after it was fixed."""
PROOF_DEADLINE: Final = timedelta(seconds=10)
"""A server that says no for so long after a create means it."""
SKEW: Final = timedelta(seconds=5)
"""How far the clocks of Redis and of an API server may lie apart."""


class LeaseState(StrEnum):
    """Where a lease stands."""

    GRANTING = "granting"
    ACTIVE = "active"
    REVOKING = "revoking"
    ENDED = "ended"


LEASE_MOVES: Final[Mapping[LeaseState, frozenset[LeaseState]]] = {
    LeaseState.GRANTING: frozenset({LeaseState.ACTIVE, LeaseState.REVOKING}),
    LeaseState.ACTIVE: frozenset({LeaseState.REVOKING}),
    LeaseState.REVOKING: frozenset({LeaseState.ENDED}),
    LeaseState.ENDED: frozenset(),
}


class EndCause(StrEnum):
    """Why a lease ended."""

    EXPIRED = "expired"
    RELEASED = "released"  # by its holder
    REVOKED = "revoked"  # by an approver or administrator
    FAILED = "failed"  # it never came to be proven
    DRIFTED = "drifted"  # somebody removed or changed its objects
    OFFBOARDED = "offboarded"  # its holder is nobody any more, or no longer a requester


CUT: Final = "…"
"""Ends a name that is not all of it; no name in Kubernetes ends so that has an address of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectRef:
    """One object on a cluster; `namespace` is empty for a cluster-scoped kind."""

    kind: str
    namespace: str
    name: str
    uid: str = ""

    @property
    def addressable(self) -> bool:
        """Whether its name is whole: of one that fits no address only the beginning is kept."""
        return not self.name.endswith(CUT)

    def __str__(self) -> str:
        """Read as `kubectl get` takes it."""
        place = f"{self.namespace}/" if self.namespace else ""
        return f"{self.kind} {place}{self.name}"


def because_of(answer: Answer, ref: ObjectRef) -> bool:
    """Whether the cluster says yes and names that object for it."""
    return answer.because_of(ref.kind, ref.namespace, ref.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try to realise a lease, fixed in the store before the first API call (law 2)."""

    number: int
    objects: tuple[ObjectRef, ...]
    expires_at: datetime
    create_before: datetime
    began_at: datetime | None = None
    """When it was fixed, in whole seconds: what a lease lasts in all counts from then."""
    free_until: datetime | None = None
    """How long the lease may last without another yes of somebody else; None: no longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """An attempt whose objects exist, with uids, and were seen to make `questions` true.

    `already` is what the cluster named instead of us where it was allowed before.
    """

    attempt: Attempt
    questions: tuple[Question, ...]
    already: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """More time for a lease: wanted first, then so on the cluster, or refused with a reason.

    `request` is the one whose approval it rests on; None: it was free.
    """

    length: timedelta
    until: datetime
    asked_at: datetime
    request: RequestId | None = None
    version: str = ""
    """The catalog's by which it was judged."""
    done_at: datetime | None = None
    refused: str = ""

    @property
    def pending(self) -> bool:
        """Whether the cluster is still to learn of it."""
        return self.done_at is None and not self.refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """An end that somebody moved to an earlier moment, and when."""

    to: datetime
    at: datetime
    by: PersonId
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right of `holder` to `level` in `scope`, for `duration` from its last attempt."""

    id: LeaseId
    holder: Person
    approvers: tuple[str, ...]
    cluster: str
    level: str
    scope: Scope
    duration: timedelta
    approved_at: datetime
    state: LeaseState = LeaseState.GRANTING
    tries: int = 0
    attempt: Attempt | None = None
    username: str = ""
    """Whose tally it was begun in; its holder may be named otherwise since."""
    granted_at: datetime | None = None
    ends_at: datetime | None = None
    cause: EndCause | None = None
    ended_by: str = ""
    why: str = ""
    proof: tuple[Question, ...] = ()
    already: str = ""
    kept: str = ""
    """What keeps an object of it on the cluster although it is over, as the cluster says."""
    still: str = ""
    ended_at: datetime | None = None
    extensions: tuple[Extension, ...] = ()
    cuts: tuple[Cut, ...] = ()
    adopted: bool = False
    """Taken over from the cluster after the store had forgotten it."""
    version: int = 0
    move: MoveId = UNMOVED

    @property
    def request(self) -> RequestId:
        """The request that it came from."""
        return request_of(self.id)

    @property
    def live(self) -> bool:
        """Whether the cluster may hold objects of it."""
        return self.state is not LeaseState.ENDED

    @property
    def grantable(self) -> bool:
        """Whether objects of it may stay on the cluster."""
        return self.state in (LeaseState.GRANTING, LeaseState.ACTIVE)

    @property
    def provision_by(self) -> datetime:
        """When granting it is given up."""
        return self.approved_at + PROVISION_DEADLINE

    @property
    def began_at(self) -> datetime | None:
        """When its attempt was fixed, whole seconds: what it lasts in all counts from then."""
        return self.attempt.began_at if self.attempt else None

    @property
    def free_until(self) -> datetime | None:
        """How long it may last without another yes; None: no longer than it does."""
        return self.attempt.free_until if self.attempt else None

    @property
    def extension(self) -> Extension | None:
        """The extension that is wanted and not yet so on the cluster; only the last can be."""
        last = self.extensions[-1] if self.extensions else None
        return last if last is not None and last.pending else None

    def extending(self, wanted: Extension) -> Self:
        """Want more time; the end stays what it is until the objects carry the new one."""
        self._must_run("is extended")
        if self.extension is not None:
            raise IllegalMoveError(f"lease {self.id}: an extension is under way")
        return replace(self, extensions=(*self.extensions, wanted))

    def extended(self, at: datetime, free_until: datetime | None) -> Self:
        """Have the new end: every object carries it; without another yes no longer than that."""
        done = replace(self._wanted(), done_at=at)
        longer = self._ending_at(done.until, free_until)
        return replace(longer, extensions=(*self.extensions[:-1], done))

    def not_extended(self, why: str) -> Self:
        """Keep the end that it has; `why` is for people."""
        refused = replace(self._wanted(), refused=why)
        return replace(self, extensions=(*self.extensions[:-1], refused))

    def shortened(self, cut: Cut, *, by_holder: bool) -> Self:
        """End earlier: counts at once, the objects learn of it after.

        What somebody else than the holder took off is not had again without a yes.
        """
        self._must_run("is shortened")
        if self.ends_at is None or cut.to >= self.ends_at:
            raise IllegalMoveError(f"lease {self.id}: {cut.to} is not earlier than its end")
        free_until = self.free_until if by_holder else cut.to
        return replace(self._ending_at(cut.to, free_until), cuts=(*self.cuts, cut))

    def _wanted(self) -> Extension:
        self._must_run("is extended")
        if self.extension is None:
            raise IllegalMoveError(f"lease {self.id}: no extension is under way")
        return self.extension

    def _must_run(self, what: str) -> None:
        if self.state is not LeaseState.ACTIVE:
            raise IllegalMoveError(f"lease {self.id}: none that is {self.state} {what}")

    def _ending_at(self, end: datetime, free_until: datetime | None) -> Self:
        attempt = self.attempt and replace(self.attempt, expires_at=end, free_until=free_until)
        return replace(self, ends_at=end, attempt=attempt)

    def starting(self, attempt: Attempt) -> Self:
        """Fix a new attempt; its end becomes the lease's."""
        if self.state is not LeaseState.GRANTING:
            raise IllegalMoveError(f"lease {self.id}: {self.state} starts no attempt")
        return replace(self, attempt=attempt, tries=attempt.number, ends_at=attempt.expires_at)

    def delayed(self, why: str) -> Self:
        """Say what granting it waits for."""
        if self.state is not LeaseState.GRANTING:
            raise IllegalMoveError(f"lease {self.id}: {self.state} waits for nothing")
        return replace(self, why=why)

    def undone(self, why: str) -> Self:
        """Forget an attempt that is proven gone; `why` is kept for people."""
        if self.state is not LeaseState.GRANTING:
            raise IllegalMoveError(f"lease {self.id}: {self.state} undoes no attempt")
        return replace(self, attempt=None, ends_at=None, why=why)

    def granted(self, proof: Proof, at: datetime) -> Self:
        """Become active: the cluster said yes."""
        moved = self._moved_to(LeaseState.ACTIVE)
        return replace(
            moved,
            attempt=proof.attempt,
            granted_at=at,
            proof=proof.questions,
            already=proof.already,
            why="",
        )

    def ending(self, cause: EndCause, by: str = "", why: str = "") -> Self:
        """Decide that it is over; what granting it waited for is a reason only why it failed."""
        why = why or (self.why if cause is EndCause.FAILED else "")
        return replace(self._moved_to(LeaseState.REVOKING), cause=cause, ended_by=by, why=why)

    def held(self, kept: str) -> Self:
        """Say what keeps an object of it."""
        if self.state is not LeaseState.REVOKING:
            raise IllegalMoveError(f"lease {self.id}: nothing that is {self.state} is held")
        return replace(self, kept=kept)

    def ended(self, at: datetime, still: str) -> Self:
        """Be over: our objects are proven gone; `still` names what else allows it, if so."""
        return replace(self._moved_to(LeaseState.ENDED), ended_at=at, still=still, kept="")

    def _moved_to(self, state: LeaseState) -> Self:
        if state not in LEASE_MOVES[self.state]:
            raise IllegalMoveError(f"lease {self.id}: {self.state} cannot become {state}")
        return replace(self, state=state)
