"""Decide: one person's yes or no on a request, judged anew at the moment of the click (law 5)."""

from dataclasses import dataclass, replace
from datetime import timedelta

from daypass.domain.audit import Action, AuditEvent
from daypass.domain.circumstances import Circumstances
from daypass.domain.decision import Renewed, another_user, judge_approval
from daypass.domain.errors import ConflictError, RefusedError
from daypass.domain.extension import Wish, heard, wanted
from daypass.domain.ids import PersonId
from daypass.domain.lease import Lease
from daypass.domain.people import Person
from daypass.domain.policy import Refused, unfit
from daypass.domain.request import Approval, Request, RequestState
from daypass.domain.yields import leases_for
from daypass.ports import AskPorts, Change, Promise
from daypass.usecases.requests.extensions import extending_event, wish_of
from daypass.usecases.requests.renewing import must_be_read, renewal
from daypass.usecases.shared.commits import until_committed
from daypass.usecases.shared.holdings import holding_to_decide
from daypass.usecases.shared.identify import identify
from daypass.usecases.shared.judging import circumstances, with_roster
from daypass.usecases.shared.owning import name_of
from daypass.usecases.shared.rows import (
    adjust_row,
    approved_card,
    card,
    no_longer_waiting,
    rows_for,
)
from daypass.usecases.shared.targets import to_decide


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide:
    """Say yes (perhaps for less time) or no (with a reason) to the request that `target` names.

    `read` is which edition of it stood by the button that was clicked; what is typed names the
    first, for nobody can know when whoever types read it.
    """

    actor: PersonId
    target: str
    yes: bool
    reason: str = ""
    duration: timedelta | None = None
    read: str = ""


def decide(command: Decide, ports: AskPorts) -> Request:
    """Store the answer; the last yes that was needed makes leases of the request, or one longer.

    Raises RefusedError when the person may not, or no longer, answer so.
    """
    refused = tuple(unfit(command.reason))
    if refused:
        raise RefusedError(*refused)
    person = identify(command.actor, ports)
    request = to_decide(command.target, person, ports, yes=command.yes)
    return until_committed(lambda: _decide(request, command, person=person, ports=ports))


def _decide(request: Request, command: Decide, *, person: Person, ports: AskPorts) -> Request:
    current = _verified(ports.store.request(request.id) or request, command, ports)
    wish = wish_of(current, ports) if command.yes else None
    # Only now, for Slack may take seconds: what was said meanwhile is not later than this answer.
    given = circumstances(request.cluster, ports)
    approval = Approval(
        by=person,
        at=given.now,
        yes=command.yes,
        duration=command.duration,
        reason=command.reason.strip(),
    )
    if command.yes:
        name = name_of(current.requester, current.cluster, ports)
        given = replace(given, namesake=name.namesake)
    if command.yes and wish is None:
        held = holding_to_decide(current.requester, current.cluster, ports)
        given = replace(given, holding=held)
    judged = judge_approval(current, approval, given, wish=wish)
    if isinstance(judged, Renewed):
        ports.store.commit(renewal(judged, given, ports))
        raise RefusedError(judged.why)
    if isinstance(judged, Refused) or _waits_on(judged):
        # With people looked up a refusal says who could, and a yes that leaves too few is seen.
        all_of = with_roster(given, current.plan, ports)
        named = judge_approval(current, approval, all_of, wish=wish)
        judged = named if isinstance(named, Refused) else judged
    if isinstance(judged, Refused):
        raise _refused(judged, current, ports)
    if command.yes:
        must_be_read(current, given, ports, read=command.read)
    ports.store.commit(_change(judged, approval, given, wish=wish, ports=ports))
    return judged


def _refused(judged: Refused, request: Request, ports: AskPorts) -> RefusedError | ConflictError:
    """Refuse what stands; where somebody moved the request meanwhile, it is to be judged again.

    Of what was read after that move the request's own lease would seem to stand against it.
    """
    stored = ports.store.request(request.id)
    if stored is not None and stored.version != request.version:
        return ConflictError("the request was moved while it was judged")
    return RefusedError(*judged.reasons)


def _waits_on(request: Request) -> bool:
    """Whether it still waits after this answer: for another step, or for more of this one."""
    return request.state is RequestState.PENDING


def _verified(request: Request, command: Decide, ports: AskPorts) -> Request:
    """Look at the requester again, too: what is provisioned rests on this click."""
    if request.state is not RequestState.PENDING or not command.yes:
        return request
    requester = identify(request.requester.id, ports)
    if (other := another_user(request, requester, ports.catalog)) is not None:
        raise RefusedError(other)
    return replace(request, ask=replace(request.ask, requester=requester))


def _change(
    request: Request,
    approval: Approval,
    given: Circumstances,
    *,
    wish: Wish | None,
    ports: AskPorts,
) -> Change:
    approved = request.state is RequestState.APPROVED
    became = (_became if approved else _heard)(request, given, wish=wish)
    return Change(
        move=ports.ids.move(),
        requests=(request,),
        leases=became.leases,
        events=(_event(request, approval), *became.events),
        promises=(
            (approved_card if approved else card)(request.id, given.now),
            *became.promises,
        ),
        done=() if request.state is RequestState.PENDING else no_longer_waiting(request),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Became:
    """What the last yes brings about: leases to be granted, or one to be extended."""

    leases: tuple[Lease, ...] = ()
    events: tuple[AuditEvent, ...] = ()
    promises: tuple[Promise, ...] = ()


def _heard(request: Request, given: Circumstances, *, wish: Wish | None) -> _Became:
    """Return what an answer brings about that is not the last: less time that is free.

    The objects are to have it although the lease says so already: it may say so falsely.
    """
    if wish is None or not request.limited:
        return _Became()
    lease = heard(wish.lease, request)
    return _Became(leases=(lease,), promises=(adjust_row(lease, given.now),))


def _became(request: Request, given: Circumstances, *, wish: Wish | None) -> _Became:
    if wish is None:
        leases = leases_for(request, given.now)
        return _Became(leases=leases, promises=rows_for(leases, given))
    extension = wanted(wish.lease, request.plan, given.now, request=request)
    lease = wish.lease.extending(extension)
    event = extending_event(
        lease, extension, actor=request.approvals[-1].by.id, why=request.ask.reason
    )
    return _Became(leases=(lease,), events=(event,), promises=(adjust_row(lease, given.now),))


_ACTIONS = {
    RequestState.PENDING: Action.REQUEST_ANSWERED,
    RequestState.APPROVED: Action.REQUEST_APPROVED,
    RequestState.DENIED: Action.REQUEST_DENIED,
}


def _event(request: Request, approval: Approval) -> AuditEvent:
    facts = {"approver": approval.by.email, "reason": approval.reason}
    if approval.duration is not None:
        facts["seconds"] = str(int(approval.duration.total_seconds()))
    return AuditEvent(
        at=approval.at,
        action=_ACTIONS[request.state],
        actor=approval.by.id,
        subject=request.id,
        cluster=request.cluster,
        facts={name: said for name, said in facts.items() if said},
    )
