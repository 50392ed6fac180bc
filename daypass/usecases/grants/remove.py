"""Remove a lease's objects from its cluster, and whatever else bears its label (law 1)."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest
from typing import Final

from daypass.domain.errors import OutsideError, PermanentOutsideError, TemporaryOutsideError
from daypass.domain.grant import GrantObject, Subject, gives, made_here
from daypass.domain.ids import LeaseId, is_lease
from daypass.domain.lease import Lease, ObjectRef
from daypass.domain.levels import level_on
from daypass.domain.listed import Listed
from daypass.domain.listing import few
from daypass.domain.names import may_be_of
from daypass.domain.people import spelled
from daypass.domain.suspicion import foreign
from daypass.ports import GrantPorts
from daypass.usecases.grants.turns import PATIENCE, by_turns, remember

NAMES: Final = 500
"""Objects of one lease that one try deletes by name: what is more goes by its label."""
MOST: Final = 100
"""Leftovers that one try deletes; what is more is for the next try, and for the look around."""
PORTION: Final = 16
"""Deleted at once: ends of others, which share the threads, wait for no more than that."""
NAMED: Final = 3
"""Of what is told in one text; the others are counted."""
LONGEST: Final = 1_500
"""Characters about one object: more than Kubernetes lets its names and three finalizers have."""


Place = tuple[str, str, str]
"""Kind, namespace and name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """Whether all is gone that had to go; `kept` is what people are told where it is not.

    `passing`: the same may succeed soon. `clean`: it was there under the stored uid, and went now.
    """

    done: bool
    kept: str = ""
    passing: bool = False
    clean: bool = False


GONE: Final = Removal(done=True)


def remove(lease: Lease, ports: GrantPorts) -> Removal:
    """Delete by name, in reverse order of creation, and say whether the cluster did all of it.

    One object that it refuses or fails to delete, or keeps, does not save the others: what a try
    did not come to is the next one's first.
    """
    own, until = objects_of(lease)[:NAMES], ports.clock.ticks() + PATIENCE
    turn, tried = by_turns(lease, own[::-1], ports), list[Removal]()
    try:
        for ref in turn:
            tried.append(_delete(ref, lease, ports))
            if tried[-1].passing and ports.clock.ticks() > until:
                break
        remember(lease, turn, [removal.done for removal in tried], ports=ports)
    except OutsideError:  # Nothing answers.
        tried.append(Removal(done=False))
    said = [removal.kept for removal in tried if removal.kept]
    return Removal(
        done=all(removal.done for removal in tried),
        kept=_briefly(said, len(said)),
        clean=bool(tried) and all(removal.clean for removal in tried),
    )


def _delete(ref: ObjectRef, lease: Lease, ports: GrantPorts) -> Removal:
    """Delete by the stored uid, which can hit nothing else; look first where that is refused."""
    try:
        if ref.uid:
            left = ports.cluster.delete(ref)
            return replace(held(ref, left), clean=left == ())
    except TemporaryOutsideError:
        ports.cluster.probe()  # It may be gone all the same, or go now.
    except PermanentOutsideError:
        pass  # Somebody replaced it, or protects it: the next look tells.
    try:
        return delete_own(ref, lease, ports)
    except OutsideError as error:
        return _failed(ref, error, ports)


def _failed(ref: ObjectRef, error: OutsideError, ports: GrantPorts) -> Removal:
    """Say what keeps an object; raises OutsideError where the cluster does not answer at all.

    A server that fails with this one, whoever makes it fail, may do well with all the others.
    """
    passing = isinstance(error, TemporaryOutsideError)
    if passing:
        ports.cluster.probe()
    return Removal(done=False, kept=f"{ref} cannot be deleted: {error}", passing=passing)


def held(ref: ObjectRef, finalizers: Sequence[str] | None) -> Removal:
    """Say what became of a deletion that the cluster accepted."""
    return Removal(done=False, kept=kept_by(ref, finalizers)) if finalizers else GONE


def kept_by(ref: ObjectRef, finalizers: Sequence[str]) -> str:
    """Say what keeps an object, and who has to let it go."""
    return f"{ref} is deleted and still there, with what it allows: {_waits_for(finalizers)}"


def _waits_for(finalizers: Sequence[str]) -> str:
    return (
        f"it waits for the finalizer {few(finalizers, NAMED)}; whoever put that there, or an "
        "administrator of the cluster, has to take it off"
    )


def place(ref: ObjectRef) -> Place:
    """Name an object whatever its uid."""
    return ref.kind, ref.namespace, ref.name


def objects_of(lease: Lease) -> tuple[ObjectRef, ...]:
    """Return the names of what its current attempt created, or may have created.

    Nothing but its own names: whoever writes to the store must not choose what is deleted.
    """
    refs = lease.attempt.objects if lease.attempt else ()
    return tuple(ref for ref in refs if may_be_of(lease.id, ref))


def delete_own(ref: ObjectRef, lease: Lease, ports: GrantPorts) -> Removal:
    """Delete the object of that name, by its uid, if it is this lease's and of this install.

    The one that we created is ours by its uid, whatever became of it; where that is not known, by
    its MAC, whatever became of its labels, or by what it gives to whom under a name of ours.
    """
    found = ports.cluster.read(ref)
    if found is None or not is_own(found, ref, lease, ports=ports):
        return GONE
    return held(found.ref, ports.cluster.delete(found.ref))


def is_own(found: GrantObject, ref: ObjectRef, lease: Lease, *, ports: GrantPorts) -> bool:
    """Whether what is there by a name of a lease's, with the uid that is known, is the lease's."""
    labelled = found.lease == lease.id and of_this_install(found, ports)
    known = found.ref.uid == ref.uid or _gives(found, lease, ports)
    return labelled or known or _made_here(found, ports)


def _made_here(found: GrantObject, ports: GrantPorts) -> bool:
    return made_here(found, install=ports.catalog.install, cluster=ports.name, key=ports.key)


def _gives(found: GrantObject, lease: Lease, ports: GrantPorts) -> bool:
    """Whether it gives its holder what the lease does: a webhook may have taken off all else.

    It may spell the holder otherwise, too, as the cluster knows people.
    """
    level = level_on(ports.name, lease.level, ports.catalog)
    if level is None or not gives(found, level, lease.scope):
        return False
    if foreign(found, ports.catalog.install):
        return False
    name = spelled(ports.catalog.clusters[ports.name].username_of(lease.holder))
    return Subject(name=name) in [replace(one, name=spelled(one.name)) for one in found.subjects]


def delete_leftovers(leases: Sequence[LeaseId], ports: GrantPorts) -> Mapping[LeaseId, str]:
    """Delete what is still under our label for these leases, as `delete_left` does."""
    return delete_left(left_of(leases, ports), leases, ports)


def delete_left(
    left: Sequence[Listed], leases: Sequence[LeaseId], ports: GrantPorts
) -> Mapping[LeaseId, str]:
    """Delete what was listed under our label for these leases; return the leases that had some.

    MOST of it, for whoever floods one lease must not hold up the others. With each lease what keeps
    something, empty where that is nothing. One object that cannot be deleted saves no other; one
    that is said to be gone and is listed again is not gone. Names that fit no address are left to
    the look around, for each costs lists of all that is there. Raises OutsideError when the cluster
    does not answer.
    """
    there, said = Counter(found.lease for found in left), defaultdict[LeaseId, list[str]](list)
    tried = _tried([one for one in left if one.ref.addressable], leases, ports)
    there.subtract(one.lease for one, removal in tried if removal.done)
    for one, removal in tried:
        said[one.lease] += filter(None, [removal.kept])
    for one in left:
        said[one.lease] += [] if one.ref.addressable else [_unaddressable(one)]
    for one in _listed_again([one for one, removal in tried if removal.done], leases, ports):
        there[one.lease] += 1
        said[one.lease].append(_said_gone(one.ref))
    return {lease: _briefly(said[lease], count) for lease, count in there.items()}


def _listed_again(
    gone: Sequence[Listed], leases: Sequence[LeaseId], ports: GrantPorts
) -> Sequence[Listed]:
    uids = {found.ref.uid for found in gone}
    return [found for found in left_of(leases, ports) if found.ref.uid in uids] if uids else ()


def _tried(
    left: Sequence[Listed], leases: Sequence[LeaseId], ports: GrantPorts
) -> Sequence[tuple[Listed, Removal]]:
    """Try to delete some: first what never was tried, then what the last tries did not come to.

    So nothing that cannot be deleted keeps the others waiting; what is held comes last.
    """
    known = ports.witness.tried
    places = {uid: n for lease in leases for n, uid in enumerate(known.pop(lease, ()))}
    free = [one for one in left if not one.finalizers]
    new = [one for one in free if one.ref.uid not in places]
    again = [one for one in free if one.ref.uid in places]
    again.sort(key=lambda one: places[one.ref.uid])
    now = [*_in_turns(new), *_in_turns(again), *_in_turns([one for one in left if one.finalizers])]
    tried = list(zip(now, _delete_some(now, ports), strict=False))
    waiting = [one for one in now[len(tried) :] if one.ref.uid in places]
    for one in waiting + [one for one, removal in tried if not (removal.done or one.finalizers)]:
        known.setdefault(one.lease, []).append(one.ref.uid)
    return tried


def _in_turns(left: Sequence[Listed]) -> list[Listed]:
    """Let each lease have its turn."""
    of_each = defaultdict[LeaseId, list[Listed]](list)
    for one in left:
        of_each[one.lease].append(one)
    return [one for turn in zip_longest(*of_each.values()) for one in turn if one is not None]


def _delete_some(left: Sequence[Listed], ports: GrantPorts) -> list[Removal]:
    """Delete MOST of what is left, no more after a portion that the cluster has trouble with."""
    tried = list[Removal]()
    while portion := left[len(tried) : min(len(tried) + PORTION, MOST)]:
        done = ports.each(lambda one: _leftover(one, ports), portion)
        tried += done
        if all(removal.passing for removal in done):
            break
    return tried


def _leftover(found: Listed, ports: GrantPorts) -> Removal:
    try:
        return held(found.ref, ports.cluster.delete(found.ref))
    except OutsideError as error:
        return _failed(found.ref, error, ports)


def _briefly(said: Sequence[str], count: int) -> str:
    """Say a few of what keeps `count` objects, and how many others there are.

    It is kept in the lease and in the audit trail, and must be short whatever is on the cluster.
    """
    few = [text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…" for text in said[:NAMED]]
    more = count - len(few)
    return "; ".join([*few, f"… and {more} more"] if few and more > 0 else few)


def _said_gone(ref: ObjectRef) -> str:
    return (
        f"{ref} is not found when it is to be deleted, and is listed all the same; an "
        "administrator of the cluster has to delete it"
    )


def _unaddressable(one: Listed) -> str:
    waits = f"; {_waits_for(one.finalizers)}" if one.finalizers else ""
    return f"{one.ref} has a name that fits no address: a look around deletes it{waits}"


def left_of(leases: Sequence[LeaseId], ports: GrantPorts) -> Sequence[Listed]:
    """Return what is still under our label for these leases."""
    # Names come from the store, and a selector takes no odd ones; no object of ours bears one.
    named = [name for name in leases if is_lease(name)]
    return ports.cluster.of_leases(named, ports.catalog.install)


def end_of(found: GrantObject, ports: GrantPorts) -> datetime | None:
    """Return when what is ours to delete has to be gone; None where it names no end."""
    return None if foreign(found, ports.catalog.install) else found.expires_at


def of_this_install(found: GrantObject, ports: GrantPorts) -> bool:
    """Whether it is ours to delete: another install's never is."""
    return found.install == ports.catalog.install
