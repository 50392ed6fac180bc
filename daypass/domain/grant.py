"""A lease as objects on a cluster: what to create, how to know it again, what must go. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from daypass.domain.catalog import Cluster, Level
from daypass.domain.deliveries import realisation
from daypass.domain.ids import LeaseId, RequestId
from daypass.domain.instants import read_time, write_exactly, write_time, written
from daypass.domain.lease import PROVISION_DEADLINE, SKEW, Attempt, Lease, ObjectRef
from daypass.domain.macs import mac_over, same_mac
from daypass.domain.names import lease_of, refs_of
from daypass.domain.roles import Part, RoleRef
from daypass.domain.scope import Scope

MANAGED_BY: Final = "app.kubernetes.io/managed-by"
LEASE: Final = "daypass.dev/lease"
INSTALL: Final = "daypass.dev/install"
EXPIRES_AT: Final = "daypass.dev/expires-at"
CREATE_BEFORE: Final = "daypass.dev/create-before"
BEGAN_AT: Final = "daypass.dev/began-at"
"""What a lease lasts in all counts from then, whatever the store says."""
FREE_UNTIL: Final = "daypass.dev/free-until"
"""How long it may last without another yes of somebody else, whatever the store says."""
EXTENDED_BY: Final = "daypass.dev/extended-by"
"""The requests whose yes gave it more time: for people and to count them."""
LAST_WORD: Final = "daypass.dev/last-word"
"""When what moved its end last was said: no yes until then gives more, whatever the store says."""
REQUESTER: Final = "daypass.dev/requester"
APPROVERS: Final = "daypass.dev/approvers"
REQUEST: Final = "daypass.dev/request"
HOLDER: Final = "daypass.dev/holder"
"""The Slack id of who holds it, for a store that has forgotten the lease."""
LEVEL: Final = "daypass.dev/level"
AUTOMATIC: Final = "automatic"
"""Who approved where nobody had to."""
MAC: Final = "daypass.dev/mac"
OURS: Final = f"{MANAGED_BY}=daypass"
OTHERS: Final = f"{MANAGED_BY}!=daypass"
"""What has our label, and what has not; as the API server selects it."""
LABELS: Final = (MANAGED_BY, LEASE, INSTALL)
ENDS: Final = (EXPIRES_AT, FREE_UNTIL, EXTENDED_BY, LAST_WORD, MAC)
"""The annotations that an extension and a cut change; the seal covers the end."""
KEPT: Final = (CREATE_BEFORE, BEGAN_AT, REQUESTER, APPROVERS, REQUEST, HOLDER, LEVEL)
"""Those that stay for as long as the object is there; whatever others there are is not ours."""
_TOLD: Final = (CREATE_BEFORE, BEGAN_AT, HOLDER, REQUESTER, LEVEL)
_COVERED: Final = (EXPIRES_AT, FREE_UNTIL, EXTENDED_BY, LAST_WORD, *KEPT)


def others(install: str) -> str:
    """Select what does not bear the name of an install.

    The guard lets nobody write that on anything else; any other label anybody may write.
    """
    return f"{INSTALL}!={install}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whom a binding binds; `kind` is User, Group or ServiceAccount."""

    name: str
    kind: str = "User"


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantObject:
    """A RoleBinding or ClusterRoleBinding, planned or found on a cluster."""

    ref: ObjectRef
    role: RoleRef
    subjects: tuple[Subject, ...]
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    revision: str = field(default="", compare=False)
    """Kubernetes' resourceVersion where it was read."""
    finalizers: tuple[str, ...] = field(default=(), compare=False)
    """What it waits for when it is deleted; ours have none."""

    @property
    def lease(self) -> LeaseId:
        """The lease that its label names; may be a lie until the MAC is checked."""
        return LeaseId(self.labels.get(LEASE, ""))

    @property
    def install(self) -> str | None:
        """The install that its label names, None where it names none."""
        return self.labels.get(INSTALL)

    @property
    def expires_at(self) -> datetime | None:
        """Its own end; None when it is absent or no RFC 3339 time."""
        return read_time(self.annotations.get(EXPIRES_AT, ""))

    @property
    def began_at(self) -> datetime | None:
        """When it began; None when it says nothing of that."""
        return read_time(self.annotations.get(BEGAN_AT, ""))

    @property
    def free_until(self) -> datetime | None:
        """How long it may last without another yes; None when it says nothing of that."""
        return read_time(self.annotations.get(FREE_UNTIL, ""))

    @property
    def extended_by(self) -> tuple[RequestId, ...]:
        """The requests whose yes gave it more time, first to last."""
        return tuple(map(RequestId, self.annotations.get(EXTENDED_BY, "").split()))

    def heard(self, at: datetime) -> bool:
        """Whether what was said at that moment is behind it: carried out, or overtaken."""
        last = read_time(self.annotations.get(LAST_WORD, ""))
        return last is not None and at <= last


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """The ends that an object of ours is to have, and when what gives them was said.

    Without `free_until` that stays what it is. `extended_by` is the request whose yes gives them.
    """

    expires_at: datetime
    said_at: datetime
    free_until: datetime | None = None
    extended_by: RequestId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entitlement:
    """What a lease is realised from, by the worker's own configuration (law 8).

    `allowance` is how much longer than approved it may last without another yes.
    """

    lease: Lease
    level: Level
    cluster: Cluster
    install: str
    key: bytes
    allowance: timedelta = timedelta(0)


def fix_attempt(
    lease: Lease, level: Level, now: datetime, *, allowance: timedelta = timedelta(0)
) -> Attempt:
    """Name the objects and the ends of the next attempt, before anything is created (law 2)."""
    number = lease.tries + 1
    began_at = _whole_second(now)
    expires_at = _whole_second(began_at + lease.duration)
    return Attempt(
        number=number,
        objects=refs_of(lease, level, number),
        expires_at=expires_at,
        # Nothing is created past its own end either (law 3).
        create_before=min(began_at + PROVISION_DEADLINE, expires_at),
        began_at=began_at,
        free_until=_whole_second(expires_at + allowance),
    )


def fits(attempt: Attempt, entitlement: Entitlement, now: datetime) -> bool:
    """Whether a stored attempt is the one that `fix_attempt` made when it says that it began.

    Where its objects go and when they end is never taken from the store alone (law 8).
    """
    if attempt.began_at is None or attempt.began_at > now + SKEW:
        return False
    known = replace(attempt, objects=tuple(replace(ref, uid="") for ref in attempt.objects))
    before = replace(entitlement.lease, tries=entitlement.lease.tries - 1)
    return known == fix_attempt(
        before, entitlement.level, attempt.began_at, allowance=entitlement.allowance
    )


def planned(entitlement: Entitlement, attempt: Attempt) -> tuple[GrantObject, ...]:
    """Return the objects of an attempt, complete with labels, ends and MAC."""
    lease, level = entitlement.lease, entitlement.level
    pairs = zip(attempt.objects, realisation(level).parts(level, lease.scope), strict=True)
    return tuple(_sealed(entitlement, attempt, ref, role=part.role) for ref, part in pairs)


def _sealed(
    entitlement: Entitlement, attempt: Attempt, ref: ObjectRef, *, role: RoleRef
) -> GrantObject:
    lease = entitlement.lease
    bare = GrantObject(
        ref=replace(ref, uid=""),
        role=role,
        subjects=(Subject(name=entitlement.cluster.username_of(lease.holder)),),
        labels={MANAGED_BY: "daypass", LEASE: lease.id, INSTALL: entitlement.install},
        annotations={
            EXPIRES_AT: write_time(attempt.expires_at),
            CREATE_BEFORE: write_time(attempt.create_before),
            BEGAN_AT: written(attempt.began_at),
            FREE_UNTIL: written(attempt.free_until),
            REQUESTER: lease.holder.email,
            APPROVERS: ",".join(lease.approvers) or AUTOMATIC,
            REQUEST: lease.request,
            HOLDER: lease.holder.id,
            LEVEL: lease.level,
        },
    )
    mac = seal(bare, cluster=entitlement.cluster.name, key=entitlement.key)
    return replace(bare, annotations={**bare.annotations, MAC: mac})


def gives(found: GrantObject, level: Level, scope: Scope) -> bool:
    """Whether an object binds what a lease of that level does in its place."""
    part = Part(role=found.role, namespace=found.ref.namespace)
    return part in realisation(level).parts(level, scope)


def seal(found: GrantObject, *, cluster: str, key: bytes) -> str:
    """Return the MAC over everything that makes the object what it is (ADR 0006)."""
    said = found.annotations
    covered = [
        found.labels.get(INSTALL, ""),
        found.labels.get(LEASE, ""),
        cluster,
        [found.ref.kind, found.ref.namespace, found.ref.name],
        [found.role.kind, found.role.name],
        [[subject.kind, subject.name] for subject in found.subjects],
        [said.get(name, "") for name in _COVERED],
    ]
    return mac_over(covered, key)


def with_ends(found: GrantObject, ends: Ends, *, cluster: str, key: bytes) -> Mapping[str, str]:
    """Return the annotations that give an object of ours other ends, sealed anew."""
    free_until = written(ends.free_until) or found.annotations.get(FREE_UNTIL, "")
    changed = {EXPIRES_AT: write_time(ends.expires_at), FREE_UNTIL: free_until}
    if ends.extended_by is not None:
        changed[EXTENDED_BY] = " ".join((*found.extended_by, ends.extended_by))
    if not found.heard(ends.said_at):
        changed[LAST_WORD] = write_exactly(ends.said_at)
    moved = replace(found, annotations={**found.annotations, **changed})
    return {**changed, MAC: seal(moved, cluster=cluster, key=key)}


def belongs(found: GrantObject, lease: Lease, install: str) -> bool:
    """Whether an object, its MAC checked, says the same of its lease as the store does.

    Its end is not compared: that is what may differ.
    """
    attempt = lease.attempt
    said = (found.labels.get(INSTALL), found.lease, *(found.annotations.get(n, "") for n in _TOLD))
    return attempt is not None and said == (
        install,
        lease.id,
        write_time(attempt.create_before),
        written(attempt.began_at),
        lease.holder.id,
        lease.holder.email,
        lease.level,
    )


def sealed_by(found: GrantObject, *, cluster: str, key: bytes) -> bool:
    """Whether its MAC is ours: nothing that matters was changed since we wrote it."""
    mac = seal(found, cluster=cluster, key=key)
    return same_mac(mac, found.annotations.get(MAC, ""))


def made_here(found: GrantObject, *, install: str, cluster: str, key: bytes) -> bool:
    """Whether we made it, whatever its labels say now: its MAC holds once ours are put back.

    Which those were is known: its lease is in its name, and the name is under the MAC.
    """
    lease = lease_of(found.ref)
    if lease is None:
        return False
    as_made = replace(found, labels={**found.labels, LEASE: lease, INSTALL: install})
    return sealed_by(as_made, cluster=cluster, key=key)


def equal(there: GrantObject, planned: GrantObject) -> bool:
    """Whether `there` is what was planned: what a 409 has to be.

    It has a uid, and somebody's webhook may have put labels and annotations beside ours.
    """
    bare = replace(
        there,
        ref=replace(there.ref, uid=""),
        labels={name: there.labels.get(name, "") for name in planned.labels},
        annotations={name: there.annotations.get(name, "") for name in planned.annotations},
    )
    return bare == planned


def _whole_second(at: datetime) -> datetime:
    """Round down, so that store and object say the same and no lease is longer than it may be."""
    return at - timedelta(microseconds=at.microsecond)
