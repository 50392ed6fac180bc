"""A lease and its request as the objects on a cluster tell them, for a store that forgot. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from daypass.domain.errors import BrokenInvariantError
from daypass.domain.grant import (
    APPROVERS,
    AUTOMATIC,
    CREATE_BEFORE,
    HOLDER,
    LEVEL,
    REQUESTER,
    GrantObject,
)
from daypass.domain.ids import LeaseId, PersonId, RequestId, lease_id
from daypass.domain.instants import read_time
from daypass.domain.lease import Attempt, Lease, LeaseState
from daypass.domain.names import name_of
from daypass.domain.people import Person
from daypass.domain.request import Ask, Item, Plan, Request, RequestState
from daypass.domain.review import Question
from daypass.domain.scope import Scope

TAKEN_OVER: Final = "(taken over from the cluster: Daypass had forgotten it)"
_ATTEMPT: Final = re.compile(r"([1-9]\d*)(?:-[1-9]\d*)?")
"""What follows the lease in a name: the attempt, and which of several objects it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The objects of one lease that are on a cluster, all with our MAC, and what would prove it."""

    lease: LeaseId
    cluster: str
    objects: tuple[GrantObject, ...]
    questions: tuple[Question, ...]


def lease_from(found: Found, now: datetime) -> Lease:
    """Return the lease that the objects tell of: active until the earliest end on them."""
    first = found.objects[0]
    end = min(_end(made) for made in found.objects)
    return Lease(
        id=found.lease,
        holder=_holder(first, now),
        approvers=tuple(approver for approver in _approvers(first) if approver != AUTOMATIC),
        cluster=found.cluster,
        level=first.annotations[LEVEL],
        scope=_scope(found.objects),
        duration=max(end - now, timedelta(0)),
        approved_at=now,
        state=LeaseState.ACTIVE,
        tries=_number(first),
        attempt=_attempt(found.objects, end),
        granted_at=now,
        ends_at=end,
        proof=found.questions,
        adopted=True,
    )


def request_from(leases: Sequence[Lease], now: datetime, version: str) -> Request:
    """Return a request of which `leases`, all of one request, may have come."""
    first = leases[0]
    levels = {lease.id: Item(level=lease.level, scope=lease.scope, workflow="") for lease in leases}
    plan = Plan(
        items=_items(first.request, levels),
        duration=first.duration,
        longest=first.duration,
        steps=(),
        timeout=timedelta(0),
        self_approval=False,
        version=version,
    )
    ask = Ask(
        requester=first.holder,
        cluster=first.cluster,
        levels=tuple(item.level for item in levels.values()),
        reason=TAKEN_OVER,
    )
    pending = Request(id=first.request, ask=ask, plan=plan, asked_at=now, lapses_at=now)
    return pending.moved_to(RequestState.APPROVED, now)


def _items(request: RequestId, levels: Mapping[LeaseId, Item]) -> tuple[Item, ...]:
    """Return an item per lease, with an empty one where a lease of the request is not there."""
    count, known = 0, dict(levels)
    items: list[Item] = []
    while known:
        count += 1
        gone = Item(level="", scope=Scope(), workflow="")
        items.append(known.pop(lease_id(request, count), gone))
    return tuple(items)


def _holder(found: GrantObject, now: datetime) -> Person:
    email = found.annotations[REQUESTER]
    return Person(
        id=PersonId(found.annotations[HOLDER]),
        name=email,
        email=email,
        teams=frozenset(),
        verified_at=now,
    )


def _approvers(found: GrantObject) -> Sequence[str]:
    return found.annotations[APPROVERS].split(",")


def _scope(objects: Sequence[GrantObject]) -> Scope:
    return Scope(namespaces=tuple(sorted({o.ref.namespace for o in objects if o.ref.namespace})))


def _attempt(objects: Sequence[GrantObject], end: datetime) -> Attempt:
    late = read_time(objects[0].annotations[CREATE_BEFORE])
    return Attempt(
        number=_number(objects[0]),
        objects=tuple(replace(made.ref) for made in objects),
        expires_at=end,
        create_before=late or end,
        began_at=objects[0].began_at,
        free_until=objects[0].free_until,
    )


def _number(found: GrantObject) -> int:
    """Read the attempt's number from a name that we gave."""
    written = _ATTEMPT.fullmatch(found.ref.name.removeprefix(name_of(found.lease)))
    if written is None:
        raise BrokenInvariantError(f"{found.ref} bears our MAC and not our name")
    return int(written[1])


def _end(found: GrantObject) -> datetime:
    if found.expires_at is None:
        raise BrokenInvariantError(f"{found.ref} bears our MAC and no end")
    return found.expires_at
