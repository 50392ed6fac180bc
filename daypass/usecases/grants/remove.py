"""Remove a lease's objects from its cluster, and whatever else bears its label (law 1)."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from daypass.domain.errors import PermanentOutsideError, TemporaryOutsideError
from daypass.domain.grant import INSTALL, GrantObject, may_be_of
from daypass.domain.ids import LeaseId, is_lease
from daypass.domain.lease import Lease, ObjectRef
from daypass.domain.listing import few
from daypass.ports import GrantPorts

NAMES: Final = 500
"""Objects of one lease that one try deletes by name: what is more goes by its label."""
MOST: Final = 100
"""Leftovers that one try deletes; what is more is for the next try, and for the look around."""
UNADDRESSABLE: Final = 20
"""Objects of one look whose names fit no address: each costs some lists of all of them, and ours
are never named so. Those that nothing holds go first."""
PORTION: Final = 16
"""Deleted at once: ends of others, which share the threads, wait for no more than that."""
PATIENCE: Final = 30
"""Seconds after which one try ends where it fails: of some objects the server may only time out."""
NAMED: Final = 3
"""Of what is told in one text; the others are counted."""
LONGEST: Final = 1_500
"""Characters about one object: more than Kubernetes lets its names and three finalizers have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """Whether all is gone that had to go; `kept` is what people are told where it is not.

    `passing`: the same may succeed soon.
    """

    done: bool
    kept: str = ""
    passing: bool = False


GONE: Final = Removal(done=True)


def remove(lease: Lease, ports: GrantPorts) -> Removal:
    """Delete by name, in reverse order of creation, and say whether the cluster did all of it.

    One object that it refuses or fails to delete, or keeps, does not save the others.
    """
    tried, until = list[Removal](), ports.clock.ticks() + PATIENCE
    try:
        for ref in reversed(objects_of(lease)[:NAMES]):
            tried.append(_delete(ref, lease, ports))
            if tried[-1].passing and ports.clock.ticks() > until:
                break
    except OutsideError:  # Nothing answers.
        tried.append(Removal(done=False))
    said = [removal.kept for removal in tried if removal.kept]
    return Removal(done=all(removal.done for removal in tried), kept=_briefly(said, len(said)))


def _delete(ref: ObjectRef, lease: Lease, ports: GrantPorts) -> Removal:
    """Delete by the stored uid, which can hit nothing else; look first where that is refused."""
    try:
        if ref.uid:
            return held(ref, ports.cluster.delete(ref))
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


def held(ref: ObjectRef, finalizers: Sequence[str]) -> Removal:
    """Say what became of a deletion that the cluster accepted."""
    return Removal(done=False, kept=kept_by(ref, finalizers)) if finalizers else GONE


def kept_by(ref: ObjectRef, finalizers: Sequence[str]) -> str:
    """Say what keeps an object, and who has to let it go."""
    return (
        f"{ref} is deleted and still there, with what it allows: it waits for the finalizer "
        f"{few(finalizers, NAMED)}; whoever put that there, or an administrator of the cluster, "
        "has to take it off"
    )


def objects_of(lease: Lease) -> tuple[ObjectRef, ...]:
    """Return the names of what its current attempt created, or may have created.

    Nothing but its own names: whoever writes to the store must not choose what is deleted.
    """
    refs = lease.attempt.objects if lease.attempt else ()
    return tuple(ref for ref in refs if may_be_of(lease.id, ref))


def delete_own(ref: ObjectRef, lease: Lease, ports: GrantPorts) -> Removal:
    """Delete the object of that name, by its uid, if it is this lease's and of this install.

    The one that we created is ours by its stored uid, whatever became of its labels.
    """
    found = ports.cluster.read(ref)
    if found is None:
        return GONE
    labelled = found.lease == lease.id and of_this_install(found, ports)
    if labelled or found.ref.uid == ref.uid:
        return held(found.ref, ports.cluster.delete(found.ref))
    return GONE


def delete_leftovers(leases: Sequence[LeaseId], ports: GrantPorts) -> Mapping[LeaseId, str]:
    """Delete what is still under our label for these leases; return the leases that had some.

    MOST of it, for whoever floods one lease must not hold up the others. With each lease what keeps
    something, empty where that is nothing. One object that cannot be deleted saves no other; one
    that is said to be gone and is listed again is not gone. Raises OutsideError when the cluster
    does not answer.
    """
    left = _in_turns(left_of(leases, ports))
    there, now = Counter(found.lease for found in left), few_unaddressable(left)
    tried = list(zip(now, _delete_some(now, ports), strict=False))
    there.subtract(one.lease for one, removal in tried if removal.done)
    said = defaultdict[LeaseId, list[str]](list)
    for one, removal in tried:
        said[one.lease] += filter(None, [removal.kept])
    for one in _listed_again([one for one, removal in tried if removal.done], leases, ports):
        there[one.lease] += 1
        said[one.lease].append(_said_gone(one.ref))
    return {lease: _briefly(said[lease], count) for lease, count in there.items()}


def _listed_again(
    gone: Sequence[GrantObject], leases: Sequence[LeaseId], ports: GrantPorts
) -> Sequence[GrantObject]:
    uids = {found.ref.uid for found in gone}
    return [found for found in left_of(leases, ports) if found.ref.uid in uids] if uids else ()


def _in_turns(left: Sequence[GrantObject]) -> list[GrantObject]:
    """Let each lease have its turn, with what waits for nobody first."""
    of_each = defaultdict[LeaseId, list[GrantObject]](list)
    for one in sorted(left, key=lambda found: bool(found.finalizers)):
        of_each[one.lease].append(one)
    return [one for turn in zip_longest(*of_each.values()) for one in turn if one is not None]


def _delete_some(left: Sequence[GrantObject], ports: GrantPorts) -> list[Removal]:
    """Delete MOST of what is left, no more after a portion that the cluster has trouble with."""
    tried = list[Removal]()
    while portion := left[len(tried) : min(len(tried) + PORTION, MOST)]:
        done = ports.each(lambda one: _leftover(one, ports), portion)
        tried += done
        if all(removal.passing for removal in done):
            break
    return tried


def _leftover(found: GrantObject, ports: GrantPorts) -> Removal:
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


def few_unaddressable(
    doomed: Sequence[GrantObject], known: Collection[str] = ()
) -> list[GrantObject]:
    """Return what one look sees to: all of it, but of names that fit no address UNADDRESSABLE.

    What is held, and what is `known` by its uid, waits for the others.
    """
    others = [stray for stray in doomed if not stray.ref.addressable]
    others.sort(key=lambda one: (bool(one.finalizers), one.ref.uid in known))
    return [*(stray for stray in doomed if stray.ref.addressable), *others[:UNADDRESSABLE]]


def _said_gone(ref: ObjectRef) -> str:
    return (
        f"{ref} is not found when it is to be deleted, and is listed all the same; an "
        "administrator of the cluster has to delete it"
    )


def left_of(leases: Sequence[LeaseId], ports: GrantPorts) -> Sequence[GrantObject]:
    """Return what is still under our label for these leases."""
    # Names come from the store, and a selector takes no odd ones; no object of ours bears one.
    named = [name for name in leases if is_lease(name)]
    return [found for found in ports.cluster.of_leases(named) if of_this_install(found, ports)]


def of_this_install(found: GrantObject, ports: GrantPorts) -> bool:
    """Whether it is ours to delete: another install's never is."""
    return found.labels.get(INSTALL) == ports.catalog.install
