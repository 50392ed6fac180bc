"""Whether a lease may last longer, judged anew by the grants worker's own configuration (law 8).

Since when it lasts, how long it does and how long it may without another yes is what its objects
carry under their MAC: whoever can write to the store moves none of it. So is when the last word
on their end was said: a yes that is no later was used, or somebody thought better of it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from daypass.domain.approvers import approvals_hold
from daypass.domain.errors import PermanentOutsideError, TemporaryOutsideError
from daypass.domain.extension import MOST_CHANGES, Wish, free_after, judge_extension
from daypass.domain.grant import Ends, GrantObject, gives
from daypass.domain.lease import PROVISION_DEADLINE, Extension, Lease
from daypass.domain.policy import Allowed, Refused
from daypass.domain.request import Plan, Request, RequestState
from daypass.ports import GrantPorts
from daypass.usecases.grants.ahead import how_things_stand
from daypass.usecases.grants.entitle import must_be_current, must_be_past, refusal
from daypass.usecases.grants.epochs import assure
from daypass.usecases.grants.mean import given_level, must_be_meant, seen_by_itself

NOT_SO = "it is not the extension that was given"
PAST = "that yes was used already, or came before the last word on its end: ask again"


def entitled_ends(
    lease: Lease,
    wanted: Extension,
    objects: Sequence[GrantObject],
    *,
    seen_at: datetime,
    ports: GrantPorts,
) -> Ends:
    """Judge the extension that a lease waits for, and hold it against what was approved.

    `objects` are all of the lease's, each genuine; `lease` was read after `seen_at`. Returns the
    ends that they are to have. Raises PermanentOutsideError when the rules do not give it,
    TemporaryOutsideError when that may pass.
    """
    assure(ports)
    _must_be_current(wanted, ports)
    first = ports.store.request(lease.request)
    if first is None or first.state is not RequestState.APPROVED or lease.cluster != ports.name:
        raise PermanentOutsideError("its request is not in the store")
    if lease.ends_at is None or wanted.until != lease.ends_at + wanted.length:
        raise PermanentOutsideError(NOT_SO)
    asked = _approved(lease, wanted, ports)
    ends = _ends(wanted, asked, seen_at)
    for found in objects:
        if not has(found, ends):
            _must_be_movable(found, wanted, ends)
    sealed = _as_sealed(lease, objects)
    plan = _judged_again(sealed, wanted, first, asked=asked, ports=ports)
    level = given_level(lease, ports)
    # Whatever the store says of its request.
    if not all(gives(found, level, lease.scope) for found in objects):
        raise PermanentOutsideError(f"{level.name} gives {level.gives} now, and its objects do not")
    if asked is not None and not approvals_hold(asked, plan, ports.catalog):
        raise PermanentOutsideError("the rules want other approvals than were given")
    return replace(ends, free_until=free_after(sealed, wanted, asked))


def _must_be_current(wanted: Extension, ports: GrantPorts) -> None:
    """Wait as long as a grant does for who judged it by other rules; then it is asked for anew.

    Else nobody could ask for more time for as long as the lease lasts.
    """
    try:
        must_be_current(wanted.version, ports)
    except TemporaryOutsideError as other:
        if ports.clock.now() >= wanted.asked_at + PROVISION_DEADLINE:
            raise PermanentOutsideError(f"{other}: ask again") from other
        raise


def has(found: GrantObject, ends: Ends) -> bool:
    """Whether an object has these ends: an earlier try gave them."""
    return found.expires_at == ends.expires_at and found.heard(ends.said_at)


def _ends(wanted: Extension, asked: Request | None, seen_at: datetime) -> Ends:
    """Return the ends that are wanted; nobody but its holder said a word for what is free."""
    decided_at = asked.decided_at if asked is not None else None
    return Ends(expires_at=wanted.until, said_at=decided_at or seen_at, extended_by=wanted.request)


def _must_be_movable(found: GrantObject, wanted: Extension, ends: Ends) -> None:
    if found.expires_at is None or found.expires_at < wanted.until - wanted.length:
        raise PermanentOutsideError(NOT_SO)
    if wanted.request is not None and found.heard(ends.said_at):
        raise PermanentOutsideError(PAST)
    if len(found.extended_by) >= MOST_CHANGES:
        raise PermanentOutsideError(f"its end was moved {MOST_CHANGES} times")


def _as_sealed(lease: Lease, objects: Sequence[GrantObject]) -> Lease:
    """Return the lease as its objects tell of it, before it waited for this.

    That they began when it did was compared when they were read.
    """
    if lease.attempt is None or not objects:
        raise PermanentOutsideError("it has no objects")
    free = [
        at for at in (lease.free_until, *(found.free_until for found in objects)) if at is not None
    ]
    complete = len(free) == 1 + len(objects)
    attempt = replace(lease.attempt, free_until=min(free) if complete else None)
    return replace(lease, attempt=attempt, extensions=lease.extensions[:-1])


def _approved(lease: Lease, wanted: Extension, ports: GrantPorts) -> Request | None:
    """Return the request that an extension rests on, None where it was free."""
    if wanted.request is None:
        return None
    asked = ports.store.request(wanted.request)
    if asked is None or asked.state is not RequestState.APPROVED or asked.extends != lease.id:
        raise PermanentOutsideError(NOT_SO)
    if asked.requester.id != lease.holder.id or asked.duration != wanted.length:
        raise PermanentOutsideError(NOT_SO)
    # Who was two people on another cluster may be one here, and a yes is for what was shown.
    shown = [(item.level, item.scope) for item in asked.plan.items]
    if asked.cluster != lease.cluster or shown != [(lease.level, lease.scope)]:
        raise PermanentOutsideError(NOT_SO)
    must_be_past(asked, ports)
    return asked


def _judged_again(
    lease: Lease, wanted: Extension, first: Request, *, asked: Request | None, ports: GrantPorts
) -> Plan:
    by = lease.holder if asked is None else asked.requester
    wish = Wish(
        by=ports.catalog.as_listed(by),
        lease=lease,
        request=first,
        length=wanted.length,
    )
    given = how_things_stand(ports)
    verdict = judge_extension(wish, seen_by_itself(lease, given, ports))
    if isinstance(verdict, Refused):
        raise refusal(verdict.reasons)
    if asked is None and not isinstance(verdict, Allowed):
        raise PermanentOutsideError("the rules want an approval for it")
    if asked is not None:
        must_be_meant(lease, asked, verdict.plan)
    return verdict.plan
