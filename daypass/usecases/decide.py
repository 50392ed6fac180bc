"""Decide: one person's yes or no on a request, judged anew at the moment of the click (law 5)."""

from dataclasses import dataclass, replace
from datetime import timedelta

from daypass.domain.audit import Action, AuditEvent
from daypass.domain.circumstances import Circumstances
from daypass.domain.decision import judge_approval
from daypass.domain.errors import RefusedError
from daypass.domain.ids import PersonId
from daypass.domain.people import Person
from daypass.domain.policy import Refused, unfit
from daypass.domain.request import Approval, Request, RequestState
from daypass.ports import AskPorts, Change
from daypass.usecases.identify import identify
from daypass.usecases.judging import circumstances, with_roster
from daypass.usecases.moves import (
    approved_card,
    card,
    leases_for,
    no_longer_waiting,
    rows_for,
    until_committed,
)
from daypass.usecases.targets import to_decide


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide:
    """Say yes (perhaps for less time) or no (with a reason) to the request that `target` names."""

    actor: PersonId
    target: str
    yes: bool
    reason: str = ""
    duration: timedelta | None = None


def decide(command: Decide, ports: AskPorts) -> Request:
    """Store the answer; the last yes that was needed makes leases of the request.

    Raises RefusedError when the person may not, or no longer, answer so.
    """
    person = identify(command.actor, ports)
    refused = tuple(unfit(command.reason))
    if refused:
        raise RefusedError(*refused)
    request = to_decide(command.target, person, ports)
    return until_committed(lambda: _decided(request, command, person=person, ports=ports))


def _decided(request: Request, command: Decide, *, person: Person, ports: AskPorts) -> Request:
    given = circumstances(request.cluster, ports)
    current = _verified(ports.store.request(request.id) or request, command, ports)
    approval = Approval(
        by=person,
        at=given.now,
        yes=command.yes,
        duration=command.duration,
        reason=command.reason.strip(),
    )
    judged = judge_approval(current, approval, given)
    if isinstance(judged, Refused):
        named = judge_approval(current, approval, with_roster(given, current.plan, ports))
        # With people looked up the refusal says who could.
        raise RefusedError(*(named if isinstance(named, Refused) else judged).reasons)
    ports.store.commit(_change(judged, approval, given, ports=ports))
    return judged


def _verified(request: Request, command: Decide, ports: AskPorts) -> Request:
    """Look at the requester again, too: what is provisioned rests on this click."""
    if request.state is not RequestState.PENDING or not command.yes:
        return request
    requester = identify(request.requester.id, ports)
    return replace(request, ask=replace(request.ask, requester=requester))


def _change(
    request: Request, approval: Approval, given: Circumstances, *, ports: AskPorts
) -> Change:
    approved = request.state is RequestState.APPROVED
    leases = leases_for(request, given.now) if approved else ()
    return Change(
        move=ports.ids.move(),
        requests=(request,),
        leases=leases,
        events=(_event(request, approval),),
        promises=(
            (approved_card if approved else card)(request.id, given.now),
            *rows_for(leases, given),
        ),
        kept=() if request.state is RequestState.PENDING else no_longer_waiting(request),
    )


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
