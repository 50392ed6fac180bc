"""Finds what a person means by an id, a part of it, or nothing at all where only one thing fits."""

from collections.abc import Sequence
from contextlib import suppress

from daypass.domain.approvers import hopeless
from daypass.domain.decision import could_answer, could_approve
from daypass.domain.errors import OutsideError, RefusedError, UnreadableError
from daypass.domain.ids import lease_id, read_id
from daypass.domain.lease import Lease
from daypass.domain.legible import MOST_LEVELS
from daypass.domain.people import Person
from daypass.domain.reasons import NeededLater, NoLease, OnlyWhole, UnknownRequest, WhichOne
from daypass.domain.request import Approval, Request, RequestState
from daypass.domain.yields import where_asked
from daypass.ports import AskPorts, Ledger
from daypass.usecases.shared.identify import roster
from daypass.usecases.shared.readable import readable


def request_named(target: str, ports: AskPorts) -> Request:
    """Return the request that an id, with or without a lease's suffix, names.

    Raises RefusedError when there is none.
    """
    read = read_id(target)
    found = ports.store.request(read[0]) if read else None
    if found is None:
        raise RefusedError(UnknownRequest(text=target))
    return found


def to_decide(target: str, person: Person, ports: AskPorts, *, yes: bool) -> Request:
    """Return the request named; for a no also the only pending one that `person` could decide.

    A yes is to what somebody has read: whoever asked could put another in its place meanwhile.
    """
    if target or yes:
        return _whole(target, "approve" if yes else "deny", ports)
    return only(waiting_for(person, ports, yes=False))


def to_cancel(target: str, person: Person, ports: AskPorts) -> Request:
    """Return the request named, or the only pending one of `person`."""
    if target:
        return _whole(target, "cancel", ports)
    mine = ports.store.requests_of(person.id)
    return only([request for request in mine if request.state is RequestState.PENDING])


def _whole(target: str, verb: str, ports: AskPorts) -> Request:
    """Return the request named; a lease's suffix must not say less than what is then done."""
    request = request_named(target, ports)
    read = read_id(target)
    named, ids = read[1] if read else None, request.lease_ids
    if named is not None and named not in ids:
        raise RefusedError(UnknownRequest(text=target))
    if named is not None and len(ids) > 1:
        raise RefusedError(OnlyWhole(request=request.id, levels=len(ids), verb=verb))
    return request


def waiting_for(person: Person, ports: AskPorts, *, yes: bool = True) -> Sequence[Request]:
    """Return the pending requests of others that wait for `person`, oldest first.

    A yes is waited for of those of the step that waits, a no may come of anybody in any step.
    """
    return [
        one
        for one in ports.store.pending()
        if one.requester.id != person.id and could_answer(person, one, ports.catalog, yes=yes)
    ]


def is_turn_of(person: Person, request: Request, ports: AskPorts) -> bool:
    """Whether a yes of theirs would be taken now: who is needed for a later step comes later.

    Where people cannot be looked up nobody knows, and the click says.
    """
    answered = request.with_approval(Approval(by=person, at=ports.clock.now(), yes=True))
    cluster = ports.catalog.clusters.get(request.cluster)
    if cluster is None or answered.progress.step is None:
        return True
    with suppress(OutsideError):
        people = roster(could_approve(request.plan), ports)
        return not isinstance(hopeless(answered, cluster=cluster, roster=people), NeededLater)
    return True


def only(requests: Sequence[Request]) -> Request:
    """Return the one request; raises RefusedError when there are more or none."""
    if len(requests) != 1:
        ids = tuple(request.id for request in requests)
        raise RefusedError(WhichOne(what="pending request", ids=ids))
    return requests[0]


def leases_named(target: str, ports: AskPorts) -> tuple[Request, tuple[Lease, ...]]:
    """Return a request with the leases meant: the one with that suffix, or all of its live ones.

    One of several that cannot be read is left out; raises UnreadableError where none can.
    """
    request = request_named(target, ports)
    read = read_id(target)
    named = read[1] if read else None
    names = request.lease_ids if named is None else (named,)
    leases = tuple(readable(names, ports).values()) or ports.store.leases(names)
    if not leases and (more := request.extends) is not None:  # It asks for more of that one.
        request, leases = request_named(more, ports), ports.store.leases([more])
    if not leases and request.state is not RequestState.APPROVED:
        raise RefusedError(NoLease(request=request.id, state=request.state))
    if not leases:
        raise RefusedError(UnknownRequest(text=target))
    return request, _live(leases)


def leases_to_end(target: str, ports: AskPorts) -> tuple[Request | None, tuple[Lease, ...]]:
    """Return the leases meant as `leases_named` does; None for a request that nobody can read.

    An end needs nothing but the lease (law 10): whatever became of its request stops none, and
    whatever that says now hides none.
    """
    found = _by_their_names(target, ports)
    if not found:
        return leases_named(target, ports)
    try:
        request = request_named(target, ports)
    except (RefusedError, UnreadableError):
        return None, _live(found)
    return request, _live([where_asked(lease, request) for lease in found])


def _live(leases: Sequence[Lease]) -> tuple[Lease, ...]:
    """Return those that are not over; all where there is none."""
    return tuple(lease for lease in leases if lease.grantable) or tuple(leases)


def _by_their_names(target: str, ports: AskPorts) -> tuple[Lease, ...]:
    read = read_id(target)
    if read is None:
        return ()
    whole = [lease_id(read[0], number) for number in range(1, MOST_LEVELS + 1)]
    return tuple(readable(whole if read[1] is None else [read[1]], ports).values())


def lease_named(target: str, ports: AskPorts) -> tuple[Request, Lease]:
    """Return a request with the one lease that is meant; raises RefusedError where several fit."""
    request, leases = leases_named(target, ports)
    return request, the_one(leases)


def the_one(leases: Sequence[Lease]) -> Lease:
    """Return the one lease; raises RefusedError where there are several."""
    if len(leases) != 1:
        raise RefusedError(WhichOne(what="lease", ids=tuple(lease.id for lease in leases)))
    return leases[0]


def held_by(request: Request, ledger: Ledger) -> tuple[Lease, ...]:
    """Return the leases that a request became; the one that it asks more time for, if it does.

    One that cannot be read is left out.
    """
    known = request.state is RequestState.APPROVED or request.extends is not None
    return tuple(readable(request.concerns, ledger).values()) if known else ()


def own_lease(person: Person, ports: AskPorts) -> Lease:
    """Return the only lease that `person` holds; raises RefusedError unless it is one."""
    return the_one([lease for lease in ports.store.live_of(person.id) if lease.grantable])
