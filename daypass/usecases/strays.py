"""Strays: remove what is under our label and belongs to no running lease (law 1).

It is written down first: a removal that is told twice, because somebody died in between, is better
than one that nobody hears of. What cannot be written down goes all the same (law 10).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Final

from daypass.domain.audit import Action, AuditEvent
from daypass.domain.errors import (
    OutsideError,
    PermanentOutsideError,
    TemporaryOutsideError,
    UnreadableError,
)
from daypass.domain.grant import MANAGED_BY, GrantObject
from daypass.domain.ids import LeaseId
from daypass.domain.lease import Lease, ObjectRef
from daypass.domain.suspicion import SAID_BY_STORE, Inspection, Suspicion, suspect
from daypass.ports import GrantPorts
from daypass.usecases.epochs import goes_on

ACTOR: Final = "reconcile"
PORTION: Final = 16
"""Removed at once: ends, which share the threads, wait for no more than that."""
Judge = Callable[[GrantObject], Suspicion | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """An object that has to go, and why; `refusal` is what the cluster said when it kept it."""

    ref: ObjectRef
    why: Suspicion
    refusal: str = ""


def suspects(
    found: Iterable[GrantObject], leases: Mapping[LeaseId, Lease], ports: GrantPorts
) -> list[GrantObject]:
    """Return what belongs to none of `leases`; these were read after the objects."""
    against = inspection(leases, ports)
    return [one for one in found if suspect(one, against) is not None]


def removals(doomed: Iterable[GrantObject], ports: GrantPorts) -> tuple[Removal, ...]:
    """Remove suspects, each looked at once more, afresh.

    Raises OutsideError when a cluster or store that fails leaves it open.
    """
    return _removed(doomed, partial(_judged_again, ports=ports), ports)


def removals_alone(found: Iterable[GrantObject], ports: GrantPorts) -> tuple[Removal, ...]:
    """Remove what is condemned by its own words: the store is not asked, only told."""
    judge = partial(_judged_alone, ports=ports)
    return _removed([one for one in found if judge(one) is not None], judge, ports)


def inspection(leases: Mapping[LeaseId, Lease], ports: GrantPorts) -> Inspection:
    """Return what objects are held against now."""
    return Inspection(
        install=ports.catalog.install,
        cluster=ports.name,
        key=ports.key,
        now=ports.clock.now(),
        leases=leases,
    )


def readable(names: Sequence[LeaseId], ports: GrantPorts) -> Mapping[LeaseId, Lease]:
    """Return the leases of these names; one that cannot be read is none."""
    try:
        return {lease.id: lease for lease in ports.store.leases(names)}
    except UnreadableError:
        alone = [readable([name], ports) for name in names] if len(names) > 1 else []
        return {name: lease for found in alone for name, lease in found.items()}


def labelled(found: GrantObject | None) -> bool:
    """Whether it is there and under our label."""
    return found is not None and found.labels.get(MANAGED_BY) == "daypass"


def _removed(doomed: Iterable[GrantObject], judge: Judge, ports: GrantPorts) -> tuple[Removal, ...]:
    rest, tried = list(doomed), list[Removal | None]()
    while rest:
        tried += ports.each(lambda one: _removal(one, judge, ports), rest[:PORTION])
        del rest[:PORTION]
    return tuple(gone for gone in tried if gone is not None)


def _removal(listed: GrantObject, judge: Judge, ports: GrantPorts) -> Removal | None:
    found = ports.cluster.read(listed.ref)
    why = judge(found) if found is not None and labelled(found) else None
    if found is None or why is None:
        return None
    _announce(found, why, ports)
    try:
        ports.cluster.delete(found.ref)
    except PermanentOutsideError as error:  # Whoever put it there must not stop the whole look.
        return Removal(ref=found.ref, why=why, refusal=str(error))
    return Removal(ref=found.ref, why=why)


def _announce(found: GrantObject, why: Suspicion, ports: GrantPorts) -> None:
    """Write down that it goes, once in the life of this process however often that is refused."""
    if found.ref.uid in ports.past.announced:
        return
    event = AuditEvent(
        at=ports.clock.now(),
        action=Action.OBJECT_REMOVED,
        actor=ACTOR,
        subject=str(found.ref),
        cluster=ports.name,
        facts={"lease": found.lease, "why": why.value, "uid": found.ref.uid},
    )
    with suppress(OutsideError):
        ports.store.record(event)
        ports.past.announced.add(found.ref.uid)


def _judged_alone(found: GrantObject, ports: GrantPorts) -> Suspicion | None:
    why = suspect(found, inspection({}, ports))
    return None if why in SAID_BY_STORE else why


def _judged_again(found: GrantObject, ports: GrantPorts) -> Suspicion | None:
    """Judge by the lease as it is now; a store that fails or forgets is not "unknown"."""
    why = suspect(found, inspection(readable([found.lease], ports), ports))
    if why in SAID_BY_STORE and not goes_on(ports):
        # What is unknown only since then is adopted by the next look.
        raise TemporaryOutsideError("the store was set back while the cluster was looked at")
    return why
