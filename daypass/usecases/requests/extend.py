"""Extend: the holder wants a lease to last longer: at once within the rules, else after a yes.

The end itself moves later: the grants worker gives it to the objects first (see `adjust`).
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from daypass.domain.circumstances import NOBODY, Circumstances
from daypass.domain.decision import could_approve
from daypass.domain.errors import RefusedError
from daypass.domain.extension import Wish, judge_extension, wanted
from daypass.domain.ids import PersonId, RequestId
from daypass.domain.lease import Extension, Lease
from daypass.domain.people import Person
from daypass.domain.policy import Allowed, unfit
from daypass.domain.request import Plan, Request
from daypass.ports import AskPorts, Change
from daypass.usecases.requests.extensions import extending_event
from daypass.usecases.requests.submit import request_for, submission
from daypass.usecases.shared.commits import until_committed
from daypass.usecases.shared.holdings import holding_to_extend
from daypass.usecases.shared.identify import identify
from daypass.usecases.shared.judging import circumstances, judged
from daypass.usecases.shared.owning import name_of
from daypass.usecases.shared.rows import adjust_row, card
from daypass.usecases.shared.targets import lease_named, own_lease


@dataclass(frozen=True, slots=True, kw_only=True)
class Extend:
    """Have the lease that `target` names `length` longer.

    No target means the only lease, no length what is usual, no reason the one given before.
    """

    actor: PersonId
    target: str
    length: timedelta | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extended:
    """What came of it: an `extension` that is being made so, or a `request` that waits.

    `asked` are those who could say yes.
    """

    lease: Lease
    extension: Extension | None = None
    request: Request | None = None
    asked: tuple[str, ...] = ()


def extend(command: Extend, ports: AskPorts) -> Extended:
    """Give a lease more time, or ask for it.

    Raises RefusedError with every reason that was found.
    """
    refused = tuple(unfit(command.reason))
    if refused:
        raise RefusedError(*refused)
    person = identify(command.actor, ports)
    target = command.target or own_lease(person, ports).id
    return until_committed(lambda: _extend(target, command, person=person, ports=ports))


def _extend(target: str, command: Extend, *, person: Person, ports: AskPorts) -> Extended:
    request, lease = lease_named(target, ports)
    wish = Wish(
        by=person,
        lease=lease,
        request=request,
        length=command.length,
        reason=command.reason.strip(),
        waiting=_waiting(lease, ports),
    )
    known = replace(
        circumstances(lease.cluster, ports),
        holding=holding_to_extend(person, ports),
        namesake=name_of(person, lease.cluster, ports).namesake,
    )
    verdict, given = judged(known, partial(judge_extension, wish), ports)
    if isinstance(verdict, Allowed):
        return _given(wish, verdict.plan, given, ports=ports)
    return _ask(wish, verdict.plan, given, ports=ports)


def _waiting(lease: Lease, ports: AskPorts) -> RequestId | None:
    return next(
        (waiting.id for waiting in ports.store.pending() if waiting.extends == lease.id), None
    )


def _given(wish: Wish, plan: Plan, given: Circumstances, *, ports: AskPorts) -> Extended:
    """Commit the extension with the promise to make it so."""
    extension = wanted(wish.lease, plan, given.now)
    lease = wish.lease.extending(extension)
    event = extending_event(lease, extension, actor=wish.by.id, why=wish.reason)
    ports.store.commit(
        Change(
            move=ports.ids.move(),
            leases=(lease,),
            events=(event,),
            promises=(adjust_row(lease, given.now), card(lease.request, given.now)),
        )
    )
    return Extended(lease=lease, extension=extension)


def _ask(wish: Wish, plan: Plan, given: Circumstances, *, ports: AskPorts) -> Extended:
    """Submit a request for more time; it waits no longer than the lease lasts."""
    lease = wish.lease
    left = (lease.ends_at or given.now) - given.now
    waits = replace(plan, timeout=min(plan.timeout, left))
    asked = request_for(
        replace(wish.ask, duration=plan.duration), waits, given.now, name=ports.ids.request()
    )
    request = replace(asked, extends=lease.id)
    # The lease is written as it is: two asks for it that meet are one, and a refusal.
    ports.store.commit(replace(submission(request, (), given, ports=ports), leases=(lease,)))
    could = (given.roster or NOBODY).describe(could_approve(plan))
    return Extended(lease=lease, request=request, asked=could)
