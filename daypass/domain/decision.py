"""The rule book's other half: an answer to a request, judged anew at each click (law 5)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from daypass.domain import reasons as no
from daypass.domain.approvers import hopeless, renamed, same
from daypass.domain.catalog import Catalog, Principal, Step, covered, named
from daypass.domain.circumstances import NOBODY, Circumstances
from daypass.domain.extension import Wish, judge_extension
from daypass.domain.lease import Lease
from daypass.domain.people import Person
from daypass.domain.policy import Refused, judge, unknown_cluster
from daypass.domain.rbac.risk import MEANS
from daypass.domain.reasons import Reason, either
from daypass.domain.request import GONE, Approval, Item, Plan, Request, RequestState

READING: Final = timedelta(seconds=3)
"""After a card said something new: whoever clicks sooner cannot have read it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """A level allows something else by now: the request waits anew, as that; `why` says what."""

    request: Request
    why: Reason


def judge_approval(
    request: Request, approval: Approval, given: Circumstances, *, wish: Wish | None = None
) -> Request | Renewed | Refused:
    """Judge one person's answer anew at the click (law 5).

    `wish` is what a request for more time comes to now. Returns the request with the answer in
    it, moved on if that decides it; as it waits anew, without the answer; or the reasons why not.
    """
    if request.state is not RequestState.PENDING or given.now >= request.lapses_at:
        return no_because(not_pending(request))
    could = (given.roster or NOBODY).describe(_entitled(request, yes=approval.yes))
    refused = _not_entitled(approval.by, request, given.catalog, yes=approval.yes, could=could)
    if refused is not None:
        return no_because(refused)
    if approval.yes:
        return _approve(request, approval, given, wish=wish)
    return request.with_approval(approval).moved_to(RequestState.DENIED, given.now)


def another_user(request: Request, now: Person, catalog: Catalog) -> Reason | None:
    """Say that whoever asks is another user of the cluster by now than its card says.

    What is to lengthen a lease says so of that.
    """
    cluster = catalog.clusters.get(request.cluster)
    if cluster is None or request.extends is not None:
        return None
    if (names := renamed(request.requester, now, cluster)) is None:
        return None
    was, is_now = names
    what = f"{now.name} was {was} on {cluster.name} then, and is {is_now} there by now. Ask again."
    return no.ConfigurationChanged(what=what)


def not_pending(request: Request) -> Reason:
    """Say that a request takes no answer any more, and who made it so."""
    over = request.state not in (RequestState.PENDING, RequestState.LAPSED)
    lapsed = f"over: {GONE}" if request.pointless else "timed out"
    state = request.state.value if over else lapsed
    return no.NotPending(request=request.id, state=state, by=request.decided_by)


def no_because(reason: Reason) -> Refused:
    """Refuse for one reason."""
    return Refused(reasons=(reason,))


def _approve(
    request: Request, approval: Approval, given: Circumstances, *, wish: Wish | None
) -> Request | Renewed | Refused:
    if (unfit := _unread(request, given) or _unfit(approval, request)) is not None:
        return no_because(unfit)
    verdict = judge(request.ask, given) if wish is None else judge_extension(wish, given)
    if isinstance(verdict, Refused):
        return verdict
    # How long it waits was settled when it was asked.
    plan = replace(verdict.plan, timeout=request.plan.timeout)
    if _means_something_else(plan, request.plan):
        if plan.steps:
            why = no.RoleChanged(changes=tuple(_changes(plan, request.plan)))
            return Renewed(request=request.renewed(plan, given.now), why=why)
        # What it is by now nobody has to approve: waiting anew, it would wait for nobody.
    elif not same_rights(plan, request.plan):
        return no_because(no.ConfigurationChanged(what="ask again to see what it comes to now."))
    return _answered(replace(request.with_approval(approval), plan=plan), given)


def _answered(answered: Request, given: Circumstances) -> Request | Refused:
    """Move it on if that yes was the last; refuse one that leaves no way to the last one."""
    if answered.progress.step is None:
        return answered.moved_to(RequestState.APPROVED, given.now)
    if (reason := _hopeless(answered, given)) is not None:
        return no_because(reason)
    return answered


def _unread(request: Request, given: Circumstances) -> Reason | None:
    """Refuse who cannot have read what it is since a moment ago."""
    since = request.renewed_at
    return no.ReadAgain() if since is not None and given.now <= since + READING else None


def _unfit(approval: Approval, request: Request) -> Reason | None:
    """Say why an approver may not give so much; None where they said nothing, or less."""
    given, asked = approval.duration, request.plan.duration
    if given is not None and given <= timedelta(0):
        return no.NotPositive(given=given)
    if given is not None and given > asked:
        return no.NotShorter(given=given, asked=asked)
    return None


def _hopeless(answered: Request, given: Circumstances) -> Reason | None:
    """Where people were looked up, say why the other answers can never come."""
    if given.roster is None:
        return None
    cluster = given.catalog.clusters[answered.cluster]
    return hopeless(answered, cluster=cluster, roster=given.roster)


def same_rights(one: Plan, other: Plan) -> bool:
    """Whether two plans give the same rights on the same conditions."""
    return _terms(one) == _terms(other)


def _terms(plan: Plan) -> tuple[object, ...]:
    return plan.items, plan.duration, plan.free, plan.steps, plan.self_approval


def _means_something_else(now: Plan, before: Plan) -> bool:
    """Whether only what roles allow is other than before, and what the same rules make of that."""
    items = tuple(map(_bare, now.items)) == tuple(map(_bare, before.items))
    return items and now.items != before.items and _same_rules(now, before)


def _same_rules(now: Plan, before: Plan) -> bool:
    return now.version == before.version or _terms(now)[1:] == _terms(before)[1:]


def _bare(item: Item) -> Item:
    return replace(item, meaning="", risks=())


def _changes(now: Plan, before: Plan) -> Iterator[str]:
    """Say of each level that allows something else what is known of that."""
    for item, was in zip(now.items, before.items, strict=True):
        if item != was:
            news = [MEANS[risk] for risk in item.risks if risk not in was.risks]
            said = f"; new is that one can {either(news, 'and')}" if news else ""
            yield f"What {item.level} allows was changed on the cluster{said}."


def could_answer(person: Person, request: Request, catalog: Catalog, *, yes: bool) -> bool:
    """Whether such an answer of that person would count now."""
    return _not_entitled(person, request, catalog, yes=yes) is None


def _not_entitled(
    person: Person, request: Request, catalog: Catalog, *, yes: bool, could: tuple[str, ...] = ()
) -> Reason | None:
    cluster = catalog.clusters.get(request.cluster)
    if cluster is None:
        return unknown_cluster(request.cluster, catalog)
    if same(person, request.requester, cluster) and not request.plan.self_approval:
        return no.SelfApproval(could=could)
    if yes and any(same(approval.by, person, cluster) for approval in request.counted):
        return no.CountedAlready(could=could)
    if not covered(_entitled(request, yes=yes), person):
        return no.NotAnApprover(could=could)
    return None


def _entitled(request: Request, *, yes: bool) -> tuple[Principal, ...]:
    """A yes counts for the step that waits; one no of any step's approvers denies."""
    waiting = request.progress.step
    if yes and waiting is not None:
        return waiting.by
    return could_approve(request.plan)


def could_approve(plan: Plan) -> tuple[Principal, ...]:
    """Return whoever could say yes in some step."""
    return named(plan.steps)


def may_see(person: Person, request: Request, catalog: Catalog) -> bool:
    """Whether `person` may read a request: its requester, its approvers, administrators."""
    others = (*could_approve(request.plan), *catalog.admins)
    return request.requester.id == person.id or covered(others, person)


def may_revoke(person: Person, lease: Lease, request: Request | None, *, catalog: Catalog) -> bool:
    """Whether `person` may end somebody else's lease, one of `request`'s."""
    return covered(could_revoke(lease, request, catalog), person)


def could_revoke(lease: Lease, request: Request | None, catalog: Catalog) -> tuple[Principal, ...]:
    """Return the approvers of its workflow and administrators, without doubles.

    Where nobody can read its `request` the workflow is the one that would decide now.
    """
    steps = (
        _steps_now(lease, catalog) if request is None else _steps_of(lease, request.plan, catalog)
    )
    return tuple(dict.fromkeys((*named(steps), *catalog.admins)))


def _steps_now(lease: Lease, catalog: Catalog) -> tuple[Step, ...]:
    cluster, holder = catalog.clusters.get(lease.cluster), catalog.as_listed(lease.holder)
    flow = catalog.workflow_for(holder, cluster, lease.level) if cluster is not None else None
    return () if flow is None else flow.every_step


def _steps_of(lease: Lease, plan: Plan, catalog: Catalog) -> tuple[Step, ...]:
    """Return the steps of the one workflow that decided on a lease.

    A plan of several workflows has the steps of all in one, so each one's own are what the
    configuration says now. Else those of the plan count beside them: doubt means yes for revoking,
    and a plan that somebody emptied in the store keeps no approver from it.
    """
    name = next((item.workflow for item in plan.items if item.level == lease.level), "")
    own = catalog.workflow(name)
    now = _steps_now(lease, catalog) if own is None else own.every_step
    return now if own is not None and len(plan.workflows) > 1 else (*plan.steps, *now)
