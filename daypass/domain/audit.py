"""What happened, in the past tense, one event per move (law 7)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Action(StrEnum):
    """Every kind of event."""

    REQUEST_SUBMITTED = "request.submitted"
    REQUEST_ANSWERED = "request.answered"  # a yes that is not yet enough
    REQUEST_RENEWED = "request.renewed"  # a level allows something else: every yes is void
    REQUEST_APPROVED = "request.approved"
    REQUEST_DENIED = "request.denied"
    REQUEST_CANCELLED = "request.cancelled"
    REQUEST_LAPSED = "request.lapsed"
    LEASE_ATTEMPTED = "lease.attempted"
    FUSE_BLOWN = "fuse.blown"  # with this lease the person has all that a minute gives there
    LEASE_DELAYED = "lease.delayed"
    LEASE_UNDONE = "lease.undone"
    LEASE_GRANTED = "lease.granted"
    LEASE_EXTENDING = "lease.extending"  # more time was given; the cluster does not know yet
    LEASE_EXTENDED = "lease.extended"
    LEASE_NOT_EXTENDED = "lease.not_extended"
    LEASE_SHORTENED = "lease.shortened"
    LEASE_ADOPTED = "lease.adopted"  # found on a cluster after the store had forgotten it
    LEASE_ENDING = "lease.ending"
    LEASE_HELD = "lease.held"  # it is over, and the cluster keeps an object of it: why
    LEASE_ENDED = "lease.ended"
    END_OVERLOOKED = "end.overlooked"  # by its row it was never due: somebody puts that off
    PERSON_PINNED = "person.pinned"
    PERSON_CONFIRMED = "person.confirmed"
    GRANTS_FROZEN = "grants.frozen"
    GRANTS_THAWED = "grants.thawed"
    EPOCH_BEGUN = "epoch.begun"  # the store was empty, or found set back: clusters are believed
    CLUSTER_DOUBTED = "cluster.doubted"  # it bears no mark of the store: reconciled first
    CLUSTER_RESTORED = "cluster.restored"  # reconciled in restore mode: grants go on there
    TRAIL_TRIMMED = "trail.trimmed"  # older than it has to be kept
    LEVEL_CHANGED = "level.changed"  # what it rests on came, went or means something else
    OBJECT_CONDEMNED = "object.condemned"  # by reconcile: it has to go, and is being deleted
    OBJECT_REMOVED = (
        "object.removed"  # by reconcile: orphaned, forged, altered, endless, past its end
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """One thing that happened; `actor` is a Slack id, an email or a process."""

    at: datetime
    action: Action
    actor: str
    subject: str
    """The request, lease, person or object that it happened to."""
    cluster: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
