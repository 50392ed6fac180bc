"""Survey: how all of it stands at once, for an administrator; nothing here changes anything."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from daypass.domain.epoch import Freeze
from daypass.domain.errors import PermanentOutsideError
from daypass.domain.ids import OVER_ANYTHING
from daypass.domain.lease import Lease, LeaseState
from daypass.domain.trail import is_last
from daypass.ports import NOTIFICATIONS, TIMEKEEPER, Ledger
from daypass.usecases.shared.judging import TIMEKEEPER_PROCESS
from daypass.usecases.shared.readable import unread_on
from daypass.usecases.shared.standing import frozen_where, known_by_email, last_word, unlooked
from daypass.usecases.shared.unended import earliest, unended


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """Overdue promises of one set, the oldest due since `since`; ends that fail are among them."""

    overdue: int = 0
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterStanding:
    """One cluster: its live leases by state, what is overdue, when it was last looked at.

    `unread` counts leases that are listed there and that nobody can read.
    """

    name: str
    leases: Mapping[LeaseState, int]
    backlog: Backlog
    seen_at: datetime | None
    frozen: bool
    restoring: bool
    configured: bool
    unread: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """Everything at `now`; `timekeeper_at` is when a timekeeper was last heard of.

    A freeze that is `unreadable` stops grants everywhere until somebody freezes anew; a trail that
    is `full` takes no event, and nothing but an end goes without one.
    """

    now: datetime
    freeze: Freeze | None
    unreadable: bool
    full: bool
    timekeeper_at: datetime | None
    clusters: tuple[ClusterStanding, ...]
    waiting: int
    timekeeper: Backlog
    notifications: Backlog


def survey(ports: Ledger) -> Survey:
    """Look at the store and its agenda; no cluster is asked."""
    word, backlog = last_word(ports), _backlogs(ports)
    freeze, version = word
    return Survey(
        now=ports.clock.now(),
        freeze=known_by_email(freeze, ports) if freeze is not None and freeze.on else None,
        unreadable=version == OVER_ANYTHING,
        full=_takes_no_event(ports),
        timekeeper_at=ports.heartbeats.heard(TIMEKEEPER_PROCESS),
        clusters=_clusters(frozen_where(word), backlog, ports),
        waiting=len(ports.store.pending()),
        timekeeper=backlog.get(TIMEKEEPER, Backlog()),
        notifications=backlog.get(NOTIFICATIONS, Backlog()),
    )


def _takes_no_event(ports: Ledger) -> bool:
    """Whether nothing comes after the newest event, or the trail is no stream at all."""
    try:
        return is_last(ports.store.last_event())
    except PermanentOutsideError:  # Of a store that refuses us all else is raised.
        return True


def _backlogs(ports: Ledger) -> Mapping[str, Backlog]:
    late = {name: _late_ends(name, ports) for name in ports.catalog.clusters}
    ends = {name: min(ends) for name, ends in late.items() if ends}
    since = earliest(ports.agenda.oldest(ports.keepers), ends)
    overdue = ports.agenda.overdue(ports.keepers)
    counts = {name: max(overdue.get(name, 0), len(late.get(name, ()))) for name in ports.keepers}
    return {
        keeper: Backlog(overdue=count, since=since.get(keeper))
        for keeper, count in counts.items()
        if count
    }


def _late_ends(cluster: str, ports: Ledger) -> Sequence[datetime]:
    """Return the ends that are past of leases that are not over: a try puts its row off."""
    now, leases = ports.clock.now(), list[Lease]()
    with suppress(PermanentOutsideError):  # Rows that somebody made another type hide no other.
        leases += unended(cluster, ports)
    return [one.ends_at for one in leases if one.ends_at is not None and one.ends_at <= now]


def _clusters(
    frozen: Callable[[str], bool], backlog: Mapping[str, Backlog], ports: Ledger
) -> tuple[ClusterStanding, ...]:
    seen = ports.store.seen()
    names = tuple(dict.fromkeys((*ports.catalog.clusters, *seen)))
    doubted = unlooked(names, ports)
    return tuple(
        ClusterStanding(
            name=name,
            leases=Counter(lease.state for lease in live.values()),
            unread=len(unread_on([name], live.keys(), ports)),
            backlog=backlog.get(name, Backlog()),
            seen_at=seen[name].taken_at if name in seen else None,
            frozen=frozen(name),
            restoring=name in doubted,
            configured=name in ports.catalog.clusters,
        )
        for name in names
        for live in [ports.store.live_on(name)]  # Of one cluster at a time: they are thousands.
    )
