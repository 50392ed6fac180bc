"""History: the whole story of a request or a lease, as the audit trail has it.

The whole trail is read, in the order of its ids. Moments say nothing of where to begin: whoever
writes to the store may change when a request says that it was asked, and clocks jump.
"""

from collections.abc import Iterator

from daypass.domain.audit import AuditEvent
from daypass.domain.errors import UnreadableError
from daypass.domain.ids import LeaseId, RequestId
from daypass.domain.trail import Entry
from daypass.ports import Trail
from daypass.usecases.audit.excerpt import PAGE


def history(request: RequestId, lease: LeaseId | None, trail: Trail) -> Iterator[AuditEvent]:
    """Return what happened to a request and its leases, or to one of them, oldest first.

    Events that cannot be read are left out: `verify` says which those are.
    """
    after = ""
    while page := trail.entries(after, PAGE):
        for entry in page:
            event = _read(entry, trail) if request.encode() in entry.body else None
            if event is not None and _concerns(event, request, lease):
                yield event
        after = page[-1].id


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
