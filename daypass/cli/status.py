"""`daypass status`: how everything stands, on one screen."""

import argparse
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from daypass.cli.incident import frozen
from daypass.cli.report import Report, plain
from daypass.cli.wiring import ledger
from daypass.domain.discovery import FRESH
from daypass.domain.duration import write_duration
from daypass.domain.freshness import ahead, fresh
from daypass.domain.lease import LeaseState
from daypass.domain.policy import keeps_time
from daypass.domain.reasons import FreezeUnreadable
from daypass.usecases.incident.survey import Backlog, ClusterStanding, Survey, survey

FULL: Final = (
    "The audit trail takes no more events: nothing is asked for, approved, granted or thawed; ends "
    "go on. Somebody wrote an event with the greatest id, or made its key another type. How to put "
    "the trail aside: docs/howto/keep-redis.md."
)


def status(_given: argparse.Namespace, environ: Mapping[str, str]) -> Report:
    """Say what is frozen, what is granted, what is late; good when nothing keeps grants back."""
    return stated(survey(ledger(environ)))


def stated(found: Survey) -> Report:
    """Put a survey into words."""
    return Report(text="\n".join(_lines(found)), good=not any(_troubles(found)))


def _lines(found: Survey) -> Iterator[str]:
    yield str(FreezeUnreadable()) if found.unreadable else frozen(found.freeze)
    if found.full:
        yield FULL
    heard = _ago(found.timekeeper_at, found.now)
    yield f"Timekeeper: heard {heard}{_late(found.timekeeper, found)}"
    yield f"Requests that wait: {found.waiting:,}{_late(found.notifications, found, 'Slack')}"
    for cluster in found.clusters:
        yield plain(f"{cluster.name}: {_cluster(cluster, found)}")


def _cluster(one: ClusterStanding, found: Survey) -> str:
    live = ", ".join(
        f"{count:,} {state}" for state in LeaseState if (count := one.leases.get(state))
    )
    marks = [
        f"{one.unread:,} that cannot be read" if one.unread else "",
        "not in the configuration" if not one.configured else "",
        "frozen" if one.frozen else "",
        "unavailable" if one.configured and _stale(one, found.now) else "",
        "in restore mode: no grants until it was looked at" if one.restoring else "",
    ]
    looked = f"looked at {_ago(one.seen_at, found.now)}{_late(one.backlog, found)}"
    return "; ".join([live or "no leases", looked, *filter(None, marks)])


def _late(backlog: Backlog, found: Survey, of: str = "") -> str:
    if not backlog.overdue:
        return ""
    since = (
        f", the oldest since {write_duration(found.now - backlog.since)}" if backlog.since else ""
    )
    return f"; {f'{of}: ' if of else ''}{backlog.overdue:,} overdue{since}"


def _ago(at: datetime | None, now: datetime) -> str:
    if at is None:
        return "never"
    if ahead(at, now):
        return f"in {write_duration(at - now)}: time has jumped back, or somebody made that up"
    return f"{write_duration(max(now - at, timedelta(0)))} ago"


def _troubles(found: Survey) -> Iterator[bool]:
    yield found.unreadable or found.full or found.freeze is not None
    yield not keeps_time(found.timekeeper_at, found.now)
    for cluster in found.clusters:
        yield (
            bool(cluster.unread)
            or cluster.restoring
            or (cluster.configured and _stale(cluster, found.now))
        )


def _stale(one: ClusterStanding, now: datetime) -> bool:
    return one.seen_at is None or not fresh(one.seen_at, now, FRESH)
