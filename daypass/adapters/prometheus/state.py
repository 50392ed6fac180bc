"""How things stand, asked of the store whenever Prometheus asks: every timekeeper says the same."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from daypass.domain.discovery import Lane
from daypass.domain.errors import OutsideError, PermanentOutsideError
from daypass.domain.freshness import ahead
from daypass.ports import Ledger, watch_of
from daypass.usecases.shared.judging import TIMEKEEPER_PROCESS
from daypass.usecases.shared.standing import frozen_where, last_word, stored_epoch
from daypass.usecases.shared.unended import earliest, is_late, unended

_ITS_OWN: Final = "@timekeeper"
"""The timekeeper's set; no cluster can have that name."""
Group = Callable[[], Iterator[GaugeMetricFamily]]
"""Measures some of it: all or nothing."""


class State(Collector):
    """Gauges of what is due, seen, frozen and queued; `queues` counts RQ's jobs by queue.

    What `others` measure in the store is measured beside that.
    """

    def __init__(
        self, ledger: Ledger, queues: Callable[[], Mapping[str, int]], *others: Group
    ) -> None:
        self._ledger = ledger
        self._queues = queues
        self._others = others
        self._noticed = dict[str, datetime]()
        """Since when each end has been seen to wait."""

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Ask nothing of Redis when this is registered."""
        return iter(())

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Return every gauge, or only that the store does not answer.

        What somebody made another type hides what is read there, and is counted; a store that
        refuses all of it, for it takes our password no more, is of no use.
        """
        found, unmeasured = list[GaugeMetricFamily](), 0
        try:
            for group in self._groups():
                try:
                    found += list(group())
                except PermanentOutsideError:
                    unmeasured += 1
        except OutsideError:
            found = []
        up = 1 if found else 0
        yield GaugeMetricFamily("daypass_store_up", "Whether Redis answers us.", value=up)
        yield GaugeMetricFamily(
            "daypass_unmeasured", "Groups of gauges that cannot be read in Redis.", value=unmeasured
        )
        yield from found

    def _groups(self) -> Sequence[Group]:
        """Return what is measured; of each all or nothing."""
        return (
            self._promises, self._seen, self._watched, self._standing, self._pictures, self._tick,
            self._unsaid, self._queued, *self._others,
        )  # fmt: skip

    def _promises(self) -> Iterator[GaugeMetricFamily]:
        clock, agenda = self._ledger.clock, self._ledger.agenda
        keepers = self._ledger.keepers
        now = clock.now()
        since = earliest(agenda.oldest(keepers), self._unended(now))
        ages = {keeper: (now - at).total_seconds() for keeper, at in since.items()}
        yield _gauge(
            "daypass_overdue_promises",
            "Promises of the agenda that are due and not seen to.",
            ("set", {**dict.fromkeys(keepers, 0.0), **agenda.overdue(keepers)}),
        )
        yield _gauge(
            "daypass_oldest_overdue_seconds",
            "How long the oldest overdue promise has been due; of a lease, since its end.",
            ("set", {**dict.fromkeys(keepers, 0.0), **ages}),
        )

    def _unended(self, now: datetime) -> Mapping[str, datetime]:
        """Return since when the oldest end waits, tried or not, of each cluster where one does.

        Nothing says since when a lease was to end early: what counts is when that was first seen,
        or now where that is a moment still to come, for time has gone back since.
        """
        waiting = {n: self._waiting(n, now) for n in self._ledger.catalog.clusters}
        names = [name for some in waiting.values() for name in some]
        self._noticed = {name: min(self._noticed.get(name, now), now) for name in names}
        return {
            n: min(since or self._noticed[name] for name, since in some.items())
            for n, some in waiting.items()
            if some
        }

    def _waiting(self, cluster: str, now: datetime) -> Mapping[str, datetime | None]:
        """Name what waits, and since when if it says so; rows that cannot be read are one thing."""
        try:
            over = unended(cluster, self._ledger)
        except PermanentOutsideError:
            return {f"the rows of {cluster}": None}
        return {one.id: one.ends_at if is_late(one, now) else None for one in over}

    def _seen(self) -> Iterator[GaugeMetricFamily]:
        seen, clusters = self._ledger.store.seen(), self._ledger.catalog.clusters
        now = self._ledger.clock.now()
        yield _gauge(
            "daypass_last_reconcile_timestamp_seconds",
            "When a cluster was last reconciled successfully; 0 for never.",
            (
                "cluster",
                {n: _at(seen[n].taken_at if n in seen else None, now) for n in clusters},
            ),
        )
        yield _gauge(
            "daypass_namespaces_left_out",
            "Namespaces that people might choose and that are too many to be kept.",
            ("cluster", {n: float(seen[n].left_out if n in seen else 0) for n in clusters}),
        )
        lanes = {n: seen[n].lane if n in seen else Lane.UNKNOWN for n in clusters}
        yield _gauge(
            "daypass_lane_missing",
            "Whether a cluster works at our requests in the line of all accounts.",
            ("cluster", {n: float(lane is Lane.MISSING) for n, lane in lanes.items()}),
        )

    def _watched(self) -> Iterator[GaugeMetricFamily]:
        clusters, now = self._ledger.catalog.clusters, self._ledger.clock.now()
        pulses = {n: self._ledger.heartbeats.heard(watch_of(n)) for n in clusters}
        yield _gauge(
            "daypass_last_watch_timestamp_seconds",
            "When a worker last said that it sees each change on a cluster; 0 for never.",
            ("cluster", {n: _at(pulse, now) for n, pulse in pulses.items()}),
        )

    def _standing(self) -> Iterator[GaugeMetricFamily]:
        clusters = self._ledger.catalog.clusters
        (epoch, _), frozen = stored_epoch(self._ledger), frozen_where(last_word(self._ledger))
        yield _gauge(
            "daypass_restoring",
            "Whether nothing is granted on a cluster because the store was lost or set back.",
            ("cluster", {n: float(epoch is None or n in epoch.unproven) for n in clusters}),
        )
        yield _gauge(
            "daypass_frozen",
            "Whether an administrator stopped new grants on a cluster.",
            ("cluster", {n: float(frozen(n)) for n in clusters}),
        )

    def _pictures(self) -> Iterator[GaugeMetricFamily]:
        clusters, now = self._ledger.catalog.clusters, self._ledger.clock.now()
        about = {n: self._ledger.pictures.about(n) for n in clusters}
        yield _gauge(
            "daypass_last_picture_timestamp_seconds",
            "Until when a cluster's picture was known to be true; 0 for never.",
            ("cluster", {n: _at(one.at if one else None, now) for n, one in about.items()}),
        )
        yield _gauge(
            "daypass_picture_left_out",
            "Things on a cluster that are too many to be kept in its picture.",
            (
                "cluster",
                {n: float(sum(one.left_out.values()) if one else 0) for n, one in about.items()},
            ),
        )
        yield _gauge(
            "daypass_picture_unseen_kinds",
            "Kinds of things on a cluster that the grants worker may not see.",
            ("cluster", {n: float(len(one.unseen) if one else 0) for n, one in about.items()}),
        )

    def _tick(self) -> Iterator[GaugeMetricFamily]:
        """Say when there was a tick, and what time it is: whose is slow has everything end late.

        Both by the store: its time is known for a moment after it has gone, so not first.
        """
        heard = self._ledger.heartbeats.heard(TIMEKEEPER_PROCESS)
        yield GaugeMetricFamily(
            "daypass_store_timestamp_seconds",
            "What time it is by Redis, by whose clock leases end.",
            value=self._ledger.clock.now().timestamp(),
        )
        yield GaugeMetricFamily(
            "daypass_last_tick_timestamp_seconds",
            "When a timekeeper last looked at the agenda; 0 for never.",
            value=_at(heard, self._ledger.clock.now()),
        )

    def _unsaid(self) -> Iterator[GaugeMetricFamily]:
        places = Counter(_place(to) for one in self._ledger.store.all_unsaid() for to in one.to)
        yield _gauge(
            "daypass_unsaid_requests",
            "Requests about which Slack takes no message, by where it was to go.",
            ("to", {**dict.fromkeys(self._channels(), 0.0), **places}),
        )

    def _queued(self) -> Iterator[GaugeMetricFamily]:
        yield _gauge(
            "daypass_queue_depth", "Wake-ups that no worker took yet.", ("queue", self._queues())
        )

    def _channels(self) -> set[str]:
        return {flow.channel for flow in self._ledger.catalog.workflows if flow.channel}


def _place(to: str) -> str:
    """Count people together: each would be a time series of its own."""
    return "people" if to.startswith(("U", "W")) else to


def _gauge(name: str, meaning: str, values: tuple[str, Mapping[str, float]]) -> GaugeMetricFamily:
    label, found = values
    family = GaugeMetricFamily(name, meaning, labels=(label,))
    for key, value in sorted(found.items()):
        family.add_metric((key or _ITS_OWN,), value)
    return family


def _at(moment: datetime | None, now: datetime) -> float:
    """Write a moment; one that is still to come was never."""
    return 0.0 if moment is None or ahead(moment, now) else moment.timestamp()
