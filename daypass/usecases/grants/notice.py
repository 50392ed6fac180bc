"""Notice: judge at once what a watch saw change, by the rules of a look (law 1).

What a watch shows is a hint: whatever is done about it rests on a look at that object and at its
lease afresh. What it did not show is for the next whole comparison.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import chain

from daypass.domain.grant import GrantObject
from daypass.domain.ids import LeaseId, is_lease
from daypass.domain.names import lease_of
from daypass.domain.sighting import Sighting
from daypass.ports import GrantPorts
from daypass.usecases.grants.adjust import ensure_adjusted
from daypass.usecases.grants.deletion import Deletion
from daypass.usecases.grants.drift import end_drifted, leases_here
from daypass.usecases.grants.epochs import assure, restoring
from daypass.usecases.grants.findings import Findings, removals
from daypass.usecases.grants.remove import end_of, objects_of, of_this_install, place
from daypass.usecases.grants.strays import delete_strays, suspects
from daypass.usecases.shared.keep_rows import LOOK_EVERY


def notice(seen: Sequence[Sighting], ports: GrantPorts) -> Findings:
    """Remove what has to go of what changed, and end the leases that lack what is gone.

    What says a later end than its lease is brought back.
    In restore mode nothing: a look adopts before, and compares everything once more after it. So
    it does where a lease that goes on lacks what is gone and does not run yet, or was moved by
    somebody else meanwhile: of that nothing more is seen.
    Raises OutsideError when the cluster does not answer, or the store was set back meanwhile.
    """
    for sighting in seen:
        _note(sighting, ports)
    assure(ports)
    if restoring(ports):
        _compare_within(timedelta(0), ports)
        return Findings()
    last = {one.found.ref.uid: one for one in seen if one.found is not None}.values()
    changed = [one.found for one in last if one.found is not None and not one.gone]
    gone = [one.found for one in last if one.found is not None and one.gone]
    leases = leases_here(_concerned(changed), ports)
    doomed = suspects(changed, leases, ports)
    tried = delete_strays(doomed, ports)
    ensure_adjusted(changed, leases, ports)
    lost = [*gone, *_unsound(changed, doomed, ports)]
    drifted = end_drifted(leases_here(_concerned(lost), ports).values(), ports)
    left = len(doomed) > sum(not deletion.refusal for deletion in tried)
    if left or _missed(gone, drifted, ports):
        _compare_within(LOOK_EVERY, ports)
    return Findings(objects=len(last), drifted=drifted, **removals(tried))


def _unsound(
    changed: Iterable[GrantObject], doomed: Iterable[Deletion], ports: GrantPorts
) -> Iterator[GrantObject]:
    """Return what a lease does not have any more, though it is there: no other costs a look."""
    uids = {deletion.found.ref.uid for deletion in doomed}
    return (one for one in changed if one.ref.uid in uids or not of_this_install(one, ports))


def _compare_within(wait: timedelta, ports: GrantPorts) -> None:
    ports.witness.compare_again(ports.clock.ticks() + wait.total_seconds())


def _missed(gone: Sequence[GrantObject], drifted: Collection[LeaseId], ports: GrantPorts) -> bool:
    """Whether a lease goes on of whose objects one is gone; it did not run, or was moved."""
    places = {place(one.ref) for one in gone}
    going_on = (one for one in leases_here(_concerned(gone), ports).values() if one.grantable)
    return any(
        not places.isdisjoint(map(place, objects_of(lease)))
        for lease in going_on
        if lease.id not in drifted
    )


def _note(sighting: Sighting, ports: GrantPorts) -> None:
    """Remember when what is there has to be gone."""
    found = sighting.found
    if found is None:
        return
    ports.witness.ends.note(found.ref.uid, None if sighting.gone else end_of(found, ports))


def _concerned(found: Iterable[GrantObject]) -> list[LeaseId]:
    """Return the leases that objects say to be of, by label or by name: either may be a lie."""
    said = chain.from_iterable((one.lease, lease_of(one.ref)) for one in found)
    return sorted({name for name in said if name is not None and is_lease(name)})
