"""Submit: a person asks and is answered at once: a request, or every reason why not."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache, partial

from daypass.domain.audit import Action, AuditEvent
from daypass.domain.circumstances import NOBODY, Circumstances
from daypass.domain.decision import could_approve
from daypass.domain.ids import PersonId, RequestId
from daypass.domain.lease import Lease
from daypass.domain.policy import Allowed, judge
from daypass.domain.request import Ask, Plan, Request, RequestState
from daypass.domain.unnamed import as_named
from daypass.domain.yields import leases_for
from daypass.ports import AskPorts, Change
from daypass.usecases.shared.commits import until_committed
from daypass.usecases.shared.holdings import holding_to_ask
from daypass.usecases.shared.identify import identify
from daypass.usecases.shared.judging import circumstances, judged
from daypass.usecases.shared.owning import name_of
from daypass.usecases.shared.rows import approved_card, card, rows_for, waiting_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Submit:
    """Ask for `levels` on `cluster`; no levels and no duration mean the workflow's defaults."""

    actor: PersonId
    cluster: str
    levels: tuple[str, ...]
    namespaces: tuple[str, ...] = ()
    duration: timedelta | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """The stored request, who could approve it, and what was the default of all that it says."""

    request: Request
    leases: tuple[Lease, ...]
    asked: tuple[str, ...]
    defaulted: bool
    level_defaulted: bool = False


def submit(command: Submit, ports: AskPorts) -> Submitted:
    """Store a request, approved at once where the workflow has no steps.

    Raises RefusedError with every reason that was found.
    """
    typed = Ask(
        requester=identify(command.actor, ports),
        cluster=command.cluster,
        levels=command.levels,
        namespaces=command.namespaces,
        duration=command.duration,
        reason=command.reason.strip(),
    )
    ask = as_named(typed, ports.catalog)
    name = cache(ports.ids.request)  # One for all tries, and none for what is refused.
    defaulted = command.duration is None
    made = until_committed(lambda: _submit(ask, name, defaulted=defaulted, ports=ports))
    return replace(made, level_defaulted=not typed.levels)


def _submit(
    ask: Ask, name: Callable[[], RequestId], *, defaulted: bool, ports: AskPorts
) -> Submitted:
    """Judge and store; anew where somebody was first to ask under that name on the cluster."""
    owned = name_of(ask.requester, ask.cluster, ports)
    known = replace(
        circumstances(ask.cluster, ports),
        holding=holding_to_ask(ask.requester, ask.cluster, ports),
        namesake=owned.namesake,
    )
    verdict, given = judged(known, partial(judge, ask), ports)
    request = request_for(ask, verdict.plan, given.now, name=name())
    leases: tuple[Lease, ...] = ()
    if isinstance(verdict, Allowed):
        request = request.moved_to(RequestState.APPROVED, given.now)
        leases = leases_for(request, given.now)
    change = submission(request, leases, given, ports=ports)
    ports.store.commit(replace(change, owners=owned.new))
    asked = (given.roster or NOBODY).describe(could_approve(request.plan))
    return Submitted(request=request, leases=leases, asked=asked, defaulted=defaulted)


def request_for(ask: Ask, plan: Plan, now: datetime, *, name: RequestId) -> Request:
    """Return the request that an ask becomes, with an id that nobody has."""
    return Request(id=name, ask=ask, plan=plan, asked_at=now, lapses_at=now + plan.timeout)


def submission(
    request: Request, leases: tuple[Lease, ...], given: Circumstances, *, ports: AskPorts
) -> Change:
    """Return the move by which a request, with the leases that it became already, is stored."""
    now = given.now
    pending = request.state is RequestState.PENDING
    return Change(
        move=ports.ids.move(),
        requests=(request,),
        leases=leases,
        events=tuple(_events(request, now)),
        promises=(
            (card if pending else approved_card)(request.id, now),
            *(waiting_rows(request, request.asked_at) if pending else ()),
            *rows_for(leases, given),
        ),
    )


def _events(request: Request, now: datetime) -> list[AuditEvent]:
    plan, ask = request.plan, request.ask
    submitted = AuditEvent(
        at=now,
        action=Action.REQUEST_SUBMITTED,
        actor=ask.requester.id,
        subject=request.id,
        cluster=request.cluster,
        facts={
            "requester": ask.requester.email,
            "levels": ", ".join(f"{item.level} {item.scope}" for item in plan.items),
            "seconds": str(int(plan.duration.total_seconds())),
            "reason": ask.reason,
            "workflow": ", ".join(plan.workflows),
            **({"extends": request.extends} if request.extends else {}),
        },
    )
    if request.state is RequestState.PENDING:
        return [submitted]
    approved = AuditEvent(
        at=now,
        action=Action.REQUEST_APPROVED,
        actor="automatic",
        subject=request.id,
        cluster=request.cluster,
        facts={"workflow": ", ".join(plan.workflows)},
    )
    return [submitted, approved]
