"""A request that waits anew, for a level of it allows something else by now."""

from daypass.domain.audit import Action, AuditEvent
from daypass.domain.circumstances import Circumstances
from daypass.domain.decision import Renewed
from daypass.ports import AskPorts, Change
from daypass.usecases.shared.rows import card


def renewal(renewed: Renewed, given: Circumstances, ports: AskPorts) -> Change:
    """Return the move that stores it, and brings its card up to date."""
    request = renewed.request
    risks = dict.fromkeys(risk for item in request.plan.items for risk in item.risks)
    facts = {"why": str(renewed.why), "void": ", ".join(one.by.email for one in request.void)}
    facts["risks"] = ", ".join(risks)
    event = AuditEvent(
        at=given.now,
        action=Action.REQUEST_RENEWED,
        actor="cluster",
        subject=request.id,
        cluster=request.cluster,
        facts={name: said for name, said in facts.items() if said},
    )
    return Change(
        move=ports.ids.move(),
        requests=(request,),
        events=(event,),
        promises=(card(request.id, given.now),),
    )
