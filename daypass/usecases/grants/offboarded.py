"""Offboarded: what its holder may not have any more ends, as who asks Slack said.

The notifications worker may write no lease: whoever took it over would write into one what an end,
a cut or a yes then goes by.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Final

from daypass.domain.errors import ConflictError, OutsideError, PermanentOutsideError
from daypass.domain.ids import LeaseId
from daypass.domain.lease import EndCause, Lease
from daypass.domain.offboarding import Offboarding
from daypass.ports import GrantPorts, PromiseKind
from daypass.usecases.shared.asked import as_asked
from daypass.usecases.shared.commits import until_committed
from daypass.usecases.shared.ending import Ending, endings

ACTOR: Final = "offboarding"
LONGEST: Final = 1_000
"""Characters of a reason that are kept: twice what two usernames and a name take, and one lease has
to stay far shorter than what is read of it, whoever wrote why it ends."""


def end_offboarded(
    leases: Sequence[LeaseId], ports: GrantPorts, *, claimed: bool
) -> Mapping[LeaseId, Lease]:
    """Decide that those of these leases are over that their holders may not have; return them.

    In one move, for all that a holder waits for is read for each; what keeps one from it keeps no
    other. Where their rows are `claimed` those stay as they are: they are being seen to now. What
    cannot be read or written waits, for it is said again as long as the lease goes on. Raises
    TemporaryOutsideError where it may have been written all the same: then nothing says it again,
    and what was claimed has to come back.
    """
    said = _said(tuple(dict.fromkeys(leases)), ports)
    try:
        return _end(said, ports, claimed=claimed)
    except (ConflictError, PermanentOutsideError):
        return _end_each(said, ports, claimed=claimed)


def _end_each(
    said: Sequence[Offboarding], ports: GrantPorts, *, claimed: bool
) -> Mapping[LeaseId, Lease]:
    ended = dict[LeaseId, Lease]()
    for one in said:
        with suppress(ConflictError, PermanentOutsideError):
            ended |= until_committed(partial(_end, [one], ports, claimed=claimed))
    return ended


def _said(leases: Sequence[LeaseId], ports: GrantPorts) -> Sequence[Offboarding]:
    with suppress(OutsideError):
        return ports.store.offboardings(leases)
    return ()


def _end(
    said: Sequence[Offboarding], ports: GrantPorts, *, claimed: bool
) -> Mapping[LeaseId, Lease]:
    over = [(lease, _why(one)) for one in said if (lease := _here(one.lease, ports)) is not None]
    if not over:
        return {}
    change = endings(over, ports)
    if claimed:
        rows = tuple(row for row in change.promises if row.kind is not PromiseKind.END)
        change = replace(change, promises=rows)
    return {lease.id: lease for lease in ports.store.commit(change).leases}


def _here(name: LeaseId, ports: GrantPorts) -> Lease | None:
    """Return a lease of this cluster that goes on."""
    stored = ports.store.lease(name)
    if stored is None or not stored.grantable:
        return None
    lease = as_asked(stored, ports)
    return lease if lease.cluster == ports.name else None


def _why(said: Offboarding) -> Ending:
    return Ending(cause=EndCause.OFFBOARDED, actor=ACTOR, why=said.why[:LONGEST])
