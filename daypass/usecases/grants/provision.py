"""Provision: realise a lease on its cluster; record, act, prove, then say so (laws 1 to 4)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from daypass.domain.audit import Action, AuditEvent
from daypass.domain.errors import (
    ConflictError,
    OutsideError,
    PermanentOutsideError,
    TemporaryOutsideError,
)
from daypass.domain.grant import GrantObject, planned
from daypass.domain.ids import LeaseId
from daypass.domain.instants import write_time
from daypass.domain.lease import Attempt, EndCause, Lease, LeaseState, ObjectRef, Proof
from daypass.domain.review import Question
from daypass.ports import Change, Claim, GrantPorts
from daypass.usecases.grants.begin import Begun, begin, begin_all
from daypass.usecases.grants.let_go import sift_if_many
from daypass.usecases.grants.prove import must_be_there, prove
from daypass.usecases.grants.remove import delete_own, left_of, objects_of
from daypass.usecases.grants.together import commit_together
from daypass.usecases.shared.commits import until_committed
from daypass.usecases.shared.ending import TOO_LATE, Ending, ending
from daypass.usecases.shared.events import GRANTS_WORKER, lease_event
from daypass.usecases.shared.holdings import tallies_with
from daypass.usecases.shared.pauses import Backoff
from daypass.usecases.shared.rows import card, end_row, provision_row, warn_rows
from daypass.usecases.shared.settle import DONE, LEFT, Outcome, again, held_on, settle

AGAIN: Final = Backoff(first=timedelta(milliseconds=500), longest=timedelta(seconds=8))
"""Spread the longest is 10 s: HURRIED."""
PROVEN: Final = 10.0
"""Seconds for which what was proven is taken to be there. Whoever watches compares within 30 s of
seeing something go, and a lease that does not run by then lacks nothing."""
UNDOING: Final = timedelta(seconds=30)
"""So long nobody else may go on with an attempt that is being undone; a crash costs as much."""


def provision(claim: Claim, ports: GrantPorts, *, begun: Begun | None = None) -> None:
    """Grant the lease that the promise names, or postpone it, or give it up at its deadline.

    Where `begun`, its attempt is stored; what waited for long since is judged anew. What a crash
    leaves behind is known by name in the store and ends by the agenda.
    """
    settle(claim, _try(claim, begun if _holds(begun, claim, ports) else None, ports), ports)


def begin_together(claims: Sequence[Claim], ports: GrantPorts) -> Mapping[LeaseId, Begun]:
    """Begin what goes together of many grants; the others are begun alone, each by `provision`.

    Where many are none, all that are due and like them go: they would hold up the others.
    """
    try:
        leases = ports.store.leases([LeaseId(claim.promise.subject) for claim in claims])
        due = [lease for lease in leases if _is_due(lease, ports)]
        sift_if_many(len(claims) - len(due), ports)
    except OutsideError:
        return {}
    return begin_all(due, ports)


def _is_due(lease: Lease, ports: GrantPorts) -> bool:
    return lease.state is LeaseState.GRANTING and lease.cluster == ports.name


def _holds(begun: Begun | None, claim: Claim, ports: GrantPorts) -> bool:
    """Whether what waited for a thread is still as it was judged, and nobody else's.

    Longer than its claim somebody else may have granted and ended it.
    """
    if begun is None or ports.clock.ticks() >= begun.until:
        return False
    return ports.clock.now() < claim.until


def _try(claim: Claim, begun: Begun | None, ports: GrantPorts) -> Outcome:
    lease = begun.lease if begun else ports.store.lease(LeaseId(claim.promise.subject))
    if lease is None or not _is_due(lease, ports):
        return DONE
    try:
        begun = begun or begin(lease, ports)
        with _undone_if_it_fails(begun, claim, ports) as made:
            objects = planned(begun.entitlement, begun.attempt)
            asked = [tuple(ports.cluster.questions(one)) for one in objects]
            for one in _in_time(objects, begun.attempt, ports):
                made.append(ports.cluster.create(one))
            proof = _proven(replace(begun.attempt, objects=tuple(made)), asked, ports)
        return _confirm(begun.entitlement.lease, proof, ports)
    except ConflictError:
        return again(ports.clock.now())
    except TemporaryOutsideError as error:
        return _later(lease, error, ports)
    except PermanentOutsideError as error:
        return _give_up(lease.id, str(error), ports)


@contextmanager
def _undone_if_it_fails(begun: Begun, claim: Claim, ports: GrantPorts) -> Iterator[list[ObjectRef]]:
    """Undo an attempt that begins here; what an earlier run of it sent may be on its way still.

    What it created goes by the uids that are put into the list, whatever its labels say by then.
    """
    made = list[ObjectRef]()
    try:
        yield made
    except OutsideError as error:
        having = _having(begun.entitlement.lease, made)
        if begun.lease.attempt is None and not error.unknown:
            _undo_alone(having, claim, str(error), ports=ports)
        if made:
            _remember(having, ports)
        raise


def _in_time(
    objects: Iterable[GrantObject], attempt: Attempt, ports: GrantPorts
) -> Iterator[GrantObject]:
    """Yield what is to be created, for as long as anything may be."""
    for one in objects:
        if ports.clock.now() >= attempt.create_before:
            raise PermanentOutsideError(TOO_LATE)
        yield one


def _proven(attempt: Attempt, asked: Sequence[Sequence[Question]], ports: GrantPorts) -> Proof:
    """Have the cluster say that each object that was created gives what it is for (law 4)."""
    written = ports.clock.ticks()
    if wait := ports.witness.lag.expected(written):
        ports.clock.pause(wait)
    pairs = zip(attempt.objects, asked, strict=True)
    made = attempt.objects
    already = [prove(ref, of_it, ports, since=written, among=made) for ref, of_it in pairs]
    if ports.clock.ticks() - written > PROVEN:
        must_be_there(attempt.objects, ports)
    return Proof(
        attempt=attempt,
        questions=tuple(question for of_it in asked for question in of_it),
        already="; ".join(dict.fromkeys(name for name in already if name)),
    )


def _confirm(lease: Lease, proof: Proof, ports: GrantPorts) -> Outcome:
    now = ports.clock.now()
    facts = {"expires_at": write_time(proof.attempt.expires_at), "already": proof.already}
    granted = lease.granted(proof, now)
    change = Change(
        move=ports.ids.move(),
        leases=(granted,),
        events=(_event(lease, Action.LEASE_GRANTED, facts, at=now),),
        promises=(card(lease.request, now), *warn_rows(granted, now)),
        done=(provision_row(lease, now),),
    )
    try:
        commit_together(change, ports)
    except ConflictError:
        _take_back(lease, proof.attempt, ports)
        raise
    return LEFT


def _take_back(lease: Lease, attempt: Attempt, ports: GrantPorts) -> None:
    """Delete what was created although somebody moved the lease meanwhile; others clean up too."""
    moved = ports.store.lease(lease.id)
    current = moved.attempt if moved is not None and moved.grantable else None
    if current is not None and current.number == attempt.number:
        return  # Another worker finished the same attempt: these are its objects.
    try:
        for ref in attempt.objects:
            ports.cluster.delete(ref)
    except OutsideError:  # The revocation looks again once no create can land any more.
        _remember(replace(lease, attempt=attempt), ports)


def _having(lease: Lease, made: Sequence[ObjectRef]) -> Lease:
    """Return a lease that knows the uids of what was created of its attempt."""
    objects = (*made, *objects_of(lease)[len(made) :])
    return replace(lease, attempt=lease.attempt and replace(lease.attempt, objects=objects))


def _remember(lease: Lease, ports: GrantPorts) -> None:
    """Store the uids of what was created, where its attempt was not undone.

    Whoever keeps that may have made something else of it by the time somebody comes back.
    """
    with suppress(ConflictError, OutsideError):  # It is known by its name, its MAC, what it gives.
        there = ports.store.lease(lease.id)
        if there is None or not _is_at(there, lease.attempt) or there.attempt == lease.attempt:
            return
        known = replace(there, attempt=lease.attempt)
        ports.store.commit(Change(move=ports.ids.move(), leases=(known,)))


def _is_at(there: Lease, attempt: Attempt | None) -> bool:
    """Whether a lease has that attempt, and it was not granted."""
    if attempt is None or there.attempt is None or there.granted_at is not None:
        return False
    return there.live and there.attempt.number == attempt.number


def _undo_alone(lease: Lease, claim: Claim, why: str, *, ports: GrantPorts) -> None:
    """Undo an attempt, unless the claim ran out and another worker goes on with it by now."""
    if held := held_on(claim, ports.clock.now() + UNDOING, ports):
        _undo(lease, why, ports)
        held_on(held, claim.until, ports)


def _undo(lease: Lease, why: str, ports: GrantPorts) -> None:
    """Take back an attempt of which every outcome is known; the next one gets new names."""
    try:
        tried = [delete_own(ref, lease, ports) for ref in objects_of(lease)]
        if not all(one.done for one in tried) or left_of([lease.id], ports):
            return
        # Anew where only the count of its holder was moved.
        until_committed(lambda: ports.store.commit(_undone(lease, why, ports)))
    except OutsideError:
        return  # The same attempt goes on, or ends by its row in the agenda.


def _undone(lease: Lease, why: str, ports: GrantPorts) -> Change:
    now = ports.clock.now()
    return Change(
        move=ports.ids.move(),
        leases=(lease.undone(why),),
        tallies=tuple(tally.undoing(lease.id) for tally in tallies_with(lease, ports)),
        events=(_event(lease, Action.LEASE_UNDONE, {"why": why}, at=now),),
        promises=(card(lease.request, now),) if lease.why != why else (),
        done=(end_row(lease, now),),
    )


def _event(lease: Lease, action: Action, facts: Mapping[str, str], *, at: datetime) -> AuditEvent:
    return lease_event(lease, action, facts, actor=GRANTS_WORKER, at=at)


def _later(lease: Lease, error: TemporaryOutsideError, ports: GrantPorts) -> Outcome:
    """Try again after a wait that grows with the time spent, until the deadline ends it."""
    now = ports.clock.now()
    if now >= lease.provision_by:
        return _give_up(lease.id, str(error), ports)
    _tell(lease.id, str(error), now, ports=ports)
    soon = AGAIN.until(lease.approved_at, lease.id, now, asked=error.delay)
    return again(min(soon, lease.provision_by))


def _tell(name: LeaseId, why: str, now: datetime, *, ports: GrantPorts) -> None:
    """Let people see what a grant waits for, once for each reason."""
    lease = ports.store.lease(name)
    if lease is None or lease.state is not LeaseState.GRANTING or lease.why == why:
        return
    told = Change(
        move=ports.ids.move(),
        leases=(lease.delayed(why),),
        events=(_event(lease, Action.LEASE_DELAYED, {"why": why}, at=now),),
        promises=(card(lease.request, now),),
    )
    with suppress(ConflictError):  # Somebody moved it: that is what people see.
        ports.store.commit(told)


def _give_up(name: LeaseId, why: str, ports: GrantPorts) -> Outcome:
    """Decide that the lease failed; the revocation undoes whatever was created."""
    lease = ports.store.lease(name)
    if lease is not None and lease.state is LeaseState.GRANTING:
        failed = Ending(cause=EndCause.FAILED, actor=GRANTS_WORKER, why=why)
        with suppress(ConflictError):  # Somebody ended it first; if not, the claim comes back.
            ports.store.commit(ending((lease,), failed, ports))
    return LEFT
