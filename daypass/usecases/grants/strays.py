"""Strays: remove what is under our label and belongs to no running lease (law 1).

That it has to go is written down first: what is told twice, because somebody died in between, is
better than what nobody hears of. That it is gone is written down when the cluster says so, and not
before. What cannot be written down goes all the same (law 10).
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Final

from daypass.domain.audit import Action, AuditEvent
from daypass.domain.errors import OutsideError, TemporaryOutsideError
from daypass.domain.grant import MANAGED_BY, GrantObject
from daypass.domain.ids import LeaseId
from daypass.domain.lease import Lease, ObjectRef
from daypass.domain.suspicion import SAID_BY_STORE, Inspection, Suspicion, suspect
from daypass.ports import GrantPorts
from daypass.usecases.grants.epochs import goes_on
from daypass.usecases.grants.remove import PORTION, held
from daypass.usecases.shared.readable import readable

ACTOR: Final = "reconcile"
Judge = Callable[[GrantObject], Suspicion | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """An object that has to go, and why; `refusal` says what keeps it, empty when it is gone.

    `passing`: trying again soon may help.
    """

    ref: ObjectRef
    why: Suspicion
    refusal: str = ""
    passing: bool = False


def suspects(
    found: Iterable[GrantObject], leases: Mapping[LeaseId, Lease], ports: GrantPorts
) -> list[GrantObject]:
    """Return what belongs to none of `leases`; these were read after the objects."""
    against = inspection(leases, ports)
    return [one for one in found if suspect(one, against) is not None]


def removals(doomed: Iterable[GrantObject], ports: GrantPorts) -> tuple[Removal, ...]:
    """Remove suspects, each looked at once more, afresh; one that cannot be removed stops no other.

    Raises OutsideError when the cluster does not answer, or the store was set back meanwhile.
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


def labelled(found: GrantObject | None) -> bool:
    """Whether it is there and under our label."""
    return found is not None and found.labels.get(MANAGED_BY) == "daypass"


def _removed(doomed: Iterable[GrantObject], judge: Judge, ports: GrantPorts) -> tuple[Removal, ...]:
    rest, tried = list(doomed), list[Removal | None]()
    while rest:
        done = ports.each(lambda one: _removal(one, judge, ports), rest[:PORTION])
        if all(one is not None and one.passing for one in done):
            ports.cluster.probe()  # Where nothing answers, none of the others is tried.
        tried += done
        del rest[:PORTION]
    return tuple(gone for gone in tried if gone is not None)


def _removal(listed: GrantObject, judge: Judge, ports: GrantPorts) -> Removal | None:
    """Remove one object; whoever put it where it cannot be removed must not stop the whole look."""
    try:
        found = ports.cluster.read(listed.ref)
    except OutsideError as error:
        why = judge(listed)
        return _refused(listed, why, error) if why is not None else None
    why = judge(found) if found is not None and labelled(found) else None
    if found is None or why is None:
        return None
    _announce(found, why, ports)
    try:
        left = held(found.ref, ports.cluster.delete(found.ref))
    except OutsideError as error:
        return _refused(found, why, error)
    if left.done:
        with suppress(OutsideError):
            ports.store.record(_event(Action.OBJECT_REMOVED, found, why, ports=ports))
    return Removal(ref=found.ref, why=why, refusal=left.kept)


def _refused(found: GrantObject, why: Suspicion, error: OutsideError) -> Removal:
    passing = isinstance(error, TemporaryOutsideError)
    return Removal(ref=found.ref, why=why, refusal=str(error), passing=passing)


def _announce(found: GrantObject, why: Suspicion, ports: GrantPorts) -> None:
    """Write down that it has to go, once in the life of this process however often it is tried."""
    if found.ref.uid in ports.past.announced:
        return
    with suppress(OutsideError):
        ports.store.record(_event(Action.OBJECT_CONDEMNED, found, why, ports=ports))
        ports.past.announced.add(found.ref.uid)


def _event(action: Action, found: GrantObject, why: Suspicion, *, ports: GrantPorts) -> AuditEvent:
    return AuditEvent(
        at=ports.clock.now(),
        action=action,
        actor=ACTOR,
        subject=str(found.ref),
        cluster=ports.name,
        facts={"lease": found.lease, "why": why.value, "uid": found.ref.uid},
    )


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
