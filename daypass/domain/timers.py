"""When people are told of time: a lease's holder before its end, approvers while nobody answers."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from daypass.domain.lease import Lease, LeaseState
from daypass.domain.request import Request, RequestState

WARNINGS: Final = ((timedelta(minutes=15), 4), (timedelta(minutes=5), 12))
"""So long before the end, but no more than that part of the lease: two of an hour and longer."""
TOO_LATE_TO_WARN: Final = timedelta(minutes=1)
"""Nobody reads a message and has a lease extended in less."""
FIRST_REMINDER: Final = timedelta(minutes=15)
"""After the asking; the next ones after twice as long each."""
SHORTEST_REMINDER: Final = timedelta(minutes=1)
"""More often than that nobody reads it."""


def warnings(lease: Lease) -> tuple[datetime, ...]:
    """Return when to warn its holder of the end, earliest first; never where it does not run."""
    if lease.state is not LeaseState.ACTIVE or lease.ends_at is None:
        return ()
    length = lease.ends_at - lease.approved_at
    before = (min(most, length / part) for most, part in WARNINGS)
    return tuple(lease.ends_at - lead for lead in before if lead >= TOO_LATE_TO_WARN)


def reminders(request: Request) -> Iterator[datetime]:
    """Yield when to remind its approvers, earliest first; never once it is decided."""
    if request.state is not RequestState.PENDING:
        return
    timeout = request.timeout
    wait = FIRST_REMINDER if timeout > FIRST_REMINDER else timeout / 2
    while SHORTEST_REMINDER <= wait < timeout:
        yield request.asked_at + wait
        # After the half of a short time-out the next would be when it is over.
        wait *= 2


def after(now: datetime, moments: Iterator[datetime] | tuple[datetime, ...]) -> datetime | None:
    """Return the first of `moments` that is yet to come."""
    return next((moment for moment in moments if moment > now), None)
