"""What the audit trail is told of a lease, and by whom."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from daypass.domain.audit import Action, AuditEvent
from daypass.domain.lease import Lease

GRANTS_WORKER: Final = "grants worker"
"""The actor of what happens on a cluster."""


def lease_event(
    lease: Lease, action: Action, facts: Mapping[str, str], *, actor: str, at: datetime
) -> AuditEvent:
    """Say what happened to a lease; facts that are empty are left out."""
    return AuditEvent(
        at=at,
        action=action,
        actor=actor,
        subject=lease.id,
        cluster=lease.cluster,
        facts={name: said for name, said in facts.items() if said},
    )
