"""The rule book's other half: an answer to a request, judged anew at each click (law 5)."""

from dataclasses import replace

from daypass.domain import reasons as no
from daypass.domain.catalog import Catalog, Cluster, Principal, covered
from daypass.domain.circumstances import NOBODY, Circumstances
from daypass.domain.people import Person
from daypass.domain.policy import Refused, judge, same, unknown_cluster
from daypass.domain.reasons import Reason
from daypass.domain.request import Approval, Plan, Request, RequestState, progress


def judge_approval(
    request: Request, approval: Approval, given: Circumstances
) -> Request | tuple[Reason, ...]:
    """Judge one person's answer anew at the click (law 5).

    Returns the request with the answer in it, moved on if that decides it, or the reasons why not.
    """
    if request.state is not RequestState.PENDING:
        return (no.NotPending(request=request.id, state=request.state, by=request.decided_by),)
    if given.now >= request.lapses_at:
        return (no.NotPending(request=request.id, state="timed out", by=""),)
    refused = _not_entitled(request, approval, given)
    if refused is not None:
        return (refused,)
    return _approve(request, approval, given) if approval.yes else _deny(request, approval, given)


def _deny(request: Request, approval: Approval, given: Circumstances) -> Request:
    return request.with_approval(approval).moved_to(RequestState.DENIED, given.now)


def _approve(
    request: Request, approval: Approval, given: Circumstances
) -> Request | tuple[Reason, ...]:
    if approval.duration is not None and approval.duration > request.plan.duration:
        return (no.NotShorter(given=approval.duration, asked=request.plan.duration),)
    verdict = judge(request.ask, given)
    if isinstance(verdict, Refused):
        return verdict.reasons
    answered = replace(request.with_approval(approval), plan=verdict.plan)
    if not same_rights(verdict.plan, request.plan):
        return (no.ConfigurationChanged(what="ask again to see what it comes to now."),)
    if answered.progress.step is not None:
        return answered
    return answered.moved_to(RequestState.APPROVED, given.now)


def same_rights(one: Plan, other: Plan) -> bool:
    """Whether two plans give the same rights on the same conditions."""
    return (one.items, one.duration, one.steps) == (other.items, other.duration, other.steps)


def _not_entitled(request: Request, approval: Approval, given: Circumstances) -> Reason | None:
    could = (given.roster or NOBODY).describe(could_approve(request.plan))
    cluster = given.catalog.clusters.get(request.cluster)
    if cluster is None:
        return unknown_cluster(request.cluster, given.catalog)
    waiting = request.progress.step
    entitled = waiting is not None and covered(waiting.by, approval.by)
    if not approval.yes:
        entitled = covered(could_approve(request.plan), approval.by)
    if not entitled:
        return no.NotAnApprover(could=could)
    if same(approval.by, request.requester, cluster) and not request.plan.self_approval:
        return no.SelfApproval(could=could)
    if approval.yes and any(a.by.id == approval.by.id for a in request.approvals):
        return no.CountedAlready()
    return None


def could_approve(plan: Plan) -> tuple[Principal, ...]:
    """Return whoever could say yes in some step."""
    return tuple(dict.fromkeys(one for step in plan.steps for one in step.by))


def approvals_hold(request: Request, plan: Plan, cluster: Cluster) -> bool:
    """Whether the given answers meet `plan`, as the grants worker judges anew (law 8)."""
    counted = tuple(
        a
        for a in request.approvals
        if plan.self_approval or not same(a.by, request.requester, cluster)
    )
    return progress(plan.steps, counted).step is None


def may_revoke(person: Person, request: Request, catalog: Catalog) -> bool:
    """Whether `person` may end somebody else's lease: its approvers and administrators."""
    return covered((*could_approve(request.plan), *catalog.admins), person)
