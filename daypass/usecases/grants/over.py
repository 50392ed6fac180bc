"""Over: write down that leases have ended, after the proof, many in one move (laws 4, 7)."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from daypass.domain.audit import Action, AuditEvent
from daypass.domain.errors import ConflictError, OutsideError
from daypass.domain.lease import SKEW, EndCause, Lease
from daypass.ports import Change, GrantPorts, Promise, PromiseKind
from daypass.usecases.grants.epochs import mark
from daypass.usecases.shared.commits import until_committed
from daypass.usecases.shared.events import GRANTS_WORKER, lease_event
from daypass.usecases.shared.holdings import tallies_settled, tallies_without
from daypass.usecases.shared.rows import card, end_row

Proven = tuple[Lease, str]
"""A lease that is proven gone, and what else allows what it gave."""


def write_over(ended: Sequence[Proven], ports: GrantPorts) -> None:
    """Write down that they are over, anew while only the count of a holder was moved meanwhile."""
    if not ended:
        return
    leases = [lease for lease, _ in ended]
    try:
        until_committed(
            lambda: ports.store.commit(_ended(ended, ports.clock.now(), ports)),
            still=lambda: list(ports.store.leases([one.id for one in leases])) == leases,
        )
        mark(ports)
    except ConflictError:
        for one in ended if len(ended) > 1 else ():
            write_over([one], ports)


def write_leaving(leases: Sequence[Lease], ports: GrantPorts) -> None:
    """Have the counts say of leases that are not proven gone yet that no attempt of them goes on.

    Else whoever writes one back to what it was while it was granted would have it created again.
    """
    with suppress(ConflictError, OutsideError):  # The next try says it, and no end waits for it.
        if leaving := tallies_settled(leases, ports):
            ports.store.commit(Change(move=ports.ids.move(), tallies=leaving))


def _ended(ended: Sequence[Proven], now: datetime, ports: GrantPorts) -> Change:
    leases = tuple(lease.ended(now, still) for lease, still in ended)
    return Change(
        move=ports.ids.move(),
        leases=leases,
        tallies=tallies_without(leases, ports),
        events=tuple(_event(lease, now) for lease in leases),
        promises=(
            *dict.fromkeys(card(lease.request, now) for lease in leases),
            *(row for lease in leases for row in _recheck_rows(lease, now)),
        ),
        done=tuple(end_row(lease, now) for lease in leases),
    )


def _recheck_rows(lease: Lease, now: datetime) -> tuple[Promise, ...]:
    """A paused worker may still send its create until then; afterwards nobody does."""
    if lease.attempt is None or now >= lease.attempt.create_before + SKEW:
        return ()
    at = lease.attempt.create_before + SKEW
    return (Promise(keeper=lease.cluster, kind=PromiseKind.RECHECK, subject=lease.id, at=at),)


def _event(lease: Lease, now: datetime) -> AuditEvent:
    late = now - lease.ends_at if lease.ends_at and lease.cause is EndCause.EXPIRED else None
    facts = {
        "cause": str(lease.cause),
        "still": lease.still,
        "late_seconds": f"{late.total_seconds():.3f}" if late is not None else "",
    }
    return lease_event(lease, Action.LEASE_ENDED, facts, actor=GRANTS_WORKER, at=now)
