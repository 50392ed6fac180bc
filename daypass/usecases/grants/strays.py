"""Strays: remove what is under our label and belongs to no running lease (law 1).

That it has to go is written down first: what is told twice, because somebody died in between, is
better than what nobody hears of. That it is gone is written down when the cluster says so, and not
before. What cannot be written down goes all the same (law 10). Of a crowd in one place some are
named and the rest is counted: whoever makes thousands must not fill the trail.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Final

from daypass.domain.audit import Action, AuditEvent
from daypass.domain.errors import OutsideError, TemporaryOutsideError
from daypass.domain.grant import GrantObject
from daypass.domain.ids import LeaseId
from daypass.domain.lease import Lease
from daypass.domain.listing import few
from daypass.domain.suspicion import SAID_BY_STORE, Inspection, Suspicion, suspect
from daypass.ports import GrantPorts
from daypass.usecases.grants.deletion import (
    Deletion,
    Judge,
    delete_afresh,
    in_portions,
)
from daypass.usecases.grants.epochs import goes_on
from daypass.usecases.grants.remove import NAMED, PORTION, few_unaddressable
from daypass.usecases.shared.readable import readable

ACTOR: Final = "reconcile"
Suspect = tuple[GrantObject, Suspicion]
"""What has to go, and why it did when it was listed."""


def suspects(
    found: Iterable[GrantObject], leases: Mapping[LeaseId, Lease], ports: GrantPorts
) -> list[Suspect]:
    """Return what belongs to none of `leases`, and why; these were read after the objects."""
    against = inspection(leases, ports)
    return _suspects(found, lambda listed: suspect(listed, against))


def delete_strays(doomed: Sequence[Suspect], ports: GrantPorts) -> tuple[Deletion, ...]:
    """Remove suspects, each looked at once more, afresh; one that cannot be removed stops no other.

    Raises OutsideError when the cluster does not answer, or the store was set back meanwhile.
    """
    return _delete_all(doomed, partial(_judged_again, ports=ports), ports)


def forget_gone(doomed: Iterable[Suspect], ports: GrantPorts) -> None:
    """Forget what was announced and is gone, whoever took it away: `doomed` is all there is."""
    there = {found.ref.uid for found, _ in doomed}
    ports.witness.announced = ports.witness.announced & there


def delete_alone(found: Iterable[GrantObject], ports: GrantPorts) -> tuple[Deletion, ...]:
    """Remove what is condemned by its own words: the store is not asked, only told."""
    judge = partial(_judged_alone, ports=ports)
    doomed = _suspects(found, judge)
    forget_gone(doomed, ports)
    return _delete_all(doomed, judge, ports)


def inspection(leases: Mapping[LeaseId, Lease], ports: GrantPorts) -> Inspection:
    """Return what objects are held against now."""
    return Inspection(
        install=ports.catalog.install,
        cluster=ports.name,
        key=ports.key,
        now=ports.clock.now(),
        leases=leases,
    )


def _suspects(found: Iterable[GrantObject], judge: Judge) -> list[Suspect]:
    return [(listed, why) for listed in found if (why := judge(listed)) is not None]


def _delete_all(doomed: Sequence[Suspect], judge: Judge, ports: GrantPorts) -> tuple[Deletion, ...]:
    tried, whys = list[Deletion](), {found.ref.uid: why for found, why in doomed}
    now = few_unaddressable([found for found, _ in doomed], ports.witness.announced)
    crowd = _announced_crowd([(found, whys[found.ref.uid]) for found in now], ports)
    delete = partial(_delete, judge=judge, ports=ports, crowd=crowd)
    try:
        for done in in_portions(now, delete, ports.each, portion=PORTION):
            tried += [deletion for deletion in done if deletion is not None]
            if any(deletion is not None and deletion.passing for deletion in done):
                ports.cluster.probe()  # Where nothing answers, none of the others is tried.
    finally:
        _count_gone([one for one in tried if one.found.ref.uid in crowd], ports)
    return tuple(tried)


def _delete(
    listed: GrantObject, judge: Judge, ports: GrantPorts, *, crowd: Collection[str]
) -> Deletion | None:
    """Delete one object, and write down before that it has to go, after it that it is gone."""
    announce = partial(_announce, ports=ports)
    done = delete_afresh(listed, judge, ports.cluster, told=announce)
    if done is not None and not done.refusal:
        ports.witness.announced.discard(done.found.ref.uid)
        if done.found.ref.uid not in crowd:
            with suppress(OutsideError):
                ports.store.record(_event(Action.OBJECT_REMOVED, done.found, done.why, ports=ports))
    return done


def _announced_crowd(doomed: Iterable[Suspect], ports: GrantPorts) -> frozenset[str]:
    """Write down how many go of what is not named, being one of too many in its place.

    Returns the uids of all of it.
    """
    crowd = [one for alike in _alike(doomed) for one in alike[NAMED:]]
    news = [one for one in crowd if one[0].ref.uid not in ports.witness.announced]
    with suppress(OutsideError):
        for alike in _alike(news):
            ports.store.record(_counted(Action.OBJECT_CONDEMNED, alike, ports))
        ports.witness.announced.update(found.ref.uid for found, _ in news)
    return frozenset(found.ref.uid for found, _ in crowd)


def _count_gone(tried: Iterable[Deletion], ports: GrantPorts) -> None:
    """Write down how many of a crowd are gone, and why."""
    with suppress(OutsideError):
        for alike in _alike((one.found, one.why) for one in tried if not one.refusal):
            ports.store.record(_counted(Action.OBJECT_REMOVED, alike, ports))


def _alike(doomed: Iterable[Suspect]) -> Iterable[Sequence[Suspect]]:
    """Return them by kind, namespace and why."""
    groups = defaultdict[tuple[str, str, Suspicion], list[Suspect]](list)
    for found, why in doomed:
        groups[found.ref.kind, found.ref.namespace, why].append((found, why))
    return groups.values()


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


def _counted(action: Action, alike: Sequence[Suspect], ports: GrantPorts) -> AuditEvent:
    """Return the event about many in one place: how many, and some of their names."""
    first, why = alike[0]
    facts = {
        "why": why.value,
        "count": str(len(alike)),
        "objects": few([found.ref.name for found, _ in alike], NAMED),
        "leases": few(sorted({found.lease for found, _ in alike}), NAMED),
    }
    return AuditEvent(
        at=ports.clock.now(),
        action=action,
        actor=ACTOR,
        subject=str(replace(first.ref, name="*")),
        cluster=ports.name,
        facts=facts,
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
