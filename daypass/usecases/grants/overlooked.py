"""Overlooked: what is to end before its time ends, whatever its row says, by a process's own ticks.

Rows are anybody's who may write to the store: one that is put off again and again is never due.
What ends on time its objects say; what ends before stands in a list from which only the grants
workers take something off. Where nothing is wrong that list is short, and no lease is read.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Final

from daypass.domain.audit import Action
from daypass.domain.early import is_early
from daypass.domain.errors import OutsideError
from daypass.domain.ids import LeaseId
from daypass.domain.lease import Lease
from daypass.ports import Claim, GrantPorts, Promise, PromiseKind
from daypass.usecases.grants.revoke import revoke
from daypass.usecases.shared.events import GRANTS_WORKER, lease_event
from daypass.usecases.shared.readable import readable, told_apart
from daypass.usecases.shared.unended import is_late

CHECKED: Final = timedelta(seconds=10)
"""From one reading of that list to the next: one call that mostly answers nothing."""
UNTRIED: Final = timedelta(seconds=30)
"""An end that this process did not try for so long it tries itself. One that fails is due again
within 5 s: of six tries that some processes share each has mostly had one."""
GAP: Final = 2 * CHECKED
"""Who did not come to read it for longer, for cluster or store were away, knows of no try."""
PAGE: Final = 50
"""Ends that are tried at once, as many as those that are due."""


def unchecked(ports: GrantPorts) -> bool:
    """Whether it is time to look for ends that no row says, by this process's own ticks."""
    ticks, witness = ports.clock.ticks(), ports.witness
    if witness.ends_by is None:
        witness.ends_by = ticks + CHECKED.total_seconds()
    return ticks >= witness.ends_by


def end_overlooked(ports: GrantPorts) -> Sequence[Lease]:
    """End what is over by itself and was not tried here for long; return what ended by that alone.

    Raises OutsideError where the store does not answer; the next look is as soon as ever.
    """
    ports.witness.ends_by = ports.clock.ticks() + CHECKED.total_seconds()
    names = _untried(ports)
    pages = (names[at : at + PAGE] for at in range(0, len(names), PAGE))
    ended = [lease for page in pages for lease in _end(page, ports)]
    ports.witness.ends_checked = ports.clock.ticks()
    return ended


def _untried(ports: GrantPorts) -> Sequence[LeaseId]:
    """Return what is listed and this process neither tried nor learned of lately."""
    listed, ticks, witness = ports.store.early(ports.name), ports.clock.ticks(), ports.witness
    tried = witness.tried_end
    if ticks - witness.ends_checked > GAP.total_seconds():
        tried.clear()
    for name in {*list(tried)}.difference(listed):
        tried.pop(name, None)
    before = ticks - UNTRIED.total_seconds()
    return [name for name in listed if tried.setdefault(name, ticks) <= before]


def _end(names: Sequence[LeaseId], ports: GrantPorts) -> Sequence[Lease]:
    found, damaged = told_apart(names, ports)
    said = {one.lease for one in ports.store.offboardings(list(found))}
    early = {name: one for name, one in found.items() if _is_early(one, ports) or name in said}
    listed = {*early, *damaged}
    ports.store.not_early(ports.name, [name for name in names if name not in listed])
    due = [name for name in early if name in said or _is_over(early[name], ports)] + [*damaged]
    ports.witness.tried_end.update(dict.fromkeys(listed, ports.clock.ticks()))
    if not due:
        return ()
    revoke([_claim(name, ports) for name in due], ports)
    ended = [one for one in readable(due, ports).values() if not one.live]
    # What something held ends by whoever happens to come first once it does no more.
    told = [one for one in ended if one.id not in found or not found[one.id].kept]
    _record(told, ports)
    return told


def _is_early(lease: Lease, ports: GrantPorts) -> bool:
    return is_early(lease) and lease.cluster == ports.name


def _is_over(lease: Lease, ports: GrantPorts) -> bool:
    return not lease.grantable or is_late(lease, ports.clock.now())


def _claim(name: LeaseId, ports: GrantPorts) -> Claim:
    """Return a claim of no row: whatever becomes of it, the agenda stays as it is."""
    now = ports.clock.now()
    row = Promise(keeper=ports.name, kind=PromiseKind.END, subject=name, at=now)
    return Claim(promise=row, until=now)


def _record(overlooked: Sequence[Lease], ports: GrantPorts) -> None:
    """Write down what ended by this alone: somebody keeps its row from being due."""
    with suppress(OutsideError):  # It ended, and is in the log.
        for lease in overlooked:
            now = ports.clock.now()
            why = {"cause": str(lease.cause)}
            event = lease_event(lease, Action.END_OVERLOOKED, why, actor=GRANTS_WORKER, at=now)
            ports.store.record(event)
