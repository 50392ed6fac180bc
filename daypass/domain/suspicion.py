"""Which objects under our label must go from a cluster, and why (law 1). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from daypass.domain.freshness import ahead
from daypass.domain.grant import GrantObject, belongs, made_here, sealed_by
from daypass.domain.ids import LeaseId
from daypass.domain.lease import Lease


class Suspicion(StrEnum):
    """Why an object under our label must go (law 1)."""

    PAST_END = "past its end"
    ENDLESS = "no end"
    FORGED = "its MAC is not ours: forged or altered"
    UNKNOWN = "its lease is unknown"
    NOT_LIVE = "its lease is over"
    NOT_PLANNED = "its lease has no such object"
    AT_ODDS = "its lease says something else of whom and what it is for"
    TO_COME = "it says that it began at a moment that is still to come"
    UNWANTED = "everything is to go"


LOUD: Final = frozenset(
    {
        Suspicion.ENDLESS,
        Suspicion.FORGED,
        Suspicion.UNKNOWN,
        Suspicion.NOT_PLANNED,
        Suspicion.AT_ODDS,
        Suspicion.TO_COME,
    }
)
"""Not merely late: somebody or something made or changed these."""
SAID_BY_STORE: Final = frozenset(
    {Suspicion.UNKNOWN, Suspicion.NOT_LIVE, Suspicion.NOT_PLANNED, Suspicion.AT_ODDS}
)
"""Only the leases say so: true while the store has all that it ever had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """What an object under our label is held against by itself, where there is no store.

    Without the `key` (None) what was forged or altered cannot be told. `now` is so `late`, where
    an end is to be past for a while before it counts.
    """

    install: str
    cluster: str
    key: bytes | None
    now: datetime
    late: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection(Standard):
    """What it is held against where the leases are known."""

    leases: Mapping[LeaseId, Lease]


def foreign(found: GrantObject, install: str) -> bool:
    """Whether it says that it is another install's."""
    return found.install not in (install, None)


def left_alone(found: GrantObject, install: str, cluster: str, *, key: bytes | None) -> bool:
    """Whether it is another install's: what we made is not, whatever label it was given since."""
    if not foreign(found, install):
        return False
    return key is None or not made_here(found, install=install, cluster=cluster, key=key)


def suspect(found: GrantObject, against: Inspection) -> Suspicion | None:
    """Say why `found` must go, or None when it may stay or is another install's."""
    if left_alone(found, against.install, against.cluster, key=against.key):
        return None
    return suspect_alone(found, against) or _unleased(found, against)


def suspect_alone(found: GrantObject, against: Standard) -> Suspicion | None:
    """Say what speaks against an object of this install, whatever became of its lease."""
    if found.expires_at is None:
        return Suspicion.ENDLESS
    if against.key is not None and not sealed_by(found, cluster=against.cluster, key=against.key):
        return Suspicion.FORGED
    if found.began_at is not None and ahead(found.began_at, against.now + against.late):
        # It was granted while time was wrong: its end lies as far ahead.
        return Suspicion.TO_COME
    return Suspicion.PAST_END if found.expires_at <= against.now else None


def _unleased(found: GrantObject, against: Inspection) -> Suspicion | None:
    lease = against.leases.get(found.lease)
    if lease is None:
        return Suspicion.UNKNOWN
    if not lease.grantable:
        return Suspicion.NOT_LIVE
    mine = lease.attempt.objects if lease.attempt else ()
    if (found.ref.kind, found.ref.namespace, found.ref.name) not in {
        (ref.kind, ref.namespace, ref.name) for ref in mine
    }:
        return Suspicion.NOT_PLANNED
    return None if belongs(found, lease, against.install) else Suspicion.AT_ODDS
