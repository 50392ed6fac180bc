"""History: the whole story of a request or a lease, as the audit trail has it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from daypass.domain.audit import AuditEvent
from daypass.domain.errors import UnreadableError
from daypass.domain.ids import LeaseId, RequestId
from daypass.domain.trail import Entry
from daypass.ports import Store, Trail
from daypass.usecases.audit.excerpt import PAGE

_EARLIER: Final = timedelta(seconds=5)
"""The bot's clock is Redis's, asked a moment before."""


def history(
    request: RequestId, lease: LeaseId | None, trail: Trail, *, store: Store
) -> Iterator[AuditEvent]:
    """Return what happened to a request and its leases, or to one of them, oldest first.

    Events that cannot be read are left out: `verify` says which those are.
    """
    after = _beginning(request, trail, store)
    while page := trail.entries(after, PAGE):
        for entry in page:
            event = _read(entry, trail) if request.encode() in entry.body else None
            if event is not None and _concerns(event, request, lease):
                yield event
        after = page[-1].id


def _beginning(request: RequestId, trail: Trail, store: Store) -> str:
    """Return where to begin: at the whole trail's where the request is not kept any more."""
    try:
        found = store.request(request)
    except UnreadableError:
        found = None
    return trail.before(found.asked_at - _EARLIER) if found else ""


def _read(entry: Entry, trail: Trail) -> AuditEvent | None:
    try:
        return trail.event(entry)
    except UnreadableError:
        return None


def _concerns(event: AuditEvent, request: RequestId, lease: LeaseId | None) -> bool:
    names = (event.subject, event.facts.get("lease", ""))
    if lease is not None:
        return lease in names or request in names
    return any(name.partition("-")[0] == request for name in names)
