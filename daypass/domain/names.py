"""The names of a lease's objects: made before they are created, and known again (law 2). Pure."""

import re
from collections.abc import Sequence
from typing import Final

from daypass.domain.catalog import Level
from daypass.domain.deliveries import realisation
from daypass.domain.ids import LeaseId
from daypass.domain.lease import Lease, ObjectRef
from daypass.domain.roles import Part

_ATTEMPT: Final = re.compile("[1-9][0-9]{0,4}")
_ATTEMPT_AND_PLACE: Final = re.compile("[1-9][0-9]{0,4}-[1-9][0-9]{0,4}")
_NAMESPACE: Final = re.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")


def name_of(lease: LeaseId) -> str:
    """Return what the names of a lease's objects begin with."""
    return f"daypass-{lease}-"


def may_be_of(lease: LeaseId, ref: ObjectRef) -> bool:
    """Whether an object's whole name, kind and place are such as `fix_attempt` gives for a lease.

    In the store somebody may have written anything: nothing else is deleted or asked for by name.
    """
    numbers = ref.name.removeprefix(name_of(lease)) if ref.name.startswith(name_of(lease)) else ""
    several = bool(_ATTEMPT_AND_PLACE.fullmatch(numbers))
    if ref.kind == "ClusterRoleBinding":
        return not ref.namespace and (several or bool(_ATTEMPT.fullmatch(numbers)))
    placed = ref.kind == "RoleBinding" and bool(_NAMESPACE.fullmatch(ref.namespace))
    return placed and several


def lease_of(ref: ObjectRef) -> LeaseId | None:
    """Return the lease whose object's name that is; None where it is no such name."""
    lease = LeaseId("-".join(ref.name.split("-")[1:3]))
    return lease if may_be_of(lease, ref) else None


def refs_of(lease: Lease, level: Level, number: int) -> tuple[ObjectRef, ...]:
    """Return what an attempt of that number creates: one object for each part, in their order."""
    return named(f"{name_of(lease.id)}{number}", realisation(level).parts(level, lease.scope))


def named(name: str, parts: Sequence[Part]) -> tuple[ObjectRef, ...]:
    """Return an object for each part; all their names begin with `name`."""
    if len(parts) == 1 and not parts[0].namespace:
        return (ObjectRef(kind="ClusterRoleBinding", namespace="", name=name),)
    return tuple(
        ObjectRef(
            kind="RoleBinding" if part.namespace else "ClusterRoleBinding",
            namespace=part.namespace,
            name=f"{name}-{n}",
        )
        for n, part in enumerate(parts, start=1)
    )
