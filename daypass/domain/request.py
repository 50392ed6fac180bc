"""A request: what was asked, what it comes to, who said what, and its table of moves."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import chain
from typing import Final, Self

from daypass.domain.catalog import Step, covered
from daypass.domain.errors import IllegalMoveError
from daypass.domain.ids import UNMOVED, LeaseId, MoveId, RequestId, lease_id
from daypass.domain.instants import TICK
from daypass.domain.people import Person
from daypass.domain.risk import Risk
from daypass.domain.scope import Scope


class RequestState(StrEnum):
    """Where a request stands."""

    PENDING = "pending"  # waiting for people
    APPROVED = "approved"  # became leases
    DENIED = "denied"
    CANCELLED = "cancelled"  # by the requester
    LAPSED = "lapsed"  # nobody answered in time


FINAL: Final[frozenset[RequestState]] = frozenset()
REQUEST_MOVES: Final[Mapping[RequestState, frozenset[RequestState]]] = {
    RequestState.PENDING: frozenset(RequestState) - {RequestState.PENDING},
    RequestState.APPROVED: FINAL,
    RequestState.DENIED: FINAL,
    RequestState.CANCELLED: FINAL,
    RequestState.LAPSED: FINAL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What a person wants, before anybody judged it; no duration means the workflow's default."""

    requester: Person
    cluster: str
    levels: tuple[str, ...]
    namespaces: tuple[str, ...] = ()
    duration: timedelta | None = None
    reason: str = ""


GONE: Final = "what it asked more time for has ended"
"""Why a request for more time lapsed before its time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One level of a plan, where it will hold, and the workflow that decided on it.

    `gives` is what the level was when that was decided (`Level.gives`), `meaning` the digest of
    what that allowed on the cluster, and `risks` what it may lead to: a yes is for that.
    """

    level: str
    scope: Scope
    workflow: str
    gives: str = ""
    meaning: str = ""
    risks: tuple[Risk, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an ask comes to under the rules of catalog `version`; no `steps` means automatic.

    `free` is how much longer than for `duration` a yes to all of it lets a lease of it last.
    `channels` are those in which the people of each step are asked; they are no part of the step,
    for equal steps of two workflows are one, wherever it is asked about.
    """

    items: tuple[Item, ...]
    duration: timedelta
    longest: timedelta
    steps: tuple[Step, ...]
    channels: tuple[tuple[str, ...], ...] = ()
    timeout: timedelta
    self_approval: bool
    version: str
    free: timedelta = timedelta(0)

    @property
    def taken_over(self) -> bool:
        """Whether it stands for what a lost store knew: nobody knows by what rule it came about."""
        return not any(self.workflows)

    @property
    def workflows(self) -> tuple[str, ...]:
        """Names of the workflows that decided, without doubles, in the order of the items."""
        return tuple(dict.fromkeys(item.workflow for item in self.items))


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """One person's yes or no; a yes may carry a shorter duration, a no its reason."""

    by: Person
    at: datetime
    yes: bool
    duration: timedelta | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the steps are met: `step` is the one that waits, None when all are met."""

    step: Step | None
    number: int
    given: int


def progress(steps: tuple[Step, ...], approvals: tuple[Approval, ...]) -> Progress:
    """Count approvals towards the steps in order; nobody counts twice (law 5)."""
    number, given, counted = 0, 0, set[str]()
    for approval in approvals:
        waits = number < len(steps) and covered(steps[number].by, approval.by)
        if not (approval.yes and waits) or approval.by.id in counted:
            continue
        counted.add(approval.by.id)
        given += 1
        if given == steps[number].count:
            number, given = number + 1, 0
    step = steps[number] if number < len(steps) else None
    return Progress(step=step, number=number, given=given)


def _distinct(channels: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(channels)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One person asks for levels on one cluster; `ask` and `plan` as they were when last judged."""

    id: RequestId
    ask: Ask
    plan: Plan
    asked_at: datetime
    lapses_at: datetime
    state: RequestState = RequestState.PENDING
    approvals: tuple[Approval, ...] = ()
    decided_at: datetime | None = None
    extends: LeaseId | None = None
    """Set where it asks for more time for that lease; it then becomes no leases of its own."""
    renewed_at: datetime | None = None
    """When it last became something else: no answer up to then counts.

    A level was seen to allow something else, or somebody took time off what it is to lengthen.
    """
    version: int = 0
    move: MoveId = UNMOVED

    @property
    def requester(self) -> Person:
        """Who asks, as last verified."""
        return self.ask.requester

    @property
    def cluster(self) -> str:
        """Where."""
        return self.ask.cluster

    @property
    def timeout(self) -> timedelta:
        """How long it waits at most."""
        return self.lapses_at - self.asked_at

    @property
    def counted(self) -> tuple[Approval, ...]:
        """The answers to what it comes to now; those to what it was before stay on record."""
        since = self.renewed_at
        return tuple(one for one in self.approvals if since is None or one.at > since)

    @property
    def void(self) -> tuple[Approval, ...]:
        """Every yes that was said to what it was before."""
        since = self.renewed_at
        return tuple(one for one in self.approvals if since is not None and one.at <= since)

    @property
    def edition(self) -> str:
        """What tells it from what it was before it was renewed; empty for the first."""
        return "" if self.renewed_at is None else f"{self.renewed_at.timestamp():.6f}"

    @property
    def duration(self) -> timedelta:
        """What was planned, or the shortest that an approver gave, also to what it was before."""
        given = [a.duration for a in self.approvals if a.yes and a.duration is not None]
        return min([self.plan.duration, *given])

    @property
    def limited(self) -> bool:
        """Whether somebody said for how long, also of what it was before: that is the last word.

        It is, too, where that was as long as was asked for.
        """
        return any(a.yes and a.duration is not None for a in self.approvals)

    @property
    def free(self) -> timedelta:
        """How much longer than for its duration a yes to it lets its leases last.

        As it was planned: that is what people read. Nothing where somebody said for how long, and
        a yes to more time gives what was asked for.
        """
        return timedelta(0) if self.limited or self.extends is not None else self.plan.free

    @property
    def progress(self) -> Progress:
        """How far the approvals are."""
        return progress(self.plan.steps, self.counted)

    @property
    def asked_in(self) -> tuple[str, ...]:
        """Channels in which people were asked by now: of the steps that are met and of the next."""
        return _distinct(self.plan.channels[: self.progress.number + 1])

    @property
    def waits_in(self) -> tuple[str, ...]:
        """Channels of those whose answer is missing now; none where every step is met."""
        number = self.progress.number
        return _distinct(self.plan.channels[number : number + 1])

    @property
    def lease_ids(self) -> tuple[LeaseId, ...]:
        """Ids of the leases that it became, or would become."""
        return tuple(lease_id(self.id, n) for n in range(1, len(self.plan.items) + 1))

    @property
    def concerns(self) -> tuple[LeaseId, ...]:
        """Ids of the leases that it is about: those that it becomes, or the one it extends."""
        return self.lease_ids if self.extends is None else (self.extends,)

    @property
    def pointless(self) -> bool:
        """Whether it lapsed before its time, for what it asked more time for had ended."""
        if self.extends is None or self.state is not RequestState.LAPSED:
            return False
        return self.decided_at is not None and self.decided_at < self.lapses_at

    @property
    def decided_by(self) -> str:
        """Return the account that made it what it is; empty for nobody."""
        if self.state is RequestState.CANCELLED:
            return self.requester.id
        answered = self.state in (RequestState.APPROVED, RequestState.DENIED) and self.approvals
        return self.approvals[-1].by.id if answered else ""

    def moved_to(self, state: RequestState, at: datetime) -> Self:
        """Return this request in `state`; the table alone says which moves exist."""
        if state not in REQUEST_MOVES[self.state]:
            raise IllegalMoveError(f"request {self.id}: {self.state} cannot become {state}")
        return replace(self, state=state, decided_at=at)

    def renewed(self, plan: Plan, at: datetime) -> Self:
        """Return this pending request as it comes to something else: who said yes says it anew.

        That is later than every answer and every renewal, also where time was ahead when those came
        and has gone back since.
        """
        before = [] if self.renewed_at is None else [self.renewed_at + TICK]
        since = max([at, *before, *(answer.at for answer in self.approvals)])
        return replace(self, plan=plan, renewed_at=since)

    def with_approval(self, approval: Approval) -> Self:
        """Return this pending request with one more answer."""
        if self.state is not RequestState.PENDING:
            raise IllegalMoveError(f"request {self.id}: {self.state} takes no more answers")
        return replace(self, approvals=(*self.approvals, approval))
