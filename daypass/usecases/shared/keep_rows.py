"""Keep rows: some promises must always stand, also in a store that lost them or was written to.

Nothing rests on a row alone: whoever may write to the store could remove it, or put it off for
ever. What is put back too often is seen to once more, and that costs a look.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from daypass.domain.lease import PROVISION_DEADLINE, Lease, LeaseState
from daypass.ports import HURRIED, GrantPorts, Ledger, Promise
from daypass.usecases.shared.pauses import SPREAD
from daypass.usecases.shared.rows import (
    adjust_row,
    end_row,
    holder_row,
    look_row,
    provision_row,
    retain_row,
    waiting_rows,
    warn_rows,
)

LOOK_EVERY: Final = timedelta(seconds=30)
"""From one look at a cluster to the next."""
RETAIN_EVERY: Final = timedelta(hours=1)
"""What is kept for days may stay an hour longer."""
SLACK_ASKS: Final = timedelta(minutes=1)
"""So long Slack may have us wait before a holder is looked at again."""


def keep_rows(ports: Ledger) -> None:
    """Make sure that each cluster will be looked at and what is old forgotten; each second.

    Without it nobody would look at a cluster again after Redis was emptied under running workers.
    """
    now = ports.clock.now()
    looks = (look_row(cluster, now) for cluster in ports.catalog.clusters)
    ports.agenda.ensure(*looks, within=LOOK_EVERY + HURRIED)
    ports.agenda.ensure(retain_row(now), within=RETAIN_EVERY + HURRIED)


def keep_waiting(ports: Ledger) -> None:
    """Make sure that each request that waits will lapse, and its approvers be reminded before."""
    now = ports.clock.now()
    rows: list[Promise] = []
    for request in ports.store.pending():
        rows += waiting_rows(request, now)
    ports.agenda.ensure(*rows, within=HURRIED)


def keep_lease_rows(leases: Iterable[Lease], ports: GrantPorts) -> None:
    """Make sure that whoever looks after these leases will; at each look at their cluster."""
    now = ports.clock.now()
    live = [lease for lease in leases if lease.live]
    grantable = [lease for lease in live if lease.grantable]
    ends = (row for lease in live for row in _end_rows(lease, now))
    warned = (row for lease in grantable for row in warn_rows(lease, now))
    ports.agenda.ensure(*ends, *warned, within=HURRIED)
    tasks = (row for lease in grantable for row in _tasks(lease, now))
    ports.agenda.ensure(*tasks, within=PROVISION_DEADLINE)
    holders = dict.fromkeys(holder_row(lease.holder.id, now) for lease in grantable)
    spread = ports.catalog.look_at_holders * (1 + SPREAD)
    ports.agenda.ensure(*holders, within=spread + SLACK_ASKS)


def _end_rows(lease: Lease, now: datetime) -> Iterator[Promise]:
    if lease.state is LeaseState.REVOKING:
        yield end_row(lease, now)
    elif lease.ends_at is not None:
        yield end_row(lease, lease.ends_at)
    elif lease.state is LeaseState.ACTIVE:  # Nobody of ours made it run without an end.
        yield end_row(lease, now)


def _tasks(lease: Lease, now: datetime) -> Iterator[Promise]:
    """Promise what is still to be done for a lease that goes on."""
    if lease.state is LeaseState.GRANTING:
        yield provision_row(lease, now)
    elif lease.extension is not None:
        yield adjust_row(lease, now)
