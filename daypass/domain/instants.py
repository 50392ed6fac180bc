"""Moments as an object on a cluster says them."""

from datetime import UTC, datetime, timedelta
from typing import Final

TICK: Final = timedelta(microseconds=1)
"""The smallest step of Redis's time: by so much two moments differ at the least."""


def write_time(at: datetime) -> str:
    """Write RFC 3339 in UTC, whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def write_exactly(at: datetime) -> str:
    """Write RFC 3339 in UTC, to the microsecond: where it counts which of two was first."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def written(at: datetime | None) -> str:
    """Write it; nothing where there is none."""
    return write_time(at) if at is not None else ""


def read_time(text: str) -> datetime | None:
    """Read RFC 3339, in UTC; None when it is none, names no zone or no moment that UTC has."""
    try:
        at = datetime.fromisoformat(text)
        return at.astimezone(UTC) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None
