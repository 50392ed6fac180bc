"""Remove a lease's objects from its cluster, and prove that they give nothing (law 4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from daypass.domain.errors import OutsideError, PermanentOutsideError, TemporaryOutsideError
from daypass.domain.grant import INSTALL, GrantObject, may_be_of
from daypass.domain.ids import LeaseId
from daypass.domain.lease import SKEW, Lease, ObjectRef, because_of
from daypass.ports import GrantPorts
from daypass.usecases.pauses import pauses

QUESTIONS: Final = 12
"""Asks before a proof is put off: with the pauses between them about 1.5 s."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """Whether all is gone that had to go; `kept` is what people are told where it is not."""

    done: bool
    kept: str = ""


GONE: Final = Removal(done=True)


def removed(lease: Lease, ports: GrantPorts) -> Removal:
    """Delete by name, in reverse order of creation, and say whether the cluster did all of it.

    One object that it refuses to delete, or keeps, does not save the others.
    """
    tried = list[Removal]()
    try:
        for ref in reversed(objects_of(lease)):
            tried.append(_deleted(ref, lease, ports))
    except TemporaryOutsideError:
        tried.append(Removal(done=False))
    kept = "; ".join(one.kept for one in tried if one.kept)
    return Removal(done=all(one.done for one in tried), kept=kept)


def _deleted(ref: ObjectRef, lease: Lease, ports: GrantPorts) -> Removal:
    """Delete by the stored uid, which can hit nothing else; look first where that is refused."""
    try:
        if ref.uid:
            return held(ref, ports.cluster.delete(ref))
    except PermanentOutsideError:
        pass  # Somebody replaced it, or protects it: the next look tells.
    try:
        return delete_own(ref, lease, ports)
    except PermanentOutsideError as error:
        return Removal(done=False, kept=f"{ref} cannot be deleted: {error}")


def held(ref: ObjectRef, finalizers: Sequence[str]) -> Removal:
    """Say what became of a deletion that the cluster accepted."""
    return Removal(done=False, kept=kept_by(ref, finalizers)) if finalizers else GONE


def kept_by(ref: ObjectRef, finalizers: Sequence[str]) -> str:
    """Say what keeps an object, and who has to let it go."""
    names = ", ".join(finalizers)
    return (
        f"{ref} is deleted and still there, with what it allows: it waits for the finalizer "
        f"{names}; whoever put that there, or an administrator of the cluster, has to take it off"
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


def leftovers(leases: Sequence[LeaseId], ports: GrantPorts) -> Mapping[LeaseId, str]:
    """Delete what is still under our label for these leases; return the leases that had some.

    With each what keeps it, empty where that is nothing. One object that cannot be deleted saves
    no other. Raises OutsideError when the cluster does not answer.
    """
    found = dict[LeaseId, str]()
    for one in left_of(leases, ports):
        kept = _leftover(one, ports)
        found[one.lease] = "; ".join(filter(None, (found.get(one.lease), kept)))
    return found


def _leftover(found: GrantObject, ports: GrantPorts) -> str:
    try:
        return held(found.ref, ports.cluster.delete(found.ref)).kept
    except PermanentOutsideError as error:
        return f"{found.ref} cannot be deleted: {error}"
    except TemporaryOutsideError:
        ports.cluster.probe()  # Where nothing answers, none of the others is tried.
        return ""


def left_of(leases: Sequence[LeaseId], ports: GrantPorts) -> Sequence[GrantObject]:
    """Return what is still under our label for these leases."""
    return [one for one in ports.cluster.of_leases(leases) if of_this_install(one, ports)]


def of_this_install(found: GrantObject, ports: GrantPorts) -> bool:
    """Whether it is ours to delete: another install's never is."""
    return found.labels.get(INSTALL) == ports.catalog.install


def still_allowed(lease: Lease, ports: GrantPorts) -> str | None:
    """Ask the cluster whether it still allows what the lease gave.

    Returns what allows it besides us (empty for nothing), or None while it is because of us,
    while a create may still land, or while the cluster does not answer.
    """
    if create_may_land(lease, ports.clock.now()):
        return None
    try:
        return _asked_until_not_ours(lease, ports)
    except OutsideError:
        return None


def create_may_land(lease: Lease, now: datetime) -> bool:
    """Whether a create of which no answer was recorded may still be on its way."""
    if lease.attempt is None or lease.granted_at is not None:
        return False
    return now < lease.attempt.create_before + SKEW


def _asked_until_not_ours(lease: Lease, ports: GrantPorts) -> str | None:
    for pause in islice(pauses(), QUESTIONS):
        still = _still_besides(lease, objects_of(lease), ports)
        if still is not None:
            return still
        ports.clock.pause(pause)
    # Somebody else's object that took our name is named, too; it is theirs, and said to be.
    ours = [ref for ref in objects_of(lease) if not _taken(ref, ports)]
    return _still_besides(lease, ours, ports)


def _still_besides(lease: Lease, ours: Sequence[ObjectRef], ports: GrantPorts) -> str | None:
    """Return what allows it; None when one of `ours` is among that."""
    answers = [one for asked in lease.proof for one in ports.cluster.reviews(asked)]
    if any(because_of(answer, ref) for answer in answers for ref in ours):
        return None
    return "; ".join(dict.fromkeys(answer.reason for answer in answers if answer.allowed))


def _taken(ref: ObjectRef, ports: GrantPorts) -> bool:
    found = ports.cluster.read(ref)
    return found is not None and found.ref.uid != ref.uid
