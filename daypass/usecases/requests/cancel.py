"""Cancel: the requester takes a pending request back."""

from dataclasses import dataclass

from daypass.domain.audit import Action, AuditEvent
from daypass.domain.decision import not_pending
from daypass.domain.errors import RefusedError
from daypass.domain.ids import PersonId
from daypass.domain.people import Person
from daypass.domain.reasons import NotYours
from daypass.domain.request import Request, RequestState
from daypass.ports import AskPorts, Change
from daypass.usecases.shared.commits import until_committed
from daypass.usecases.shared.identify import identify
from daypass.usecases.shared.rows import card, no_longer_waiting
from daypass.usecases.shared.targets import request_named, to_cancel


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    """Take back the request that `target` names; empty means the only pending one."""

    actor: PersonId
    target: str


def cancel(command: Cancel, ports: AskPorts) -> Request:
    """Cancel a pending request; raises RefusedError when it is not the actor's or not pending."""
    person = identify(command.actor, ports)
    target = to_cancel(command.target, person, ports).id
    return until_committed(lambda: _cancel(request_named(target, ports), person, ports))


def _cancel(request: Request, person: Person, ports: AskPorts) -> Request:
    if request.requester.id != person.id:
        could = (request.requester.email,)
        raise RefusedError(NotYours(verb="cancel", what=f"request {request.id}", could=could))
    if request.state is not RequestState.PENDING:
        raise RefusedError(not_pending(request))
    now = ports.clock.now()
    over = request.moved_to(RequestState.CANCELLED, now)
    event = AuditEvent(
        at=now,
        action=Action.REQUEST_CANCELLED,
        actor=person.id,
        subject=request.id,
        cluster=request.cluster,
    )
    ports.store.commit(
        Change(
            move=ports.ids.move(),
            requests=(over,),
            events=(event,),
            promises=(card(request.id, now),),
            done=no_longer_waiting(request),
        )
    )
    return over
