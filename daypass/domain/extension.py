"""More time for a lease: whether at once, after an approval or not at all; one pure judgement."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from daypass.domain import reasons as no
from daypass.domain.approvers import approvals_hold, renamed
from daypass.domain.catalog import Catalog, Cluster, Workflow
from daypass.domain.circumstances import Circumstances
from daypass.domain.holding import (
    NOTHING,
    USUAL,
    lasts,
    more_under,
    too_many_undecided,
)
from daypass.domain.ids import RequestId
from daypass.domain.lease import Extension, Lease, LeaseState
from daypass.domain.people import Person
from daypass.domain.planning import longer
from daypass.domain.policy import Allowed, NeedsApproval, Refused, Verdict, judge
from daypass.domain.reasons import Reason
from daypass.domain.request import Ask, Plan, Request

MOST_CHANGES: Final = 100
"""How often an end is moved: each time is kept in the lease, and whoever holds it could go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """`by` wants `length` more for `lease`, which came of `request`; None: as much as is usual.

    `waiting` is the request that asks for more time for it already, if there is one. Without a
    `reason` that of the lease's own request holds on.
    """

    by: Person
    lease: Lease
    request: Request
    length: timedelta | None
    reason: str = ""
    waiting: RequestId | None = None

    @property
    def ask(self) -> Ask:
        """What it comes to as an ask: the same level in the same place."""
        return Ask(
            requester=self.by,
            cluster=self.lease.cluster,
            levels=(self.lease.level,),
            namespaces=self.request.ask.namespaces,
            duration=self.length,
            reason=self.reason or self.request.ask.reason,
        )


def judge_extension(wish: Wish, given: Circumstances) -> Verdict:
    """Say whether a lease may last longer; the plan's duration is how much longer.

    The rules for a new grant hold for it, too: whoever could not have the level now cannot keep
    it longer.
    """
    cluster = given.catalog.clusters.get(wish.lease.cluster)
    refused = tuple(_not_extendable(wish, given.now, cluster))
    if refused:
        return Refused(reasons=refused)
    # The lease is counted already, so it must not refuse itself: it takes no other place.
    others = replace(given, cluster_wide=max(0, given.cluster_wide - 1), holding=NOTHING)
    verdict = judge(wish.ask, others)
    if isinstance(verdict, Refused):
        return verdict
    left = _left(wish, verdict.plan, given)
    length = wish.length or _usual(verdict.plan, left)
    # It gives that, and nothing is free besides.
    plan = replace(verdict.plan, duration=length, free=timedelta(0))
    refused = tuple(_too_much(wish, plan, given, left=left))
    if plan.duration > left:
        refused += tuple(too_many_undecided(given.holding))
    if refused:
        return Refused(reasons=refused)
    return Allowed(plan=plan) if plan.duration <= left else NeedsApproval(plan=plan)


def _not_extendable(wish: Wish, now: datetime, cluster: Cluster | None) -> Iterator[Reason]:
    lease = wish.lease
    if wish.by.id != lease.holder.id:
        could = (lease.holder.email,)
        yield no.NotYours(verb="extend", what=f"lease {lease.id}", could=could)
    elif (over := immovable(lease, now)) is not None:
        yield over
    elif lease.adopted or lease.began_at is None:
        yield no.TakenOver(lease=lease.id)
    elif lease.extension is not None:
        yield no.BeingExtended(lease=lease.id)
    elif wish.waiting is not None:
        yield no.ExtensionAsked(lease=lease.id, request=wish.waiting)
    elif cluster is not None and (names := renamed(lease.holder, wish.by, cluster)) is not None:
        was, is_now = names
        yield no.Renamed(lease=lease.id, cluster=cluster.name, was=was, now=is_now)


def immovable(lease: Lease, now: datetime) -> Reason | None:
    """Say why a lease has no end that could be moved; None when it has one."""
    if lease.state is LeaseState.GRANTING:
        return no.NotGrantedYet(lease=lease.id)
    if lease.state is not LeaseState.ACTIVE:
        return no.AlreadyEnding(lease=lease.id, state=lease.state)
    if lease.ends_at is None or now >= lease.ends_at:
        return no.AlreadyEnding(lease=lease.id, state=LeaseState.REVOKING)
    if len(lease.extensions) + len(lease.cuts) >= MOST_CHANGES:
        return no.MovedTooOften(lease=lease.id, most=MOST_CHANGES)
    return None


def usual_more(lease: Lease, plan: Plan, catalog: Catalog) -> timedelta:
    """Return how much more is usual for a lease of a request with that plan; nothing where none is.

    By the workflow of its own level: whom another of the request asks has no say in it.
    """
    flow = _workflow_now(lease, catalog)
    risks = (risk for item in plan.items if item.level == lease.level for risk in item.risks)
    return timedelta(0) if flow is None else more_under(flow.facing(risks), lease)


def could_last_longer(lease: Lease, catalog: Catalog) -> bool:
    """Whether there may be more time for a lease, as far as it tells without what it leads to."""
    flow = _workflow_now(lease, catalog)
    return flow is not None and bool(more_under(replace(flow, steps=flow.every_step), lease))


def _workflow_now(lease: Lease, catalog: Catalog) -> Workflow | None:
    cluster = catalog.clusters.get(lease.cluster)
    return None if cluster is None else catalog.workflow_for(lease.holder, cluster, lease.level)


def _usual(plan: Plan, left: timedelta) -> timedelta:
    """Half an hour; less where that is all that is free."""
    usual = min(USUAL, plan.longest)
    return min(usual, left) if left > timedelta(0) else usual


def _too_much(wish: Wish, plan: Plan, given: Circumstances, *, left: timedelta) -> Iterator[Reason]:
    lease = wish.lease
    if [(item.level, item.scope) for item in plan.items] != [(lease.level, lease.scope)]:
        yield no.ConfigurationChanged(what=f"{lease.level} holds elsewhere now. Ask for it again.")
    elif {item.gives for item in plan.items} != _gave(wish):
        what = f"{lease.level} gives something else now. Ask for it again."
        yield no.ConfigurationChanged(what=what)
    # Where nobody is asked, nobody can say yes to more than the rules give by themselves.
    most = given.catalog.longest if plan.steps else plan.longest
    total, fits = total_with(lease, plan.duration), most - lasts(lease)
    if not plan.steps and plan.duration > left < fits:
        yield no.NobodyToAsk(lease=lease.id, left=left)
    elif total > most:
        yield no.TooLongInAll(lease=lease.id, total=total, most=most, left=fits)


def _gave(wish: Wish) -> set[str]:
    """What the level gave when the lease was approved: its objects still do."""
    return {item.gives for item in wish.request.plan.items if item.level == wish.lease.level}


def total_with(lease: Lease, more: timedelta) -> timedelta:
    """Return how long a lease that runs would last in all, with so much more."""
    return lasts(lease) + more


def _left(wish: Wish, plan: Plan, given: Circumstances) -> timedelta:
    """Return how much longer a lease that runs may last without asking anybody.

    Where somebody is asked otherwise that is each time no more than what they approved; nothing
    where the rules want answers by now that nobody gave.
    """
    lease = wish.lease
    if lease.ends_at is None or lease.free_until is None:
        return timedelta(0)
    if plan.steps and _free_ones(lease) >= often(plan, given.catalog):
        return timedelta(0)
    if not approvals_hold(wish.request, plan, given.catalog):
        return timedelta(0)
    once = wish.request.duration if plan.steps else plan.longest
    left = min(once, lease.free_until - lease.ends_at, plan.longest - lasts(lease))
    return max(left, timedelta(0))


def often(plan: Plan, catalog: Catalog) -> int:
    """Return how often a lease is extended without asking anybody, where somebody is asked."""
    flows = [flow for name in plan.workflows if (flow := catalog.workflow(name)) is not None]
    return min((flow.extensions for flow in flows), default=0)


def _free_ones(lease: Lease) -> int:
    return sum(
        extension.request is None and not extension.refused for extension in lease.extensions
    )


def allowance(request: Request, plan: Plan, catalog: Catalog) -> timedelta:
    """Return how much longer than it was granted for a lease may last without another yes.

    Somebody said for how long, though nobody has to be asked any more: not at all. Nobody is asked:
    up to the maximum. Else as often as the workflow says, each time as long as was granted.
    """
    granted = granted_by(request, plan)
    if request.limited:
        return timedelta(0)
    if not plan.steps:
        return plan.longest - granted
    return longer(
        granted=granted,
        shown=request.duration,
        often=often(plan, catalog),
        longest=plan.longest,
    )


def granted_by(request: Request, plan: Plan) -> timedelta:
    """Return what a request was approved for, under the plan that it comes to now."""
    return replace(request, plan=plan).duration


def free_after(lease: Lease, wanted: Extension, asked: Request | None) -> datetime | None:
    """Return how long a lease may last without another yes, once it is extended.

    What was free stays so, and what was approved is; but a yes that says for how long is the last
    word. `asked` is the request that the extension rests on, None where it was free.
    """
    if asked is None:
        return lease.free_until
    if asked.limited:
        return wanted.until
    return max(wanted.until, lease.free_until or wanted.until)


def given_up(lease: Lease, why: str, asked: Request | None) -> Lease:
    """Give up the extension that a lease waits for; who said for how long has said so.

    `asked` is the request that it rests on, None where it was free or cannot be read.
    """
    wanted, stays = lease.extension, lease.not_extended(why)
    if wanted is None or wanted.request is None:
        return stays
    whole = asked is not None and not asked.limited
    return stays if whole else _free_no_longer_than(wanted.until, stays)


def heard(lease: Lease, asked: Request) -> Lease:
    """Return the lease that `asked` wants more time for, with what was answered so far.

    A yes for so long is a word from then on, whatever becomes of the request: its requester may
    take it back, and nobody else may answer.
    """
    if lease.ends_at is None or not asked.limited:
        return lease
    return _free_no_longer_than(lease.ends_at + asked.duration, lease)


def _free_no_longer_than(at: datetime, lease: Lease) -> Lease:
    if lease.attempt is None or (lease.free_until is not None and lease.free_until <= at):
        return lease
    return replace(lease, attempt=replace(lease.attempt, free_until=at))


def wanted(lease: Lease, plan: Plan, now: datetime, *, request: Request | None = None) -> Extension:
    """Return the extension that a judgement gives, or that a request which was approved gives."""
    length = request.duration if request is not None else plan.duration
    return Extension(
        length=length,
        until=(lease.ends_at or now) + length,
        asked_at=now,
        request=request.id if request is not None else None,
        version=plan.version,
    )
