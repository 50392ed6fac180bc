"""The events of a request or lease as lines that a person reads from top to bottom."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from daypass.cli.report import plain
from daypass.domain.audit import Action, AuditEvent
from daypass.domain.duration import write_duration

_WIDTH: Final = max(len(action) for action in Action)
_LAPS: Final = (
    (Action.REQUEST_SUBMITTED, Action.REQUEST_APPROVED, "approved after"),
    (Action.REQUEST_APPROVED, Action.LEASE_GRANTED, "granted after"),
    (Action.LEASE_GRANTED, Action.LEASE_ENDED, "held for"),
    (Action.LEASE_ENDING, Action.LEASE_ENDED, "revoked within"),
)


def told(events: Sequence[AuditEvent]) -> Iterator[str]:
    """Return one line per event, with the time since the one before, then how long things took."""
    before: datetime | None = None
    for event in events:
        if before is None or event.at.date() != before.date():
            yield f"{event.at:%A, %Y-%m-%d} (UTC)"
        yield f"  {_line(event, before)}".rstrip()
        before = event.at
    if laps := [f"  {lap}" for subject in _leases(events) for lap in _laps(subject, events)]:
        yield ""
        yield from laps


def _line(event: AuditEvent, before: datetime | None) -> str:
    since = f"+{_length(event.at - before)}" if before is not None else ""
    where = f" on {event.cluster}" if event.cluster else ""
    facts = "  ".join(f"{name}: {said}" for name, said in event.facts.items())
    at = f"{event.at:%H:%M:%S}.{event.at.microsecond // 1000:03}"
    what = f"{event.action:<{_WIDTH}}  {event.subject}{where}, by {event.actor}"
    return plain(f"{at}  {since:>9}  {what}  {facts}")


def _leases(events: Sequence[AuditEvent]) -> list[str]:
    return sorted({event.subject for event in events if event.action is Action.LEASE_GRANTED})


def _laps(lease: str, events: Sequence[AuditEvent]) -> Iterator[str]:
    """Say how long a lease took from each of its steps to the next."""
    request = lease.partition("-")[0]
    at = {event.action: event.at for event in events if event.subject in (lease, request)}
    took = [
        f"{words} {_length(at[last] - at[first])}"
        for first, last, words in _LAPS
        if first in at and last in at
    ]
    if took:
        yield plain(f"{lease}: {', '.join(took)}")


def _length(taken: timedelta) -> str:
    if timedelta(0) <= taken < timedelta(minutes=1):
        return f"{taken.total_seconds():.3f}s"
    return write_duration(taken) if taken > timedelta(0) else "0s"
