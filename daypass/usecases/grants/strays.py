"""Strays: remove what is under our label and belongs to no running lease (law 1).

That it has to go is written down first: what is told twice, because somebody died in between, is
better than what nobody hears of. That it is gone is written down when the cluster says so, and not
before. What cannot be written down goes all the same (law 10). Of a crowd in one place some are
named and the rest is counted: whoever makes thousands must not fill the trail.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from itertools import chain, islice, zip_longest
from typing import Final

from daypass.domain.audit import Action, AuditEvent
from daypass.domain.errors import OutsideError, TemporaryOutsideError
from daypass.domain.grant import GrantObject
from daypass.domain.ids import LeaseId
from daypass.domain.lease import Lease
from daypass.domain.listing import few
from daypass.domain.suspicion import SAID_BY_STORE, Inspection, Suspicion, suspect
from daypass.ports import GrantPorts
from daypass.usecases.grants.deletion import Deletion, Judge, delete_afresh, doomed, in_portions
from daypass.usecases.grants.epochs import goes_on
from daypass.usecases.grants.remove import NAMED, PORTION
from daypass.usecases.shared.readable import readable

ACTOR: Final = "reconcile"
UNADDRESSABLE: Final = 20
"""Objects of one look whose names fit no address: each costs some lists of all of them, and ours
are never named so."""


def suspects(
    found: Iterable[GrantObject], leases: Mapping[LeaseId, Lease], ports: GrantPorts
) -> list[Deletion]:
    """Return what belongs to none of `leases`; these were read after the objects."""
    return list(_each_doomed(found, partial(suspect, against=inspection(leases, ports))))


def _each_doomed(found: Iterable[GrantObject], judge: Judge) -> Iterator[Deletion]:
    return (deletion for one in found if (deletion := doomed(one, judge)))


def delete_strays(some: Sequence[Deletion], ports: GrantPorts) -> tuple[Deletion, ...]:
    """Remove suspects, each looked at once more, afresh; one that cannot be removed stops no other.

    Those whose names fit no address are for `delete_unaddressable`. Raises OutsideError when the
    cluster does not answer, or the store was set back meanwhile.
    """
    return _delete_all(some, partial(_judged_again, ports=ports), ports)


def delete_unaddressable(some: Sequence[Deletion], ports: GrantPorts) -> tuple[Deletion, ...]:
    """Remove a few of the suspects whose names fit no address, as `delete_strays` the others."""
    return _delete_few(some, partial(_judged_again, ports=ports), ports)


def forget_gone(some: Iterable[Deletion], ports: GrantPorts) -> None:
    """Forget what was announced and is gone, whoever took it away: `some` is all there is."""
    there = {one.found.ref.uid for one in some}
    ports.witness.announced = ports.witness.announced & there


def delete_alone(found: Iterable[GrantObject], ports: GrantPorts) -> tuple[Deletion, ...]:
    """Remove what is condemned by its own words: the store is not asked, only told.

    Where the list breaks off what came before goes all the same (law 10).
    """
    judge, some = partial(_judged_alone, ports=ports), list[Deletion]()
    with suppress(OutsideError):
        for one in _each_doomed(found, judge):
            some.append(one)
        forget_gone(some, ports)
    return _delete_all(some, judge, ports) + _delete_few(some, judge, ports)


def inspection(leases: Mapping[LeaseId, Lease], ports: GrantPorts) -> Inspection:
    """Return what objects are held against now."""
    return Inspection(
        install=ports.catalog.install,
        cluster=ports.name,
        key=ports.key,
        now=ports.clock.now(),
        leases=leases,
    )


def _delete_all(some: Sequence[Deletion], judge: Judge, ports: GrantPorts) -> tuple[Deletion, ...]:
    named, tried = [one for one in some if one.found.ref.addressable], list[Deletion]()
    with _telling(named, tried, ports) as crowd:
        delete = partial(_delete, judge=judge, ports=ports, crowd=crowd)
        for done in in_portions(named, delete, ports.each, portion=PORTION):
            tried += [deletion for deletion in done if deletion is not None]
            if any(deletion is not None and deletion.passing for deletion in done):
                ports.cluster.probe()  # Where nothing answers, none of the others is tried.
    return tuple(tried)


def _delete_few(some: Sequence[Deletion], judge: Judge, ports: GrantPorts) -> tuple[Deletion, ...]:
    """Delete UNADDRESSABLE, one by one; after trouble the next look goes on with the next."""
    now, tried = list(islice(_by_turns(some, ports), UNADDRESSABLE)), list[Deletion]()
    with _telling(now, tried, ports) as crowd:
        for one in now:
            ports.witness.turns[bool(one.found.finalizers)] = one.found.ref.uid
            done = _delete(one, judge, ports, crowd=crowd)
            tried += [done] if done is not None else []
            if done is not None and done.passing:
                break
    return tuple(tried)


def _by_turns(some: Sequence[Deletion], ports: GrantPorts) -> Iterable[Deletion]:
    """Go round from where the last look came to; what is held has no more than every other turn.

    Whatever is refused for ever, or held, keeps none of the others waiting.
    """
    odd = [one for one in some if not one.found.ref.addressable]
    free = _round([one for one in odd if not one.found.finalizers], ports.witness.turns[False])
    held = _round([one for one in odd if one.found.finalizers], ports.witness.turns[True])
    return filter(None, chain.from_iterable(zip_longest(free, held)))


def _round(some: Sequence[Deletion], last: str) -> Sequence[Deletion]:
    """Begin after the uid that was the last."""
    return sorted(some, key=lambda one: (one.found.ref.uid <= last, one.found.ref.uid))


def _delete(
    one: Deletion, judge: Judge, ports: GrantPorts, *, crowd: Collection[str]
) -> Deletion | None:
    """Delete one object, and write down before that it has to go, after it that it is gone."""
    announce = partial(_announce, ports=ports)
    done = delete_afresh(one, judge, ports.cluster, told=announce)
    if done is not None and not done.refusal:
        ports.witness.announced.discard(done.found.ref.uid)
        if done.found.ref.uid not in crowd:
            with suppress(OutsideError):
                ports.store.record(_event(Action.OBJECT_REMOVED, done, ports))
    return done


@contextmanager
def _telling(
    now: Sequence[Deletion], tried: Sequence[Deletion], ports: GrantPorts
) -> Iterator[Collection[str]]:
    """Write down before how many go of a crowd, and after how many of it were `tried` and went."""
    crowd = _announced_crowd(now, ports)
    try:
        yield crowd
    finally:
        _count_gone([one for one in tried if one.found.ref.uid in crowd], ports)


def _announced_crowd(some: Iterable[Deletion], ports: GrantPorts) -> frozenset[str]:
    """Write down how many go of what is not named, being one of too many in its place.

    Returns the uids of all of it.
    """
    crowd = [one for alike in _alike(some) for one in alike[NAMED:]]
    news = [one for one in crowd if one.found.ref.uid not in ports.witness.announced]
    with suppress(OutsideError):
        for alike in _alike(news):
            ports.store.record(_counted(Action.OBJECT_CONDEMNED, alike, ports))
        ports.witness.announced.update(one.found.ref.uid for one in news)
    return frozenset(one.found.ref.uid for one in crowd)


def _count_gone(tried: Iterable[Deletion], ports: GrantPorts) -> None:
    """Write down how many of a crowd are gone, and why."""
    with suppress(OutsideError):
        for alike in _alike(one for one in tried if not one.refusal):
            ports.store.record(_counted(Action.OBJECT_REMOVED, alike, ports))


def _alike(some: Iterable[Deletion]) -> Iterable[Sequence[Deletion]]:
    """Return them by kind, namespace and why."""
    groups = defaultdict[tuple[str, str, Suspicion], list[Deletion]](list)
    for one in some:
        groups[one.found.ref.kind, one.found.ref.namespace, one.why].append(one)
    return groups.values()


def _announce(one: Deletion, ports: GrantPorts) -> None:
    """Write down that it has to go, once in the life of this process however often it is tried."""
    if one.found.ref.uid in ports.witness.announced:
        return
    with suppress(OutsideError):
        ports.store.record(_event(Action.OBJECT_CONDEMNED, one, ports))
        ports.witness.announced.add(one.found.ref.uid)


def _event(action: Action, one: Deletion, ports: GrantPorts) -> AuditEvent:
    found = one.found
    return AuditEvent(
        at=ports.clock.now(),
        action=action,
        actor=ACTOR,
        subject=str(found.ref),
        cluster=ports.name,
        facts={"lease": found.lease, "why": one.why.value, "uid": found.ref.uid},
    )


def _counted(action: Action, alike: Sequence[Deletion], ports: GrantPorts) -> AuditEvent:
    """Return the event about many in one place: how many, and some of their names."""
    first = alike[0]
    facts = {
        "why": first.why.value,
        "count": str(len(alike)),
        "objects": few([one.found.ref.name for one in alike], NAMED),
        "leases": few(sorted({one.found.lease for one in alike}), NAMED),
    }
    return AuditEvent(
        at=ports.clock.now(),
        action=action,
        actor=ACTOR,
        subject=str(replace(first.found.ref, name="*")),
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
