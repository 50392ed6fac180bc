"""Adjust: give a lease's objects the end that it is to have, without ever deleting one.

More time: the objects first, the store after; so whatever crashes, the store's earlier end rules.
Less time: the store has it already, and its row in the agenda rules whatever the objects say.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from daypass.domain.audit import Action
from daypass.domain.errors import ConflictError, PermanentOutsideError, TemporaryOutsideError
from daypass.domain.extension import given_up
from daypass.domain.grant import Ends, GrantObject, belongs, sealed_by, with_ends
from daypass.domain.ids import LeaseId
from daypass.domain.instants import write_time
from daypass.domain.lease import Extension, Lease, LeaseState, ObjectRef
from daypass.ports import HURRIED, Change, Claim, GrantPorts
from daypass.usecases.grants.drift import end_drifted
from daypass.usecases.grants.prolong import entitled_ends, has
from daypass.usecases.grants.remove import objects_of
from daypass.usecases.grants.turns import PATIENCE, by_turns, remember
from daypass.usecases.grants.whole import all_objects_of
from daypass.usecases.shared.events import GRANTS_WORKER, lease_event
from daypass.usecases.shared.holdings import tallies_settled
from daypass.usecases.shared.pauses import Backoff
from daypass.usecases.shared.readable import asked_for
from daypass.usecases.shared.rows import adjust_row, cards, end_row, warn_row, warn_rows
from daypass.usecases.shared.settle import DONE, LEFT, Outcome, again, settle

_CHANGED: Final = "was changed on the cluster"
AGAIN: Final = Backoff(first=timedelta(milliseconds=500), longest=timedelta(seconds=8))
"""Spread the longest is 10 s: HURRIED."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Running:
    """A lease that runs, and when it ends as the store has it; it was read after `seen_at`."""

    lease: Lease
    ends_at: datetime
    seen_at: datetime


def adjust(claim: Claim, ports: GrantPorts) -> None:
    """Make the end on the objects of the lease that the promise names what it is to be.

    What does not succeed is due again until the lease ends; then nothing is left to be adjusted.
    """
    settle(claim, _try(claim, ports), ports)


def _try(claim: Claim, ports: GrantPorts) -> Outcome:
    found = _running(LeaseId(claim.promise.subject), ports)
    if found is None:
        return DONE
    wanted = found.lease.extension
    try:
        if wanted is None:
            return _cut(found, ports)
        return _lengthen(found, wanted, ports)
    except ConflictError:
        return again(ports.clock.now())
    except TemporaryOutsideError as trouble:
        return _later(claim, found, trouble, ports=ports)
    except PermanentOutsideError as no:
        return _refuse(found.lease, str(no), ports)


def ensure_adjusted(
    found: Iterable[GrantObject], leases: Mapping[LeaseId, Lease], ports: GrantPorts
) -> None:
    """Promise to adjust leases of which an object says that they last, or may last, longer.

    For the reconciliation: a row may be lost that was promised, or an old write may land late.
    """
    now = ports.clock.now()
    longer = {one.lease for one in found if _is_longer(one, leases.get(one.lease))}
    for name in sorted(longer):
        ports.agenda.ensure(adjust_row(leases[name], now), within=HURRIED)


def _is_longer(found: GrantObject, lease: Lease | None) -> bool:
    """Whether it is a lease's own; what else names the lease gives it nothing."""
    return _lasts_longer(found, lease) and lease is not None and found.ref in objects_of(lease)


def _lasts_longer(found: GrantObject, lease: Lease | None) -> bool:
    if lease is None or lease.state is not LeaseState.ACTIVE:
        return False
    said = ((found.expires_at, lease.ends_at), (found.free_until, lease.free_until))
    return any(theirs is not None and ours is not None and theirs > ours for theirs, ours in said)


def _running(name: LeaseId, ports: GrantPorts) -> _Running | None:
    """Return a lease that runs here; None where its end is somebody else's business by now."""
    seen_at = ports.clock.now()
    lease = ports.store.lease(name)
    if lease is None or lease.state is not LeaseState.ACTIVE or lease.ends_at is None:
        return None
    if lease.cluster != ports.name or ports.clock.now() >= lease.ends_at:
        return None
    return _Running(lease=lease, ends_at=lease.ends_at, seen_at=seen_at)


def _cut(running: _Running, ports: GrantPorts) -> Outcome:
    """Take back whatever an object says beyond the end; nothing here makes one last longer.

    A yes that was given up is behind it from then on, although it never moved the end.
    One that is not ours any more, or cannot be changed, does not save the others; nor does one that
    the server fails with each time, whoever makes it. A lease that names none, or one that is not
    there, is over: else whoever had written that would keep from the objects what somebody decided.
    """
    lease, until = running.lease, ports.clock.ticks() + PATIENCE
    turn = by_turns(lease, all_objects_of(lease, ports), ports)
    tried = list[TemporaryOutsideError | None]()
    for ref in turn:
        tried.append(_cut_one(ref, running, ports))
        if tried[-1] is not None and ports.clock.ticks() > until:
            break
    remember(lease, turn, [trouble is None for trouble in tried], ports=ports)
    for trouble in filter(None, tried):
        raise trouble
    if end_drifted([lease], ports):
        return LEFT
    # Else whoever writes it back to what it was before would have it created with the end of then.
    if settled := tallies_settled([lease], ports):
        ports.store.commit(Change(move=ports.ids.move(), tallies=settled))
    return DONE


def _cut_one(ref: ObjectRef, running: _Running, ports: GrantPorts) -> TemporaryOutsideError | None:
    """Take back what one object says; return what the server has against that one just now.

    Raises TemporaryOutsideError where nothing answers.
    """
    try:
        with suppress(PermanentOutsideError):  # The reconciliation sees to what is there instead.
            found = _sealed(ref, running.lease, ports)
            ends = _no_later(found, running)
            if _takes_back(found, ends) or _waits_for_more(found, running.lease):
                _give(found, ends, ports)
    except TemporaryOutsideError as trouble:
        ports.cluster.probe()
        return trouble
    return None


def _waits_for_more(found: GrantObject, lease: Lease) -> bool:
    """Whether a yes that was given up, or came before a cut, could still give an object more.

    The latter may have been used for others of the lease's: who writes leases may name some only.
    """
    given_up = (one for one in lease.extensions[-1:] if one.refused and one.request is not None)
    words = (*(one.asked_at for one in given_up), *(cut.at for cut in lease.cuts[-1:]))
    return not all(found.heard(at) for at in words)


def _takes_back(found: GrantObject, ends: Ends) -> bool:
    """Whether an object lasts, or may last, longer than that."""
    said = ((found.expires_at, ends.expires_at), (found.free_until, ends.free_until))
    return any(theirs is not None and ours is not None and theirs > ours for theirs, ours in said)


def _no_later(found: GrantObject, running: _Running) -> Ends:
    """Return the earlier of what an object and its lease say: only a yes moves an end later.

    It is said after each yes and cut, also after one of a time that was ahead. Nothing is free of
    an object that ends before its lease does: that is nobody's of ours, and what somebody said of
    a lease with an end that it never had would be lost.
    """
    lease, end = running.lease, found.expires_at or running.ends_at
    theirs, ours = found.free_until, lease.free_until if end >= running.ends_at else end
    said = (*(one.asked_at for one in lease.extensions), *(cut.at for cut in lease.cuts))
    return Ends(
        expires_at=min(end, running.ends_at),
        said_at=max([running.seen_at, *said]),
        free_until=min(theirs, ours) if theirs is not None and ours is not None else theirs,
    )


def _lengthen(running: _Running, wanted: Extension, ports: GrantPorts) -> Outcome:
    # All are looked at before the first is changed: half an extension is none, and one that says
    # for how long is the last word for each.
    lease = running.lease
    objects = [_own(ref, lease, ports) for ref in all_objects_of(lease, ports)]
    ends = entitled_ends(lease, wanted, objects, seen_at=running.seen_at, ports=ports)
    for found in objects:
        if not has(found, ends):
            _give(found, ends, ports)
    _confirm(lease, ends.free_until, ports)
    return LEFT


def _give(found: GrantObject, ends: Ends, ports: GrantPorts) -> None:
    ports.cluster.annotate(found, with_ends(found, ends, cluster=ports.name, key=ports.key))


def _sealed(ref: ObjectRef, lease: Lease, ports: GrantPorts) -> GrantObject:
    """Read an object of that name that we made for that lease, whatever else the store says of it.

    Enough for taking time off it.
    """
    return _there(ref, lambda found: found.lease == lease.id, ports)


def _own(ref: ObjectRef, lease: Lease, ports: GrantPorts) -> GrantObject:
    """Read an object that is exactly what was granted; any other is never touched."""
    found = _there(ref, lambda found: found.ref.uid == ref.uid, ports)
    if not belongs(found, lease, ports.catalog.install):
        raise PermanentOutsideError(f"{ref} {_CHANGED}")
    return found


def _there(ref: ObjectRef, known: Callable[[GrantObject], bool], ports: GrantPorts) -> GrantObject:
    """Read one that is the known one, under our seal; raises PermanentOutsideError for another."""
    found = ports.cluster.read(ref)
    if found is None or not known(found):
        raise PermanentOutsideError(f"{ref} is gone from the cluster")
    if not sealed_by(found, cluster=ports.name, key=ports.key):
        raise PermanentOutsideError(f"{ref} {_CHANGED}")
    return found


def _confirm(lease: Lease, free_until: datetime | None, ports: GrantPorts) -> None:
    now = ports.clock.now()
    longer = lease.extended(now, free_until)
    done = longer.extensions[-1]
    facts = {"until": write_time(done.until), "request": done.request or ""}
    ports.store.commit(
        Change(
            move=ports.ids.move(),
            leases=(longer,),
            tallies=tallies_settled([lease], ports, until=longer.ends_at),
            events=(lease_event(lease, Action.LEASE_EXTENDED, facts, actor=GRANTS_WORKER, at=now),),
            promises=(
                end_row(lease, done.until),
                *warn_rows(longer, now),
                *cards(lease, now),
            ),
            done=(adjust_row(lease, now), warn_row(lease, now)),
        )
    )


def _later(
    claim: Claim, running: _Running, trouble: TemporaryOutsideError, *, ports: GrantPorts
) -> Outcome:
    """Try again after a wait that grows with the time spent, no later than the lease's end."""
    now, wanted = ports.clock.now(), running.lease.extension
    since = wanted.asked_at if wanted is not None else _last_cut(running, claim)
    soon = AGAIN.until(since, running.lease.id, now, asked=trouble.delay)
    return again(min(soon, running.ends_at))


def _last_cut(running: _Running, claim: Claim) -> datetime:
    cuts = running.lease.cuts
    return cuts[-1].at if cuts else claim.promise.at


def _refuse(lease: Lease, why: str, ports: GrantPorts) -> Outcome:
    """Keep the end that the lease has, and say so; what was changed already is taken back."""
    now = ports.clock.now()
    event = lease_event(lease, Action.LEASE_NOT_EXTENDED, {"why": why}, actor=GRANTS_WORKER, at=now)
    refused = Change(
        move=ports.ids.move(),
        leases=(given_up(lease, why, asked_for(lease, ports)),),
        events=(event,),
        promises=(adjust_row(lease, now), *cards(lease, now)),
    )
    with suppress(ConflictError):  # Whoever moved it decided: the claim comes back by itself.
        ports.store.commit(refused)
    return LEFT
