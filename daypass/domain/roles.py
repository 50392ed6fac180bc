"""Roles as Kubernetes names them, and a role in a place."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_DIGEST: Final = 6
"""Bytes that tell the parts of a level from what they were: the configuration alone says them."""


class RoleKind(StrEnum):
    """Kubernetes' own names."""

    CLUSTER_ROLE = "ClusterRole"
    ROLE = "Role"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRef:
    """A role by kind and name."""

    name: str
    kind: RoleKind = RoleKind.CLUSTER_ROLE

    def __str__(self) -> str:
        """Read as kubectl writes it."""
        return f"{self.kind}/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A role in one place: in a namespace, or everywhere where that is empty.

    A glob as its namespace stands for those that it matches.
    """

    role: RoleRef
    namespace: str = ""

    @property
    def key(self) -> str:
        """Name its role as snapshots do: `ClusterRole/view`, `Role/payments/log-reader`."""
        inside = f"{self.namespace}/" if self.role.kind is RoleKind.ROLE else ""
        return f"{self.role.kind}/{inside}{self.role.name}"

    def __str__(self) -> str:
        """Read as people say it: `ClusterRole/view in payments`."""
        return f"{self.role} in {self.namespace}" if self.namespace else f"{self.role} cluster-wide"


def digest_of(parts: Iterable[Part]) -> str:
    """Return a word that changes with what these parts are."""
    said = "\n".join(sorted(map(str, parts)))
    return hashlib.blake2b(said.encode(), digest_size=_DIGEST).hexdigest()
