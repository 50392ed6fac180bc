"""Offboarded: what its holder may not have any more ends, as who asks Slack said.

The notifications worker may write no lease: whoever took it over would write into one what an end,
a cut or a yes then goes by.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Final

from daypass.domain.errors import ConflictError, OutsideError
from daypass.domain.ids import LeaseId
from daypass.domain.lease import EndCause, Lease
from daypass.domain.offboarding import Offboarding
from daypass.ports import GrantPorts, PromiseKind
from daypass.usecases.shared.asked import as_asked
from daypass.usecases.shared.commits import until_committed
from daypass.usecases.shared.ending import Ending, ending

ACTOR: Final = "offboarding"
LONGEST: Final = 1_000
"""Characters of a reason that are kept: twice what two usernames and a name take, and one lease has
to stay far shorter than what is read of it, whoever wrote why it ends."""


def end_offboarded(
    leases: Sequence[LeaseId], ports: GrantPorts, *, claimed: bool
) -> Mapping[LeaseId, Lease]:
    """Decide that those of these leases are over that their holders may not have; return them.

    Where their rows are `claimed` those stay as they are: they are being seen to now. What cannot
    be read or written waits, for it is said again as long as the lease goes on; no other end waits
    for it.
    """
    ended = dict[LeaseId, Lease]()
    for said in _said(leases, ports):
        with suppress(ConflictError, OutsideError):
            over = partial(_end, said, ports, claimed=claimed)
            if (lease := until_committed(over)) is not None:
                ended[lease.id] = lease
    return ended


def _said(leases: Sequence[LeaseId], ports: GrantPorts) -> Sequence[Offboarding]:
    with suppress(OutsideError):
        return ports.store.offboardings(leases)
    return ()


def _end(said: Offboarding, ports: GrantPorts, *, claimed: bool) -> Lease | None:
    stored = ports.store.lease(said.lease)
    if stored is None or not stored.grantable:
        return None
    lease = as_asked(stored, ports)
    if lease.cluster != ports.name:
        return None
    why = Ending(cause=EndCause.OFFBOARDED, actor=ACTOR, why=said.why[:LONGEST])
    change = ending((lease,), why, ports)
    if claimed:
        rows = tuple(row for row in change.promises if row.kind is not PromiseKind.END)
        change = replace(change, promises=rows)
    (over,) = ports.store.commit(change).leases
    return over
