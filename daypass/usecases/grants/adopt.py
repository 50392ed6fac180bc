"""Adopt: take leases over from a cluster after the store has forgotten them (law 10).

An object with our MAC was approved, whatever the store says now: its lease goes on until the end
that the object carries, never longer. What was being granted is given up: nobody knows how far it
came.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Final

from daypass.domain.adoption import Found, lease_from, request_from
from daypass.domain.audit import Action
from daypass.domain.errors import PermanentOutsideError, UnreadableError
from daypass.domain.grant import INSTALL, REQUEST, GrantObject
from daypass.domain.ids import LeaseId, RequestId
from daypass.domain.lease import EndCause, Lease, LeaseState
from daypass.domain.request import Request, RequestState
from daypass.domain.review import Question
from daypass.domain.suspicion import Suspicion, suspect
from daypass.domain.tally import Tally
from daypass.ports import Change, GrantPorts
from daypass.usecases.grants.strays import inspection
from daypass.usecases.shared.commits import until_committed
from daypass.usecases.shared.ending import Ending, ending
from daypass.usecases.shared.events import GRANTS_WORKER, lease_event
from daypass.usecases.shared.holdings import tally_of
from daypass.usecases.shared.rows import end_row, holder_row, no_longer_waiting, warn_rows

FORGOTTEN: Final = "Daypass lost its memory while it was being granted"


def adopt(found: Iterable[GrantObject], ports: GrantPorts) -> tuple[LeaseId, ...]:
    """Take over what is genuine and unknown to the store; return those leases."""
    theirs = _by_request(found, ports)
    for lease in ports.store.live_on(ports.name).values():
        if lease.state is LeaseState.GRANTING:
            until_committed(partial(_given_up, lease.id, ports))
    adopted: list[LeaseId] = []
    for request, objects in theirs.items():
        with suppress(UnreadableError):  # One that is damaged keeps no other in doubt.
            adopted += until_committed(partial(_adopt, request, objects, ports))
    return tuple(adopted)


def _given_up(name: LeaseId, ports: GrantPorts) -> None:
    lease = ports.store.lease(name)
    if lease is not None and lease.state is LeaseState.GRANTING:
        why = Ending(cause=EndCause.FAILED, actor=GRANTS_WORKER, why=FORGOTTEN)
        ports.store.commit(ending((lease,), why, ports))


def _by_request(
    found: Iterable[GrantObject], ports: GrantPorts
) -> dict[RequestId, tuple[GrantObject, ...]]:
    """Sort what has our MAC and is not past its end by the request that it names.

    Nothing else of what is `found` is kept: it may be any number of objects of any size.
    """
    theirs: dict[RequestId, tuple[GrantObject, ...]] = {}
    for one in found:
        if _genuine(one, ports):
            request = RequestId(one.annotations[REQUEST])
            theirs[request] = (*theirs.get(request, ()), one)
    return theirs


def _genuine(found: GrantObject, ports: GrantPorts) -> bool:
    """Whether nothing but the store's ignorance speaks against an object."""
    mine = found.labels.get(INSTALL) == ports.catalog.install
    return mine and suspect(found, inspection({}, ports)) is Suspicion.UNKNOWN


def _adopt(
    name: RequestId, objects: Sequence[GrantObject], ports: GrantPorts
) -> tuple[LeaseId, ...]:
    """Commit a request with those of its leases that the store does not know."""
    request = ports.store.request(name)
    if request is not None and request.state not in (RequestState.PENDING, RequestState.APPROVED):
        return ()  # It was refused: what bears its name is removed as any other stray.
    known = {lease.id for lease in ports.store.leases([found.lease for found in objects])}
    leases = tuple(_lease(one, objects, ports) for one in _unknown(objects, known))
    if leases:
        ports.store.commit(_change(request, leases, ports))
    return tuple(lease.id for lease in leases)


def _unknown(objects: Sequence[GrantObject], known: set[LeaseId]) -> tuple[LeaseId, ...]:
    return tuple(dict.fromkeys(found.lease for found in objects if found.lease not in known))


def _lease(name: LeaseId, objects: Sequence[GrantObject], ports: GrantPorts) -> Lease:
    theirs = tuple(one for one in objects if one.lease == name)
    questions = tuple(asked for genuine in theirs for asked in _questions(genuine, ports))
    found = Found(lease=name, cluster=ports.name, objects=theirs, questions=questions)
    return lease_from(found, ports.clock.now())


def _questions(found: GrantObject, ports: GrantPorts) -> Sequence[Question]:
    """Return what it makes true; nothing where its role is gone by now."""
    try:
        return ports.cluster.questions(found)
    except PermanentOutsideError:
        return ()


def _change(request: Request | None, leases: tuple[Lease, ...], ports: GrantPorts) -> Change:
    now = ports.clock.now()
    made = request or request_from(leases, now, ports.catalog.version)
    pending = made.state is RequestState.PENDING
    moved = made.moved_to(RequestState.APPROVED, now) if pending else made
    counted = _counting(leases, ports)
    username = counted.username if counted is not None else ""
    return Change(
        move=ports.ids.move(),
        requests=(moved,),
        leases=tuple(replace(lease, username=username) for lease in leases),
        tallies=() if counted is None else (counted,),
        events=tuple(
            lease_event(
                lease, Action.LEASE_ADOPTED, {"holder": lease.holder.email, "level": lease.level},
                actor=GRANTS_WORKER, at=now,
            )
            for lease in leases
        ),
        promises=(
            *(end_row(lease, lease.ends_at or now) for lease in leases),
            *(row for lease in leases for row in warn_rows(lease, now)),
            *{holder_row(lease.holder.id, now) for lease in leases},
        ),
        done=no_longer_waiting(made) if pending else (),
    )  # fmt: skip


def _counting(leases: Sequence[Lease], ports: GrantPorts) -> Tally | None:
    """Return the count of their holder with these leases in it, from when their objects began.

    None where it is damaged: they go on all the same.
    """
    try:
        tally = tally_of(leases[0].holder, ports.name, ports)
    except UnreadableError:
        return None
    for lease in leases:
        began_at = lease.began_at or ports.clock.now()
        # It is there: no attempt of it is under way.
        tally = tally.counting(lease, began_at, ports.catalog.longest).settled([lease.id])
    return tally
