"""Every key that Daypass has in Redis, by name. RQ's own keys begin with `rq:`."""

from typing import Final

from daypass.ports import TIMEKEEPER

PREFIX: Final = "daypass:"

AUDIT: Final = f"{PREFIX}audit"
"""Stream: one event per entry, its id is the event's."""
EVENT: Final = "e"
"""The one field of such an entry."""
EPOCH: Final = f"{PREFIX}epoch"
"""The store's epoch: absent in an empty Redis."""
FREEZE: Final = f"{PREFIX}freeze"
"""Where new grants are stopped."""
CHECKPOINTS: Final = f"{PREFIX}audit-checkpoints"
"""Stream: one checkpoint per entry, its id is that of the last event that it covers."""
CHECKPOINT: Final = "c"
"""The field of such an entry that holds the checkpoint."""
HASH: Final = "h"
"""The field that holds its hash."""
HEAD: Final = f"{PREFIX}audit-head"
"""String: the newest checkpoint's hash of the audit trail."""
TRIMMED: Final = f"{PREFIX}audit-trimmed"
"""String: the id of the newest event that retention removed."""
OVER: Final = f"{PREFIX}over"
"""Sorted set: ended leases and decided requests by the time since when they are over."""
PENDING: Final = f"{PREFIX}pending"
"""Sorted set: pending requests by the time they were asked."""
SEEN: Final = f"{PREFIX}seen"
"""Hash: the last snapshot of each cluster."""
SEEN_AT: Final = f"{PREFIX}seen-at"
"""Sorted set: when each of those was taken."""
PICTURES: Final = f"{PREFIX}pictures"
"""Hash: what is to be said of each cluster's picture."""
UNSAID: Final = f"{PREFIX}unsaid"
"""Hash: what Slack does not take at present, by request."""


def request(name: str) -> str:
    """A request's value."""
    return f"{PREFIX}request:{name}"


def lease(name: str) -> str:
    """A lease's value."""
    return f"{PREFIX}lease:{name}"


def person(name: str) -> str:
    """An account's pin."""
    return f"{PREFIX}person:{name}"


def owner(email: str) -> str:
    """The account to which an email is pinned."""
    return f"{PREFIX}owner:{email}"


def name_owner(cluster: str, username: str) -> str:
    """The account that owns a username on a cluster."""
    return f"{PREFIX}name:{cluster}:{username}"


def by_person(name: str) -> str:
    """Sorted set: the requests of a person by the time they were asked."""
    return f"{PREFIX}by-person:{name}"


def live_of(name: str) -> str:
    """Set: the live leases of a person."""
    return f"{PREFIX}live-of:{name}"


def by_cluster(name: str) -> str:
    """Set: the live leases on a cluster."""
    return f"{PREFIX}by-cluster:{name}"


def early(name: str) -> str:
    """Set: the live leases on a cluster that are to end before what is there says so."""
    return f"{PREFIX}early:{name}"


def pending_of(name: str) -> str:
    """Set: the pending requests of a person."""
    return f"{PREFIX}pending-of:{name}"


def tally(cluster: str, username: str) -> str:
    """What was begun to be granted to a user of a cluster."""
    return f"{PREFIX}tally:{cluster}:{username}"


def offboarded(lease: str) -> str:
    """String, gone after a day: why a lease's holder may not have it any more."""
    return f"{PREFIX}offboarded:{lease}"


def wide(name: str) -> str:
    """Set: those of them that are cluster-scoped."""
    return f"{PREFIX}wide:{name}"


def picture(cluster: str, kind: str) -> str:
    """Hash: all of a kind that there is on a cluster, for who wants to see it."""
    return f"{PREFIX}picture:{cluster}:{kind}"


def told(name: str) -> str:
    """Hash: what Slack was told about a request."""
    return f"{PREFIX}told:{name}"


def idem(name: str) -> str:
    """String: that something was done once."""
    return f"{PREFIX}idem:{name}"


def alive(process: str) -> str:
    """String: when a process last beat."""
    return f"{PREFIX}alive:{process}"


def duty(name: str) -> str:
    """String, gone after a while: who does what only one process is to do."""
    return f"{PREFIX}duty:{name}"


def due(name: str) -> str:
    """Sorted set: the promises of one set by the moment they are due."""
    return f"{PREFIX}due" if name == TIMEKEEPER else f"{PREFIX}due:{name}"


def woken(name: str) -> str:
    """String: the RQ job that was last enqueued for one set of promises."""
    return f"{PREFIX}woken:{name}"
