"""Whole: does a lease name all that was ever made of it? Who writes leases may take names away."""

from contextlib import suppress

from daypass.domain.errors import PermanentOutsideError
from daypass.domain.lease import Lease, ObjectRef
from daypass.domain.levels import level_on
from daypass.domain.names import may_be_of, refs_of
from daypass.domain.tally import Tally
from daypass.ports import GrantPorts
from daypass.usecases.grants.remove import NAMES, left_of, objects_of, place
from daypass.usecases.shared.holdings import tallies_with


def is_whole(lease: Lease, tally: Tally | None, ports: GrantPorts) -> bool:
    """Whether a lease names all that it ever had: what an attempt makes of what was begun.

    By our own count and configuration, for whoever writes to the store could take names away. One
    that was never granted may have a create on its way.
    """
    if lease.attempt is None or lease.granted_at is None:
        return False
    if tally is None or lease.id not in tally.running:
        return False
    begun = tally.as_begun(lease)
    level = level_on(ports.name, begun.level, ports.catalog)
    made = refs_of(begun, level, lease.attempt.number) if level is not None else ()
    return set(map(place, made)) == set(map(place, lease.attempt.objects))


def all_objects_of(lease: Lease, ports: GrantPorts) -> tuple[ObjectRef, ...]:
    """Return the names of a lease's objects; where it is not whole also what bears its label.

    NAMES of that: without the guard anybody may make thousands. None of a lease that names none.
    """
    own = objects_of(lease)
    if not own or any(is_whole(lease, tally, ports) for tally in tallies_with(lease, ports)):
        return own
    with suppress(PermanentOutsideError):  # Then nothing is known but its own.
        known = set(map(place, own))
        there = [one.ref for one in left_of([lease.id], ports) if may_be_of(lease.id, one.ref)]
        return (*own, *[ref for ref in there if place(ref) not in known][:NAMES])
    return own
