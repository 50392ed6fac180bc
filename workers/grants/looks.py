"""A look around a cluster, and what it found, said to the log."""

from collections.abc import Callable
from functools import partial
from typing import Final, TypeVar

import structlog

from daypass.adapters.redis.said import Said
from daypass.domain.suspicion import LOUD
from daypass.ports import Claim, GrantPorts
from daypass.usecases.grants.findings import Findings
from daypass.usecases.grants.overlooked import end_overlooked
from daypass.usecases.grants.reconcile import look_alone, reconcile, reconcile_unasked
from daypass.usecases.grants.tell_once import tell_once
from workers import outermost

ROLE: Final = "grants"
_TOLD: Final = 20
"""Objects of one look of which each gets its line in the log; the audit trail has them all."""

A = TypeVar("A")
_log = structlog.get_logger()


def look(claim: Claim, ports: GrantPorts) -> None:
    """Look around because it was promised."""
    _surely(_reconcile, claim, ports)


def look_unasked(ports: GrantPorts) -> None:
    """Look around where nobody asked for it for long."""
    _log.info("reconcile.unasked", cluster=ports.name)
    _surely(_reconcile_unasked, ports.name, ports)


def see_to_overlooked(ports: GrantPorts) -> None:
    """End what is over and by no row was due; say so, for somebody puts its row off."""
    loudly(_end_overlooked, ports.name, ports)


def loudly(
    do: Callable[[A, GrantPorts], None], what: A, ports: GrantPorts, *, said: Said | None = None
) -> bool:
    """Do it; whatever escapes is logged. Returns whether nothing escaped."""
    where = {"step": do.__name__, "cluster": ports.name}
    return outermost.loudly(lambda: do(what, ports), what, role=ROLE, said=said, **where)


def _surely(do: Callable[[A, GrantPorts], None], what: A, ports: GrantPorts) -> None:
    """Look around; whatever breaks that, what is past its own end goes (law 10)."""
    if not loudly(do, what, ports):
        loudly(_look_alone, ports.name, ports)


def _reconcile(claim: Claim, ports: GrantPorts) -> None:
    report(reconcile(claim, ports), ports)


def _reconcile_unasked(_: str, ports: GrantPorts) -> None:
    report(reconcile_unasked(ports), ports)


def _look_alone(_: str, ports: GrantPorts) -> None:
    report(look_alone(ports), ports)


def _end_overlooked(_: str, ports: GrantPorts) -> None:
    for lease in end_overlooked(ports):
        _log.error("grants.end_overlooked", cluster=ports.name, lease=lease.id)


def report(findings: Findings, ports: GrantPorts) -> None:
    """Say to the log what was found."""
    cluster = ports.name
    if findings.failed:
        _log.warning("reconcile.failed", cluster=cluster, why=findings.failed)
    if findings.left_out:
        _log.warning("reconcile.left_out", cluster=cluster, places=findings.left_out)
    _report_removals(findings, ports)
    for lease in findings.adopted:
        _log.warning("reconcile.adopted", cluster=cluster, lease=lease)
    if findings.restored:
        _log.warning("reconcile.restored", cluster=cluster, adopted=len(findings.adopted))
    for lease in findings.drifted:
        _log.error("reconcile.drifted", cluster=cluster, lease=lease)


def _report_removals(findings: Findings, ports: GrantPorts) -> None:
    cluster = ports.name
    for removal in findings.removed[:_TOLD]:
        # What is merely late is no alarm: its end is being seen to at the same time.
        log = _log.error if removal.why in LOUD else _log.info
        log("reconcile.removed", cluster=cluster, object=str(removal.found.ref), why=removal.why)
    for left in findings.refused[:_TOLD]:
        # Whoever keeps it changes it as often as they like, and each time it is tried.
        refused = _log.bind(cluster=cluster, object=str(left.found.ref), said=left.refusal)
        say = partial(refused.error, "reconcile.refused", why=left.why)
        tell_once(f"refused {left.found.ref.uid}", say, ports)
    more = max(len(findings.removed) - _TOLD, 0), max(len(findings.refused) - _TOLD, 0)
    if any(more):
        _log.error("reconcile.more", cluster=cluster, removed=more[0], refused=more[1])
