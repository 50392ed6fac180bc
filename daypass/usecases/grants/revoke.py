"""Revoke: make the end of leases so on the cluster, prove it, never give up (laws 1, 3, 4, 10).

It needs the stored names of objects, or their labels; never Slack, never the configuration's yes.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from daypass.domain.audit import Action, AuditEvent
from daypass.domain.errors import ConflictError, OutsideError, UnreadableError
from daypass.domain.ids import LeaseId
from daypass.domain.lease import SKEW, EndCause, Lease, LeaseState
from daypass.domain.listed import Listed
from daypass.domain.listing import few
from daypass.ports import Change, Claim, GrantPorts, Promise, PromiseKind
from daypass.usecases.grants.epochs import mark
from daypass.usecases.grants.prove import still_allowed
from daypass.usecases.grants.remove import NAMED, delete_leftovers, left_of, remove
from daypass.usecases.grants.tell_once import tell_once
from daypass.usecases.shared.commits import until_committed
from daypass.usecases.shared.ending import TOO_LATE, Ending, ending
from daypass.usecases.shared.events import GRANTS_WORKER, lease_event
from daypass.usecases.shared.holdings import tallies_without
from daypass.usecases.shared.pauses import Backoff, spread
from daypass.usecases.shared.rows import card, end_row
from daypass.usecases.shared.settle import DONE, Outcome, again, settle

AGAIN: Final = Backoff(first=timedelta(milliseconds=250), longest=timedelta(seconds=4))
"""Spread the longest is 5 s, and a cluster that came back is served by then (law 3)."""
EARLY_WAIT: Final = timedelta(seconds=1)
"""Between tries before the end, where nothing says since when it has been tried."""


def revoke(claims: Sequence[Claim], ports: GrantPorts) -> None:
    """End the leases that these promises name, all of one cluster.

    What does not succeed is due again; there is no exit but ENDED. Raises UnreadableError
    when one of them cannot be read: then each is to be revoked by itself. Raises the OutsideError
    of a store that takes no moves when everything is gone from the cluster that has to go.
    """
    leases = {lease.id: lease for lease in _loaded(claims, ports)}
    due: list[_Due] = []
    for claim in claims:
        lease = leases.get(LeaseId(claim.promise.subject))
        if lease is None or not lease.live:
            settle(claim, DONE, ports)
        elif lease.ends_at is not None and _not_yet(lease, ports.clock.now()):
            settle(claim, again(lease.ends_at), ports)
        else:
            due.append(_Due(claim=claim, lease=lease))
    decided = _decide(due, ports)
    # First, for the rest needs the store, too.
    _remove_unrecorded(decided.unmoved, ports)
    _revoke_due(decided.moved, ports)
    for overdue in decided.unmoved:
        settle(overdue.claim, _later(overdue, ports), ports)
    if decided.failed is not None:
        raise decided.failed


def recheck(claims: Sequence[Claim], ports: GrantPorts) -> None:
    """Look once more for objects of ended leases: a late create may have landed after all."""
    names = [LeaseId(claim.promise.subject) for claim in claims]
    try:
        _announce_late(left_of(names, ports), ports)
        dirty = delete_leftovers(names, ports)
    except OutsideError:
        return  # The claims come back by themselves.
    for claim in claims:
        # A finalizer may keep what was deleted.
        left = LeaseId(claim.promise.subject) in dirty
        settle(claim, again(ports.clock.now() + EARLY_WAIT) if left else DONE, ports)


def _announce_late(left: Sequence[Listed], ports: GrantPorts) -> None:
    """Write down what came late: rather twice than never, but of one object not at each try."""
    news = [found for found in left if found.ref.uid not in ports.witness.announced]
    with suppress(OutsideError):  # It goes anyway.
        for lease in dict.fromkeys(found.lease for found in news):
            late = _late(lease, [str(one.ref) for one in news if one.lease == lease], ports)
            tell_once(f"late {lease}", partial(ports.store.record, late), ports)
        ports.witness.announced.update(found.ref.uid for found in news)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Due:
    """A lease that has to go, and the promise that says so."""

    claim: Claim
    lease: Lease


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decided:
    """Leases that are recorded as over, and those that are not because the store `failed`."""

    moved: list[_Due]
    unmoved: list[_Due] = field(default_factory=list)
    failed: OutsideError | None = None


def _loaded(claims: Sequence[Claim], ports: GrantPorts) -> Sequence[Lease]:
    """Read the leases; of one that cannot be read what bears its label goes all the same."""
    names = [LeaseId(claim.promise.subject) for claim in claims]
    try:
        return ports.store.leases(names)
    except UnreadableError:
        if len(names) == 1:
            delete_leftovers(names, ports)
        raise


def _not_yet(lease: Lease, now: datetime) -> bool:
    return lease.grantable and lease.ends_at is not None and now < lease.ends_at


def _decide(due: list[_Due], ports: GrantPorts) -> _Decided:
    """Decide that those past their end are over, in one move if nobody else moved one of them."""
    fresh = [overdue for overdue in due if overdue.lease.state is not LeaseState.REVOKING]
    rest = [overdue for overdue in due if overdue.lease.state is LeaseState.REVOKING]
    try:
        return _Decided(moved=rest + _expire(fresh, ports))
    except ConflictError:
        return _decide_each(fresh, rest, ports)
    except OutsideError as error:
        return _Decided(moved=rest, unmoved=fresh, failed=error)


def _decide_each(fresh: list[_Due], rest: list[_Due], ports: GrantPorts) -> _Decided:
    """Decide of each by itself, until the store fails."""
    moved, unmoved = list(rest), list[_Due]()
    for number, one in enumerate(fresh):
        try:
            alone = _alone(one, ports)
        except OutsideError as error:
            return _Decided(moved=moved, unmoved=unmoved + fresh[number:], failed=error)
        moved += alone.moved
        unmoved += alone.unmoved
    return _Decided(moved=moved, unmoved=unmoved)


def _remove_unrecorded(due: list[_Due], ports: GrantPorts) -> None:
    """Remove what is past its end although nothing can be written down (law 10).

    Nothing else is done: the move is recorded, and the end proven, by the next try that can.
    """
    if due:
        ports.each(lambda overdue: remove(overdue.lease, ports), due)
        _delete_left(due, ports)


def _alone(one: _Due, ports: GrantPorts) -> _Decided:
    """Decide of one. Whoever moved it rescored its row: it is due again when it has to be.

    Where nobody did, and the store does not take the move all the same, it is over unrecorded.
    """
    try:
        return _Decided(moved=_expire([one], ports))
    except ConflictError:
        stands = one.lease in ports.store.leases([one.lease.id])
        return _Decided(moved=[], unmoved=[one] if stands else [])


def _expire(due: list[_Due], ports: GrantPorts) -> list[_Due]:
    if not due:
        return []
    active = tuple(overdue.lease for overdue in due if overdue.lease.state is LeaseState.ACTIVE)
    never = tuple(overdue.lease for overdue in due if overdue.lease.state is LeaseState.GRANTING)
    expired = Ending(cause=EndCause.EXPIRED, actor=GRANTS_WORKER)
    failed = Ending(cause=EndCause.FAILED, actor=GRANTS_WORKER, why=TOO_LATE)
    change = _both(ending(active, expired, ports), ending(never, failed, ports))
    # Their rows stay as they were claimed: they are being seen to now.
    rows = tuple(row for row in change.promises if row.kind is not PromiseKind.END)
    stored = ports.store.commit(replace(change, promises=rows))
    over = {lease.id: lease for lease in stored.leases}
    return [replace(overdue, lease=over[overdue.lease.id]) for overdue in due]


def _both(one: Change, other: Change) -> Change:
    return Change(
        move=one.move,
        leases=one.leases + other.leases,
        events=one.events + other.events,
        promises=one.promises + other.promises,
        done=one.done + other.done,
    )


def _revoke_due(due: list[_Due], ports: GrantPorts) -> None:
    tried = ports.each(lambda overdue: remove(overdue.lease, ports), due)
    gone = [one for one, removal in zip(due, tried, strict=True) if removal.done]
    left = _delete_left(gone, ports)
    clean = [overdue for overdue in gone if left is not None and overdue.lease.id not in left]
    proofs = ports.each_proof(lambda overdue: still_allowed(overdue.lease, ports), clean)
    proven = [(one, still) for one, still in zip(clean, proofs, strict=True) if still is not None]
    _end(proven, ports)
    over = {one.lease.id for one, _ in proven}
    for one, removal in zip(due, tried, strict=True):
        if one.lease.id not in over:
            _tell(one, removal.kept or (left or {}).get(one.lease.id, ""), ports)
            settle(one.claim, _later(one, ports), ports)


def _delete_left(due: list[_Due], ports: GrantPorts) -> Mapping[LeaseId, str] | None:
    """Delete what else bears their labels; None where the cluster does not say what there is."""
    try:
        return delete_leftovers([overdue.lease.id for overdue in due], ports) if due else {}
    except OutsideError:
        return None


def _tell(one: _Due, kept: str, ports: GrantPorts) -> None:
    """Let people see what keeps a lease from being over; another reason once in a while."""
    if not kept or one.lease.kept == kept:
        return
    now = ports.clock.now()
    told = Change(
        move=ports.ids.move(),
        leases=(one.lease.held(kept),),
        events=(
            lease_event(one.lease, Action.LEASE_HELD, {"why": kept}, actor=GRANTS_WORKER, at=now),
        ),
        promises=(card(one.lease.request, now),),
    )
    with suppress(ConflictError, OutsideError):  # It is told by the next try, and removed anyway.
        tell_once(f"kept {one.lease.id}", lambda: ports.store.commit(told), ports)


def _end(ended: list[tuple[_Due, str]], ports: GrantPorts) -> None:
    """Write down that they are over, anew while only the count of a holder was moved meanwhile."""
    if not ended:
        return
    leases = [one.lease for one, _ in ended]
    try:
        until_committed(
            lambda: ports.store.commit(_ended(ended, ports.clock.now(), ports)),
            still=lambda: list(ports.store.leases([lease.id for lease in leases])) == leases,
        )
        mark(ports)
    except ConflictError:
        for one in ended if len(ended) > 1 else ():
            _end([one], ports)


def _ended(ended: list[tuple[_Due, str]], now: datetime, ports: GrantPorts) -> Change:
    leases = tuple(one.lease.ended(now, still) for one, still in ended)
    return Change(
        move=ports.ids.move(),
        leases=leases,
        tallies=tallies_without(leases, ports),
        events=tuple(_event(lease, now) for lease in leases),
        promises=(
            *dict.fromkeys(card(lease.request, now) for lease in leases),
            *(row for lease in leases for row in _recheck_rows(lease, now)),
        ),
        done=tuple(end_row(lease, now) for lease in leases),
    )


def _recheck_rows(lease: Lease, now: datetime) -> tuple[Promise, ...]:
    """A paused worker may still send its create until then; afterwards nobody does."""
    if lease.attempt is None or now >= lease.attempt.create_before + SKEW:
        return ()
    at = lease.attempt.create_before + SKEW
    return (Promise(keeper=lease.cluster, kind=PromiseKind.RECHECK, subject=lease.id, at=at),)


def _event(lease: Lease, now: datetime) -> AuditEvent:
    late = now - lease.ends_at if lease.ends_at and lease.cause is EndCause.EXPIRED else None
    facts = {
        "cause": str(lease.cause),
        "still": lease.still,
        "late_seconds": f"{late.total_seconds():.3f}" if late is not None else "",
    }
    return lease_event(lease, Action.LEASE_ENDED, facts, actor=GRANTS_WORKER, at=now)


def _late(lease: LeaseId, names: Sequence[str], ports: GrantPorts) -> AuditEvent:
    return AuditEvent(
        at=ports.clock.now(),
        action=Action.OBJECT_CONDEMNED,
        actor=GRANTS_WORKER,
        subject=lease,
        cluster=ports.name,
        facts={"why": "created after its lease had ended", "objects": few(names, NAMED)},
    )


def _later(one: _Due, ports: GrantPorts) -> Outcome:
    """Try again: soon at first, then every few seconds, for ever."""
    now, ends_at = ports.clock.now(), one.lease.ends_at or one.lease.approved_at
    # Before its end: nothing says since when it has been tried.
    if now < ends_at:
        return again(now + spread(EARLY_WAIT, one.lease.id, now))
    return again(AGAIN.until(ends_at, one.lease.id, now))
