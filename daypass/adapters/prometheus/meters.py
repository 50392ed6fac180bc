"""What a process counts: each move that it committed, by its audit events; each try put off."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from daypass.domain.audit import Action, AuditEvent
from daypass.domain.lease import EndCause
from daypass.ports import Claim, PromiseKind

_LAG_BUCKETS: Final = (0.05, 0.1, 0.2, 0.4, 0.7, 1, 2, 5, 12, 30, 60, 300, 3600)
"""Seconds; must hold: 1, 5 after a return, 12 after a process was killed (the numbers page)."""
_RESULTS: Final = {
    Action.LEASE_GRANTED: ("grant", "done"),
    Action.LEASE_UNDONE: ("grant", "undone"),
    Action.LEASE_ENDED: ("revoke", "done"),
    Action.LEASE_EXTENDED: ("extend", "done"),
    Action.LEASE_NOT_EXTENDED: ("extend", "refused"),
}
_PUT_OFF: Final = {
    PromiseKind.PROVISION: "grant",
    PromiseKind.END: "revoke",
    PromiseKind.ADJUST: "extend",
}


class Meters:
    """The counters of one process; several processes' are added up by whoever asks."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._events = Counter(
            "daypass_events",
            "Audit events that this process committed.",
            ("action", "cluster"),
            registry=registry,
        )
        self._attempts = Counter(
            "daypass_attempts",
            "Tries to grant, revoke or extend a lease, by what became of them.",
            ("kind", "result", "cluster"),
            registry=registry,
        )
        self._lag = Histogram(
            "daypass_revoke_lag_seconds",
            "From the end of a lease to the proof that nothing of it is left.",
            ("cluster",),
            buckets=_LAG_BUCKETS,
            registry=registry,
        )
        self._condemned = Counter(
            "daypass_objects_condemned",
            "Objects under our label that have to go from a cluster, by why.",
            ("reason", "cluster"),
            registry=registry,
        )
        self._removed = Counter(
            "daypass_objects_removed",
            "Objects under our label that had to go and are gone, by why they had to.",
            ("reason", "cluster"),
            registry=registry,
        )
        self._epochs = Counter(
            "daypass_epoch_changes",
            "Times that the store was found empty or set back.",
            registry=registry,
        )

    def count(self, events: Iterable[AuditEvent]) -> None:
        """Count events that were committed."""
        for event in events:
            self._events.labels(event.action, event.cluster).inc()
            self._count(event)

    def count_put_off(self, claim: Claim, _to: datetime) -> None:
        """Count a try that did not succeed and is made again."""
        if (tried := _PUT_OFF.get(claim.promise.kind)) is not None:
            self._attempts.labels(tried, "put_off", claim.promise.keeper).inc()

    def _count(self, event: AuditEvent) -> None:
        kind, result = _RESULTS.get(event.action, ("", ""))
        if event.action is Action.LEASE_ENDING and event.facts.get("cause") == EndCause.FAILED:
            kind, result = "grant", "failed"
        if kind:
            self._attempts.labels(kind, result, event.cluster).inc()
        if late := event.facts.get("late_seconds"):
            self._lag.labels(event.cluster).observe(float(late))
        if event.action is Action.OBJECT_CONDEMNED:
            self._condemned.labels(event.facts.get("why", ""), event.cluster).inc(_count(event))
        if event.action is Action.OBJECT_REMOVED:
            self._removed.labels(event.facts.get("why", ""), event.cluster).inc(_count(event))
        if event.action is Action.EPOCH_BEGUN:
            self._epochs.inc()


def _count(event: AuditEvent) -> int:
    """Return of how many objects an event tells."""
    return int(event.facts.get("count", 1))


def measure_silence(registry: CollectorRegistry, silence: Callable[[], float]) -> None:
    """Have it measured for how many seconds Slack has not been heard."""
    gauge = Gauge(
        "daypass_slack_silent_seconds",
        "How long Slack has not been heard over the socket.",
        registry=registry,
    )
    gauge.set_function(silence)


def foreign_jobs(registry: CollectorRegistry) -> Callable[[str], None]:
    """Return what counts the jobs of a queue that were dropped; told the queue's name."""
    dropped = Counter(
        "daypass_foreign_jobs",
        "RQ jobs that were no wake-ups: somebody else writes to Redis.",
        ("queue",),
        registry=registry,
    )
    return lambda queue: dropped.labels(queue).inc()


def unseen_holders(registry: CollectorRegistry) -> Callable[[], None]:
    """Return what counts the looks at holders to which nobody gave an answer."""
    unseen = Counter(
        "daypass_holders_unseen",
        "Times that Slack did not say whether somebody may still hold what they hold.",
        registry=registry,
    )
    return unseen.inc


def count_killed(registry: CollectorRegistry) -> Counter:
    """Return what counts the worker processes that were killed because they were stuck."""
    return Counter(
        "daypass_processes_killed",
        "Worker processes that were killed because they had shown no sign of life.",
        registry=registry,
    )


def count_died(registry: CollectorRegistry) -> Counter:
    """Return what counts the worker processes that ended and were replaced."""
    return Counter(
        "daypass_processes_died",
        "Worker processes that ended, for whatever reason, and were replaced.",
        registry=registry,
    )
