"""A request that waits anew: a level of it allows something else, or its lease was shortened."""

from datetime import datetime

from daypass.domain.audit import Action, AuditEvent
from daypass.domain.circumstances import Circumstances
from daypass.domain.decision import READING, Renewed
from daypass.domain.errors import RefusedError
from daypass.domain.notification import standing
from daypass.domain.reasons import OldCard, ReadAgain
from daypass.domain.request import Request
from daypass.ports import AskPorts, Change
from daypass.usecases.shared.rows import card


def renewal(renewed: Renewed, given: Circumstances, ports: AskPorts) -> Change:
    """Return the move that stores it, and brings its card up to date."""
    request = renewed.request
    return Change(
        move=ports.ids.move(),
        requests=(request,),
        events=(renewed_event(request, str(renewed.why), actor="cluster", at=given.now),),
        promises=(card(request.id, given.now),),
    )


def renewed_event(request: Request, why: str, *, actor: str, at: datetime) -> AuditEvent:
    """Record that it waits anew, and whose yes is void by that."""
    risks = dict.fromkeys(risk for item in request.plan.items for risk in item.risks)
    facts = {"why": why, "void": ", ".join(one.by.email for one in request.void)}
    facts["risks"] = ", ".join(risks)
    return AuditEvent(
        at=at,
        action=Action.REQUEST_RENEWED,
        actor=actor,
        subject=request.id,
        cluster=request.cluster,
        facts={name: said for name, said in facts.items() if said},
    )


def must_be_read(request: Request, given: Circumstances, ports: AskPorts, *, read: str) -> None:
    """Raise RefusedError where people may still look at what a request was before it was renewed.

    That is until its cards say what it is now, which waits for Slack, and as long as reading takes:
    all of them, for whoever answers may read any. Nor counts a yes to another edition of it: typed,
    or clicked on a copy, posted twice or no longer to be edited, or in a dialog opened before; also
    one that a store which was set back does not know.
    """
    if request.renewed_at is None and not read:
        return
    receipts = ports.store.receipts(request.id)
    for told in (receipts[key] for key in standing(receipts).values()):
        said = told.since if told.renewed_at == request.renewed_at else None
        if said is None or given.now <= said + READING:
            raise RefusedError(ReadAgain())
    if read != request.edition:
        raise RefusedError(OldCard())
