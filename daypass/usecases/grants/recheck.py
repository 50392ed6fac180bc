"""Recheck: look once more for what a late create left under an ended lease's label (law 1)."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Final

from daypass.domain.audit import Action, AuditEvent
from daypass.domain.errors import OutsideError
from daypass.domain.ids import LeaseId
from daypass.domain.listed import Listed
from daypass.domain.listing import few
from daypass.ports import Claim, GrantPorts
from daypass.usecases.grants.let_go import sift_if_many
from daypass.usecases.grants.remove import NAMED, delete_left, left_of
from daypass.usecases.grants.tell_once import tell_once
from daypass.usecases.shared.events import GRANTS_WORKER
from daypass.usecases.shared.readable import readable
from daypass.usecases.shared.settle import DONE, again, settle

HELD_WAIT: Final = timedelta(seconds=1)
"""Until the next look where something was left."""


def recheck(claims: Sequence[Claim], ports: GrantPorts) -> None:
    """Look once more for objects of ended leases: a late create may have landed after all.

    What lives is left alone, and what is another cluster's: its row says so, and anybody may write
    one.
    """
    try:
        names = _over([LeaseId(claim.promise.subject) for claim in claims], ports)
        left = left_of(names, ports)
        _announce_late(left, ports)
        dirty = delete_left(left, names, ports)
    except OutsideError:
        return  # The claims come back by themselves.
    for claim in claims:
        # A finalizer may keep what was deleted.
        held = LeaseId(claim.promise.subject) in dirty
        settle(claim, again(ports.clock.now() + HELD_WAIT) if held else DONE, ports)


def _over(names: Sequence[LeaseId], ports: GrantPorts) -> Sequence[LeaseId]:
    """Leave out what has not ended here; of what nobody can read its label is all there is."""
    found = readable(names, ports)
    sift_if_many(len(names) - len(found), ports)
    elsewhere = {one.id for one in found.values() if one.live or one.cluster != ports.name}
    return [name for name in names if name not in elsewhere]


def _announce_late(left: Sequence[Listed], ports: GrantPorts) -> None:
    """Write down what came late: rather twice than never, but of one object not at each try."""
    news = [found for found in left if found.ref.uid not in ports.witness.announced]
    with suppress(OutsideError):  # It goes anyway.
        for lease in dict.fromkeys(found.lease for found in news):
            late = _late(lease, [str(one.ref) for one in news if one.lease == lease], ports)
            tell_once(f"late {lease}", partial(ports.store.record, late), ports)
        ports.witness.announced.update(found.ref.uid for found in news)


def _late(lease: LeaseId, names: Sequence[str], ports: GrantPorts) -> AuditEvent:
    return AuditEvent(
        at=ports.clock.now(),
        action=Action.OBJECT_CONDEMNED,
        actor=GRANTS_WORKER,
        subject=lease,
        cluster=ports.name,
        facts={"why": "created after its lease had ended", "objects": few(names, NAMED)},
    )
