"""Notice: judge at once what a watch saw change, by the rules of a look (law 1).

What a watch shows is a hint: whatever is done about it rests on a look at that object and at its
lease afresh. What it did not show is for the next whole comparison.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import timedelta

from daypass.domain.grant import GrantObject
from daypass.domain.ids import is_lease
from daypass.domain.lease import Lease
from daypass.domain.names import lease_of
from daypass.domain.sighting import Sighting
from daypass.ports import GrantPorts
from daypass.usecases.grants.adjust import ensure_adjusted
from daypass.usecases.grants.deletion import Deletion
from daypass.usecases.grants.drift import end_drifted, leases_here
from daypass.usecases.grants.epochs import NOT_AT_ALL, assure, restoring
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
    # What was seen came of a move that is there by now: known from here on, a store that loses it
    # counts as set back. Nobody compares the whole for long.
    assure(ports, believed_for=NOT_AT_ALL)
    if restoring(ports):
        _compare_within(timedelta(0), ports)
        return Findings()
    last = {one.found.ref.uid: one for one in seen if one.found is not None}.values()
    changed = [one.found for one in last if one.found is not None and not one.gone]
    gone = [one.found for one in last if one.found is not None and one.gone]
    leases = leases_here(sorted({one.lease for one in changed if is_lease(one.lease)}), ports)
    doomed = suspects(changed, leases, ports)
    tried = delete_strays(doomed, ports)
    ensure_adjusted(changed, leases, ports)
    lost = [*gone, *_unsound(changed, doomed, ports)]
    having = _having(lost, ports)
    drifted = end_drifted(having, ports)
    going_on = {one.id for one in having if one.grantable}.difference(drifted)
    left = len(doomed) > sum(not deletion.refusal for deletion in tried)
    if left or _missed([one for one in gone if lease_of(one.ref) in going_on], ports):
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


def _missed(gone: Collection[GrantObject], ports: GrantPorts) -> bool:
    """Whether a lease goes on of whose objects one is gone; it did not run, or was moved."""
    return any(one.grantable for one in _having(gone, ports))


def _having(found: Collection[GrantObject], ports: GrantPorts) -> Sequence[Lease]:
    """Return the leases of whose objects one is among `found`.

    By its place, of which there is one: what else bears a lease's label the lease does not lack,
    and whoever writes that without end costs the cluster nothing.
    """
    places = {place(one.ref) for one in found}
    named = sorted({name for one in found if (name := lease_of(one.ref)) is not None})
    leases = leases_here(named, ports).values()
    return [one for one in leases if not places.isdisjoint(map(place, objects_of(one)))]


def _note(sighting: Sighting, ports: GrantPorts) -> None:
    """Remember when what is there has to be gone."""
    found = sighting.found
    if found is None:
        return
    ports.witness.ends.note(found.ref.uid, None if sighting.gone else end_of(found, ports))
