"""Notice: judge at once what a watch saw change, by the rules of a look (law 1).

What a watch shows is a hint: whatever is done about it rests on a look at that object and at its
lease afresh. What it did not show is for the next whole comparison.
"""

from collections.abc import Iterable, Sequence
from itertools import chain

from daypass.domain.grant import GrantObject, lease_of
from daypass.domain.ids import LeaseId, is_lease
from daypass.domain.sighting import Sighting
from daypass.domain.suspicion import foreign
from daypass.ports import GrantPorts
from daypass.usecases.grants.adjust import ensure_adjusted
from daypass.usecases.grants.drift import end_drifted
from daypass.usecases.grants.epochs import assure, restoring
from daypass.usecases.grants.findings import Findings, removals
from daypass.usecases.grants.strays import delete_strays, suspects
from daypass.usecases.shared.keep_rows import LOOK_EVERY
from daypass.usecases.shared.readable import readable


def notice(seen: Sequence[Sighting], ports: GrantPorts) -> Findings:
    """Remove what has to go of what changed, and end the leases that lack what is gone.

    What says a later end than its lease is brought back.

    In restore mode nothing: the look that ends it compares everything, and adopts before.
    Raises OutsideError when the cluster does not answer, or the store was set back meanwhile.
    """
    for sighting in seen:
        _note(sighting, ports)
    assure(ports)
    if restoring(ports):
        return Findings()
    last = {one.found.ref.uid: one for one in seen if one.found is not None}.values()
    changed = [one.found for one in last if one.found is not None and not one.gone]
    leases = {
        name: lease
        for name, lease in readable(_concerned(changed), ports).items()
        if lease.cluster == ports.name
    }
    doomed = suspects(changed, leases, ports)
    gone = delete_strays(doomed, ports)
    if len(doomed) > sum(not deletion.refusal for deletion in gone):
        ports.witness.compare_again(ports.clock.ticks() + LOOK_EVERY.total_seconds())
    ensure_adjusted(changed, leases, ports)
    touched = (one.found for one in last if one.found is not None)
    drifted = end_drifted(_concerned(touched), ports)
    return Findings(objects=len(last), drifted=drifted, **removals(gone))


def _note(sighting: Sighting, ports: GrantPorts) -> None:
    """Remember when what is there has to be gone."""
    found = sighting.found
    if found is None or foreign(found, ports.catalog.install):
        return
    if sighting.gone or found.expires_at is None:
        ports.witness.ends.pop(found.ref.uid, None)
    else:
        ports.witness.ends[found.ref.uid] = found.expires_at


def _concerned(found: Iterable[GrantObject]) -> list[LeaseId]:
    """Return the leases that objects say to be of, by label or by name: either may be a lie."""
    said = chain.from_iterable((one.lease, lease_of(one.ref)) for one in found)
    return sorted({name for name in said if name is not None and is_lease(name)})
