"""Begin: judge grants anew and store their attempts, many in one move (laws 2, 7, 8)."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from daypass.domain.audit import Action, AuditEvent
from daypass.domain.errors import (
    ConflictError,
    OutsideError,
    PermanentOutsideError,
    TemporaryOutsideError,
)
from daypass.domain.grant import Entitlement, fits, fix_attempt
from daypass.domain.ids import LeaseId
from daypass.domain.instants import write_time
from daypass.domain.lease import Attempt, Lease
from daypass.domain.names import may_be_of
from daypass.domain.tally import Tally
from daypass.ports import Change, GrantPorts, joined
from daypass.ports.store import touched
from daypass.usecases.grants.ahead import NOTHING_READ, Ahead
from daypass.usecases.grants.entitle import entitled
from daypass.usecases.grants.together import commit_together
from daypass.usecases.shared.commits import until_committed
from daypass.usecases.shared.ending import TOO_LATE
from daypass.usecases.shared.events import GRANTS_WORKER, lease_event
from daypass.usecases.shared.rows import end_row


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """An attempt that is stored: `lease` is as it was read, the entitlement's as it is now.

    How it was judged holds until the tick `until`; what is begun alone is created at once.
    """

    lease: Lease
    entitlement: Entitlement
    attempt: Attempt
    until: float = math.inf

    def stored_by(self, change: Change) -> Self:
        """Return it with the lease as that move stored it."""
        (lease,) = (one for one in change.leases if one.id == self.lease.id)
        return replace(self, entitlement=replace(self.entitlement, lease=lease))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """What is to be begun, and the move that stores it; none where a crash left it stored."""

    begun: Begun
    change: Change | None = None


def begin(lease: Lease, ports: GrantPorts) -> Begun:
    """Judge a lease that is to be granted, and store its attempt.

    Anew where its holder was given something else meanwhile: the tally moved, not the lease.
    Raises OutsideError when it is not to be granted, or not now, ConflictError when it moved.
    """
    return until_committed(
        lambda: _begin(lease, ports), still=lambda: ports.store.lease(lease.id) == lease
    )


def _begin(lease: Lease, ports: GrantPorts) -> Begun:
    judged = _judge(lease, ports)
    if judged.change is None:
        return judged.begun
    return judged.begun.stored_by(commit_together(judged.change, ports))


def begin_all(leases: Sequence[Lease], ports: GrantPorts) -> Mapping[LeaseId, Begun]:
    """Begin those that go together, in one move, judged by what was read at one time for all.

    What is not returned goes alone: nobody is refused here, and no trouble is anybody else's.
    """
    try:
        ahead = Ahead.of(leases, ports)
        judged = list(_judged(leases, ahead, ports))
        if not judged:
            return {}
        stored = ports.store.commit(joined([change for _, change in judged]))
    except (ConflictError, OutsideError):
        return {}
    every = (replace(begun.stored_by(stored), until=ahead.until) for begun, _ in judged)
    return {begun.lease.id: begun for begun in every}


def _judged(
    leases: Sequence[Lease], ahead: Ahead, ports: GrantPorts
) -> Iterator[tuple[Begun, Change]]:
    """Yield what is to be begun, of each person one, for as long as what was read holds.

    None after what does not answer just now.
    """
    moved = set[object]()
    for lease in leases:
        if ports.clock.ticks() >= ahead.until:
            return
        try:
            judged = _judge(lease, ports, ahead=ahead)
        except TemporaryOutsideError:
            return
        except PermanentOutsideError:
            continue
        if judged.change is not None and moved.isdisjoint(mine := touched(judged.change)):
            moved |= mine
            yield judged.begun, judged.change


def _judge(lease: Lease, ports: GrantPorts, *, ahead: Ahead = NOTHING_READ) -> _Judged:
    """Judge and fix the attempt."""
    tally = ahead.tally_of(lease, ports)
    entitlement = entitled(lease, tally, ports, ahead=ahead)
    now = ports.clock.now()
    if now >= lease.provision_by:
        raise PermanentOutsideError(lease.why or TOO_LATE)
    if lease.attempt is None:
        return _started(entitlement, tally, now, ports=ports)
    # An attempt that a crash left behind is continued: its creates may still be on their way.
    if not tally.may_go_on(lease) or not fits(lease.attempt, entitlement, now):
        raise PermanentOutsideError("the stored attempt is not what the rules give")
    return _Judged(begun=Begun(lease=lease, entitlement=entitlement, attempt=lease.attempt))


def _started(
    entitlement: Entitlement, tally: Tally, now: datetime, *, ports: GrantPorts
) -> _Judged:
    """Fix the attempt, its end and its row in the agenda, before the first API call (law 2)."""
    lease = entitlement.lease
    if lease.id in tally.over:
        raise PermanentOutsideError("it was ended, and an approval gives it once")
    if not tally.may_begin(lease, now):
        raise PermanentOutsideError("it was begun already, and an approval gives it once")
    attempt = fix_attempt(lease, entitlement.level, now, allowance=entitlement.allowance)
    if not all(may_be_of(lease.id, ref) for ref in attempt.objects):
        raise PermanentOutsideError(f"it was tried {lease.tries} times, which nobody of ours did")
    started = replace(lease.starting(attempt), username=tally.username)
    rules = ports.catalog
    counted = tally.counting(started, now, rules.longest, rules=rules.version)
    change = Change(
        move=ports.ids.move(),
        leases=(started,),
        tallies=(counted,),
        events=(
            _attempted(lease, attempt, now),
            *(_blown(lease, counted, now, ports=ports) if lease.id not in tally.leases else ()),
        ),
        promises=(end_row(started, attempt.expires_at),),
    )
    begun = Begun(lease=lease, entitlement=entitlement, attempt=attempt)
    return _Judged(begun=begun, change=change)


def _attempted(lease: Lease, attempt: Attempt, now: datetime) -> AuditEvent:
    facts = {
        "objects": ", ".join(str(ref) for ref in attempt.objects),
        "expires_at": write_time(attempt.expires_at),
    }
    return lease_event(lease, Action.LEASE_ATTEMPTED, facts, actor=GRANTS_WORKER, at=now)


def _blown(
    lease: Lease, counted: Tally, now: datetime, *, ports: GrantPorts
) -> Iterator[AuditEvent]:
    """Say that the fuse blows with this lease: nothing more follows within the minute."""
    most = ports.catalog.grants_per_minute
    if len(counted.within_minute(now)) == most:
        facts = {"holder": lease.holder.email, "most": str(most)}
        yield lease_event(lease, Action.FUSE_BLOWN, facts, actor=GRANTS_WORKER, at=now)
