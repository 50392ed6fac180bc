"""What a grants worker brought about, one line each in its log, under the audit trail's own names.

The trail has all of it and why; the log has what an operator looks for first.
"""

from collections.abc import Iterable
from typing import Final

import structlog

from daypass.domain.audit import Action, AuditEvent

LOGGED: Final = frozenset(
    {Action.LEASE_GRANTED, Action.LEASE_EXTENDED, Action.LEASE_UNDONE, Action.LEASE_ENDED}
)
_log = structlog.get_logger()


def log_events(events: Iterable[AuditEvent]) -> None:
    """Log those of these events, which were committed, that are of LOGGED."""
    for event in events:
        if event.action in LOGGED:
            _log.info(event.action.value, lease=event.subject, cluster=event.cluster)
