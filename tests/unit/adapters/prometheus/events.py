"""An event to count."""

from daypass.domain.audit import Action, AuditEvent
from tests.builders import NOON

GRANTED = AuditEvent(
    at=NOON, action=Action.LEASE_GRANTED, actor="grants worker", subject="x-1", cluster="prod"
)
