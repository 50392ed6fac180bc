"""More time for a lease: whether at once, after an approval or not at all; one pure judgement."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from daypass.domain import reasons as no
from daypass.domain.circumstances import Circumstances
from daypass.domain.ids import RequestId
from daypass.domain.lease import Extension, Lease, LeaseState
from daypass.domain.people import Person
from daypass.domain.policy import Allowed, NeedsApproval, Refused, Verdict, judge
from daypass.domain.reasons import Reason
from daypass.domain.request import Ask, Plan, Request

USUAL: Final = timedelta(minutes=30)
"""What is asked for where nobody says how much."""


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
    refused = tuple(_not_extendable(wish, given.now))
    if refused:
        return Refused(reasons=refused)
    # The lease is counted already, so it must not refuse itself at the cap.
    others = replace(given, cluster_wide=max(0, given.cluster_wide - 1))
    verdict = judge(wish.ask, others)
    if isinstance(verdict, Refused):
        return verdict
    plan = _usual(wish, verdict.plan)
    refused = tuple(_too_much(wish, plan, given))
    if refused:
        return Refused(reasons=refused)
    return Allowed(plan=plan) if _free(wish, plan, given) else NeedsApproval(plan=plan)


def _not_extendable(wish: Wish, now: datetime) -> Iterator[Reason]:
    lease = wish.lease
    if wish.by.id != lease.holder.id:
        could = (lease.holder.name,)
        yield no.NotYours(verb="extend", what=f"lease {lease.id}", could=could)
    elif (over := immovable(lease, now)) is not None:
        yield over
    elif lease.adopted:
        yield no.TakenOver(lease=lease.id)
    elif lease.extension is not None:
        yield no.BeingExtended(lease=lease.id)
    elif wish.waiting is not None:
        yield no.ExtensionAsked(lease=lease.id, request=wish.waiting)


def immovable(lease: Lease, now: datetime) -> Reason | None:
    """Say why a lease has no end that could be moved; None when it has one."""
    if lease.state is LeaseState.GRANTING:
        return no.NotGrantedYet(lease=lease.id)
    if lease.state is not LeaseState.ACTIVE:
        return no.AlreadyEnding(lease=lease.id, state=lease.state)
    if lease.ends_at is None or now >= lease.ends_at:
        return no.AlreadyEnding(lease=lease.id, state=LeaseState.REVOKING)
    return None


def _usual(wish: Wish, plan: Plan) -> Plan:
    return replace(plan, duration=wish.length or min(USUAL, plan.longest))


def _too_much(wish: Wish, plan: Plan, given: Circumstances) -> Iterator[Reason]:
    lease = wish.lease
    if [(item.level, item.scope) for item in plan.items] != [(lease.level, lease.scope)]:
        yield no.ConfigurationChanged(what=f"{lease.level} holds elsewhere now. Ask for it again.")
    # Where nobody is asked, nobody can say yes to more than the rules give by themselves.
    most = given.catalog.longest if plan.steps else plan.longest
    total = total_with(lease, plan.duration)
    if total > most:
        yield no.TooLongInAll(
            lease=lease.id, total=total, most=most, left=most - total_with(lease, timedelta(0))
        )


def total_with(lease: Lease, more: timedelta) -> timedelta:
    """Return how long a lease that runs would last in all, with so much more."""
    if lease.ends_at is None or lease.began_at is None:
        return more
    return lease.ends_at - lease.began_at + more


def _free(wish: Wish, plan: Plan, given: Circumstances) -> bool:
    if total_with(wish.lease, plan.duration) > plan.longest:
        return False
    if not plan.steps:
        return True
    flows = [flow for name in plan.workflows if (flow := given.catalog.workflow(name)) is not None]
    left = all(_free_ones(wish.lease) < flow.extensions for flow in flows)
    # What somebody else took off is not taken back without a yes.
    return left and all(cut.by == wish.by.id for cut in wish.lease.cuts)


def _free_ones(lease: Lease) -> int:
    return sum(one.request is None and not one.refused for one in lease.extensions)


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
