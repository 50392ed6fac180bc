"""Reconcile: hold what is on a cluster against the leases, both ways, and look around (law 1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from daypass.domain.errors import OutsideError
from daypass.domain.grant import GrantObject
from daypass.domain.ids import LeaseId
from daypass.domain.lease import Lease, ObjectRef
from daypass.ports import HURRIED, Claim, GrantPorts
from daypass.usecases.grants.adjust import ensure_adjusted
from daypass.usecases.grants.adopt import adopt
from daypass.usecases.grants.deletion import Deletion
from daypass.usecases.grants.drift import PAGE, end_all_drifted, keep_found, leases_here
from daypass.usecases.grants.epochs import NOT_AT_ALL, assure, keep_mark, proven, restoring
from daypass.usecases.grants.findings import Findings, removals
from daypass.usecases.grants.look_around import look_around
from daypass.usecases.grants.offboarded import end_offboarded
from daypass.usecases.grants.remove import Place, end_of, objects_of, of_this_install, place
from daypass.usecases.grants.strays import (
    delete_alone,
    delete_strays,
    delete_unaddressable,
    forget_gone,
    suspects,
)
from daypass.usecases.grants.watched import is_watched
from daypass.usecases.shared.keep_rows import LOOK_EVERY
from daypass.usecases.shared.pauses import spread
from daypass.usecases.shared.rows import look_row
from daypass.usecases.shared.settle import DONE, again, settle

UNASKED: Final = 2 * LOOK_EVERY
"""Without a look for so long a process looks by itself, whatever the store says is due."""
COMPARED: Final = timedelta(minutes=15)
"""Without a comparison of the whole for so long a process makes one, whoever watches meanwhile."""
AGAIN: Final = timedelta(seconds=3)
"""After a failure: the cluster is to be served within 5 s of its return (law 3)."""


@dataclass(slots=True, kw_only=True)
class _Sight:
    """What a look has seen after some pages of the list: never the whole list at once."""

    lacking: set[LeaseId]
    """Live before the list, and not all of their objects were seen so far."""
    absent: dict[LeaseId, set[Place]] = field(default_factory=dict)
    """What is still to be seen of leases of which something was."""
    doomed: list[Deletion] = field(default_factory=list)
    objects: int = 0

    def tick_off(self, ref: ObjectRef, lease: Lease) -> None:
        """Note that an object of a lease was seen."""
        absent = self.absent.setdefault(lease.id, set(map(place, objects_of(lease))))
        absent.discard(place(ref))
        if not absent:
            self.lacking.discard(lease.id)
            del self.absent[lease.id]


def first_look(ports: GrantPorts) -> None:
    """Promise to reconcile this cluster, now and for ever; called when a worker starts."""
    _ensure_look(ports, ports.clock.now())


def unlooked(ports: GrantPorts) -> bool:
    """Whether this process has not looked at its cluster for UNASKED, by its own ticks.

    Ends must not rest on rows alone: somebody who writes to the store may put off every look, and
    so does a store whose time jumps ahead and back.
    """
    ticks, witness = ports.clock.ticks(), ports.witness
    if witness.look_by is None:
        witness.look_by = ticks + UNASKED.total_seconds()
    return ticks >= witness.look_by


def reconcile(claim: Claim, ports: GrantPorts) -> Findings:
    """Compare both sides once and promise to do it again; a row of no cluster is none."""
    if claim.promise.subject != ports.name:
        settle(claim, DONE, ports)
        return Findings()
    findings = _look_once(ports)
    now = ports.clock.now()
    settle(claim, again(now + _wait(findings, ports, now)), ports)
    return findings


def reconcile_unasked(ports: GrantPorts) -> Findings:
    """Compare both sides once although nothing says that it is time to, and promise the next."""
    findings = _look_once(ports)
    now = ports.clock.now()
    _ensure_look(ports, now + _wait(findings, ports, now))
    return findings


def _ensure_look(ports: GrantPorts, at: datetime) -> None:
    ports.agenda.ensure(look_row(ports.name, at), within=LOOK_EVERY + HURRIED)


def _wait(findings: Findings, ports: GrantPorts, now: datetime) -> timedelta:
    return spread(AGAIN, ports.name, now) if findings.failed else LOOK_EVERY


def _look_once(ports: GrantPorts) -> Findings:
    """Compare both sides; where that fails do what needs no store, and say why."""
    ports.witness.look_by = ports.clock.ticks() + UNASKED.total_seconds()
    try:
        return _compare(ports)
    except OutsideError as error:
        return replace(look_alone(ports), failed=str(error))


def _compare(ports: GrantPorts) -> Findings:
    """Look once; restore mode, if it is on, ends when everything else is done (law 10)."""
    known = assure(ports, believed_for=NOT_AT_ALL)
    doubted = restoring(ports)
    adopted = adopt(ports.cluster.ours(), ports) if doubted else ()
    looked = _look(ports) if doubted or not is_watched(ports) else survey(ports)
    findings = replace(looked, adopted=adopted)
    if findings.failed:
        return findings
    # What was known before this look, for the store may have been set back during it.
    keep_mark(known, ports)
    return replace(findings, restored=proven(known, ports))


def _look(ports: GrantPorts) -> Findings:
    began, doubts = ports.clock.ticks(), ports.witness.doubts
    ports.witness.ends.listing()
    sight = _Sight(lacking=set(ports.store.names_on(ports.name)))
    if (trouble := _see(sight, ports)) is not None:
        return _look_at_some(sight, trouble, ports)
    forget_gone(sight.doomed, ports)
    gone = delete_strays(sight.doomed, ports)
    drifted = end_all_drifted(sight.lacking, ports)
    ports.witness.ends.listed()
    surveyed = survey(ports)
    gone += delete_unaddressable(sight.doomed, ports)  # Last, for it may take long.
    left = len(sight.doomed) > sum(not deletion.refusal for deletion in gone)
    left = left or drifted.undecided
    # Who watches hears nothing more of what is left.
    ports.witness.compared(doubts, began + (LOOK_EVERY if left else COMPARED).total_seconds())
    return replace(surveyed, objects=sight.objects, drifted=drifted.ended, **removals(gone))


def _look_at_some(sight: _Sight, trouble: OutsideError, ports: GrantPorts) -> Findings:
    """Remove what was seen and has to go, where the list broke off; the next look is soon."""
    ports.witness.look_by = ports.clock.ticks() + AGAIN.total_seconds()
    gone = delete_strays(sight.doomed, ports) + delete_unaddressable(sight.doomed, ports)
    return Findings(objects=sight.objects, failed=str(trouble), **removals(gone))


def survey(ports: GrantPorts) -> Findings:
    """Look at what levels need of the cluster; of what is ours each change is noticed."""
    return Findings(left_out=look_around(ports).left_out)


def _see(sight: _Sight, ports: GrantPorts) -> OutsideError | None:
    """Take what the cluster lists, page by page; return what kept it from listing all."""
    listed, trouble = iter(ports.cluster.ours()), None
    while trouble is None:
        page = list[GrantObject]()
        try:
            page.extend(islice(listed, PAGE))
        except OutsideError as error:
            trouble = error
        if not page:
            break
        _take(page, sight, ports)
        del page  # Two are never in memory.
    return trouble


def _take(page: Sequence[GrantObject], sight: _Sight, ports: GrantPorts) -> None:
    """Hold what was listed against its leases, read only now.

    So a lease that is granted meanwhile is never taken for unknown.
    """
    leases = _offboarded(leases_here(sorted({found.lease for found in page}), ports), ports)
    sight.objects += len(page)
    sight.doomed += suspects(page, leases, ports)
    keep_found(leases.values(), ports)
    ensure_adjusted(page, leases, ports)
    for one in page:
        ports.witness.ends.seen(one.ref.uid, end_of(one, ports))
        # What somebody gave to another install is not seen as ours any more.
        lease = leases.get(one.lease) if of_this_install(one, ports) else None
        if lease is not None:
            sight.tick_off(one.ref, lease)


def _offboarded(leases: Mapping[LeaseId, Lease], ports: GrantPorts) -> Mapping[LeaseId, Lease]:
    """Return them with those over that their holders may not have, whatever became of the rows."""
    going_on = [one.id for one in leases.values() if one.grantable]
    return {**leases, **end_offboarded(going_on, ports, claimed=False)}


def look_alone(ports: GrantPorts) -> Findings:
    """Remove what its own words condemn, where the store cannot be believed or asked (law 10).

    The next look is soon, whatever the store says.
    """
    ports.witness.look_by = ports.clock.ticks() + AGAIN.total_seconds()
    try:
        gone = delete_alone(ports.cluster.ours(), ports)
    except OutsideError:
        return Findings()
    return Findings(**removals(gone))
