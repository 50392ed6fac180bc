"""Strays: remove what is under our label and belongs to no running lease (law 1).

That it has to go is written down first: what is told twice, because somebody died in between, is
better than what nobody hears of. That it is gone is written down when the cluster says so, and not
before. What cannot be written down goes all the same (law 10).
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import partial
from typing import Final

from daypass.domain.audit import Action, AuditEvent
from daypass.domain.errors import OutsideError, TemporaryOutsideError
from daypass.domain.grant import GrantObject
from daypass.domain.ids import LeaseId
from daypass.domain.lease import Lease
from daypass.domain.suspicion import SAID_BY_STORE, Inspection, Suspicion, suspect
from daypass.ports import GrantPorts
from daypass.usecases.grants.deletion import (
    Deletion,
    Judge,
    delete_afresh,
    in_portions,
)
from daypass.usecases.grants.epochs import goes_on
from daypass.usecases.grants.remove import PORTION, few_unaddressable
from daypass.usecases.shared.readable import readable

ACTOR: Final = "reconcile"


def suspects(
    found: Iterable[GrantObject], leases: Mapping[LeaseId, Lease], ports: GrantPorts
) -> list[GrantObject]:
    """Return what belongs to none of `leases`; these were read after the objects."""
    against = inspection(leases, ports)
    return [listed for listed in found if suspect(listed, against) is not None]


def delete_strays(doomed: Iterable[GrantObject], ports: GrantPorts) -> tuple[Deletion, ...]:
    """Remove suspects, each looked at once more, afresh; one that cannot be removed stops no other.

    Raises OutsideError when the cluster does not answer, or the store was set back meanwhile.
    """
    return _delete_all(doomed, partial(_judged_again, ports=ports), ports)


def delete_alone(found: Iterable[GrantObject], ports: GrantPorts) -> tuple[Deletion, ...]:
    """Remove what is condemned by its own words: the store is not asked, only told."""
    judge = partial(_judged_alone, ports=ports)
    return _delete_all([listed for listed in found if judge(listed) is not None], judge, ports)


def inspection(leases: Mapping[LeaseId, Lease], ports: GrantPorts) -> Inspection:
    """Return what objects are held against now."""
    return Inspection(
        install=ports.catalog.install,
        cluster=ports.name,
        key=ports.key,
        now=ports.clock.now(),
        leases=leases,
    )


def _delete_all(
    doomed: Iterable[GrantObject], judge: Judge, ports: GrantPorts
) -> tuple[Deletion, ...]:
    delete, tried = partial(_delete, judge=judge, ports=ports), list[Deletion]()
    now = few_unaddressable(list(doomed), ports.witness.announced)
    for done in in_portions(now, delete, ports.each, portion=PORTION):
        if all(deletion is not None and deletion.passing for deletion in done):
            ports.cluster.probe()  # Where nothing answers, none of the others is tried.
        tried += [deletion for deletion in done if deletion is not None]
    return tuple(tried)


def _delete(listed: GrantObject, judge: Judge, ports: GrantPorts) -> Deletion | None:
    """Delete one object, and write down before that it has to go, after it that it is gone."""
    announce = partial(_announce, ports=ports)
    done = delete_afresh(listed, judge, ports.cluster, told=announce)
    if done is not None and not done.refusal:
        ports.witness.announced.discard(done.found.ref.uid)
        with suppress(OutsideError):
            ports.store.record(_event(Action.OBJECT_REMOVED, done.found, done.why, ports=ports))
    return done


def _announce(found: GrantObject, why: Suspicion, ports: GrantPorts) -> None:
    """Write down that it has to go, once in the life of this process however often it is tried."""
    if found.ref.uid in ports.witness.announced:
        return
    with suppress(OutsideError):
        ports.store.record(_event(Action.OBJECT_CONDEMNED, found, why, ports=ports))
        ports.witness.announced.add(found.ref.uid)


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
