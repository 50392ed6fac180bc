"""The count of what was begun to be granted to one user of a cluster, also within a minute. Pure.

People are told apart as the cluster does, by username: two accounts of one are one person.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Self

from daypass.domain.freshness import ahead
from daypass.domain.ids import UNMOVED, LeaseId, MoveId, PersonId
from daypass.domain.lease import PROVISION_DEADLINE, Lease, LeaseState
from daypass.domain.people import Person
from daypass.domain.scope import Scope

MINUTE: Final = timedelta(minutes=1)
"""The fuse counts per minute."""
FULL: Final = 900_000
"""Bytes of a count with which nothing more is begun: a tenth less than what is read back, so that
one more fits, of all the namespaces that a request may name, and every end."""
_FRAME: Final = 260
"""Bytes of what was begun besides the names in it, at most."""
_QUOTES: Final = 3
"""Bytes around a name in a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What the grants worker began to grant, and when: the lease itself others may write, too.

    It is `over` once the worker itself has ended it, and not because the lease says so. So is it
    `undone` where nothing came of its last attempt. That had this `number`, and may go on after a
    crash if it was `fixed_at` that moment; None: no more, for its end was moved since.
    It lasts for `longest` at most, by the rules of that `version`: those of now may give less.
    """

    lease: LeaseId
    level: str
    scope: Scope
    at: datetime
    over: bool = False
    undone: bool = False
    number: int = 0
    fixed_at: datetime | None = None
    longest: timedelta = timedelta(0)
    version: str = ""

    @property
    def size(self) -> int:
        """How many bytes it takes where it is kept, at most."""
        names = (*self.scope.namespaces, self.level, self.version)
        return _FRAME + sum(len(name.encode()) + _QUOTES for name in names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What was begun to be granted to one user of a cluster, written by the grants worker alone.

    It has what may still be held and, for as long as an approval can be granted, what is over.
    Every new attempt is one move with it, so of two at the same moment the second is judged
    knowing the first; and so is every end. Of what was approved up to `forgot_at` it may have
    forgotten that it was begun: that could be granted again once time has gone back.
    """

    cluster: str
    username: str
    starts: tuple[Start, ...] = ()
    forgot_at: datetime | None = None
    version: int = 0
    move: MoveId = UNMOVED

    @property
    def leases(self) -> tuple[LeaseId, ...]:
        """The ids of the leases in it."""
        return tuple(start.lease for start in self.starts)

    @property
    def running(self) -> tuple[LeaseId, ...]:
        """The ids of those that the worker has not ended."""
        return tuple(start.lease for start in self._running)

    @property
    def _running(self) -> tuple[Start, ...]:
        return tuple(start for start in self.starts if not start.over)

    @property
    def over(self) -> tuple[LeaseId, ...]:
        """The ids of those that it has: none of them is begun again."""
        return tuple(start.lease for start in self.starts if start.over)

    @property
    def full(self) -> bool:
        """Whether nothing more is begun: longer it could not be read, and nothing be granted."""
        return sum(start.size for start in self.starts) >= FULL

    def may_begin(self, lease: Lease, now: datetime) -> bool:
        """Whether an attempt of a lease may begin: none has, or it came to nothing.

        The next is for the same, and soon: the first one keeps its place, and is counted for it.
        """
        mine, forgot = [one for one in self.starts if one.lease == lease.id], self.forgot_at
        if not mine and forgot is not None and not ahead(forgot, now):
            return lease.approved_at > forgot
        return all(
            start.undone
            and (start.level, start.scope) == (lease.level, lease.scope)
            and now - start.at < PROVISION_DEADLINE
            for start in mine
        )

    def may_go_on(self, lease: Lease) -> bool:
        """Whether the attempt that a lease has is the one that was begun here last."""
        mine = lease.attempt and (lease.id, lease.attempt.number, lease.began_at)
        theirs = [(start.lease, start.number, start.fixed_at) for start in self._running]
        return lease.began_at is not None and mine in theirs

    def start_of(self, lease: LeaseId) -> Start | None:
        """Return how a lease was begun here; None: it was not, or longer ago than is kept."""
        return next((start for start in self.starts if start.lease == lease), None)

    def within_minute(self, now: datetime) -> tuple[Start, ...]:
        """Return what was begun within a minute; what is later than now says nothing."""
        return tuple(start for start in self.starts if abs(now - start.at) < MINUTE)

    def as_begun(self, lease: Lease) -> Lease:
        """Return a lease for what it was begun for here, whatever it says of itself now."""
        for start in self.starts:
            if start.lease == lease.id:
                return replace(lease, cluster=self.cluster, level=start.level, scope=start.scope)
        return lease

    def standing(self, names: Collection[LeaseId], longest: timedelta) -> tuple[Lease, ...]:
        """Return leases of which the store says nothing that counts as what they were begun for.

        They keep their places up to the latest end, for they may be on the cluster, and not for
        ever.
        """
        return tuple(
            self._standing(start, longest)
            for start in self.starts
            if start.lease in names and not start.over
        )

    def _standing(self, start: Start, longest: timedelta) -> Lease:
        longest = max(start.longest, longest)
        holder = Person(
            id=PersonId(""),
            name=self.username,
            email="",
            teams=frozenset(),
            verified_at=start.at,
        )
        return Lease(
            id=start.lease,
            holder=holder,
            approvers=(),
            cluster=self.cluster,
            level=start.level,
            scope=start.scope,
            duration=longest,
            approved_at=start.at,
            state=LeaseState.ACTIVE,
            granted_at=start.at,
            ends_at=start.at + longest,
        )

    def counting(self, lease: Lease, now: datetime, longest: timedelta, *, rules: str = "") -> Self:
        """Return it with an attempt of a lease begun, and without what cannot be there any more.

        By the version of the `rules`, where it is known. A lease that is tried again counts once.
        """
        if lease.id in self.leases:
            return self._with([lease.id], lambda start: _with_attempt(start, lease, rules))
        kept = tuple(
            start
            for start in self.starts
            # What began while time was ahead stays: its approval is good when that moment comes.
            if now - start.at < (PROVISION_DEADLINE if start.over else max(start.longest, longest))
        )
        new = Start(lease=lease.id, level=lease.level, scope=lease.scope, at=now, longest=longest)
        gone = (one.at for one in self.starts if one not in kept)
        # What may be approved still is no older than that; some leases last for less.
        old = (at for at in gone if now - at >= PROVISION_DEADLINE)
        forgot = max(filter(None, (self.forgot_at, *old)), default=None)
        return replace(self, starts=(*kept, _with_attempt(new, lease, rules)), forgot_at=forgot)

    def ended(self, leases: Collection[LeaseId]) -> Self:
        """Return it with leases over."""
        return self._with(leases, lambda start: replace(start, over=True))

    def undoing(self, lease: LeaseId) -> Self:
        """Return it with the last attempt of a lease come to nothing."""
        return self._with([lease], lambda start: replace(start, undone=True, fixed_at=None))

    def settled(self, leases: Collection[LeaseId], *, until: datetime | None = None) -> Self:
        """Return it with leases that last `until` then, of which no attempt begins or goes on."""
        return self._with(
            leases, lambda start: replace(_until(start, until), undone=False, fixed_at=None)
        )

    def _with(self, leases: Collection[LeaseId], change: Callable[[Start], Start]) -> Self:
        starts = (change(start) if start.lease in leases else start for start in self.starts)
        return replace(self, starts=tuple(starts))


def _with_attempt(start: Start, lease: Lease, rules: str) -> Start:
    """Return the start of a lease with the attempt that it has, by rules of that version if any."""
    number = lease.attempt.number if lease.attempt else 0
    known = replace(_until(start, lease.ends_at), version=rules or start.version)
    return replace(known, undone=False, number=number, fixed_at=lease.began_at)


def _until(start: Start, end: datetime | None) -> Start:
    """Return the start of a lease that ends then: its attempt may have begun later than it."""
    return start if end is None else replace(start, longest=max(start.longest, end - start.at))
