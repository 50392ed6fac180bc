"""What each delivery has to say of itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from daypass.domain.catalog import Level, RoleRef
from daypass.domain.lease import ObjectRef
from daypass.domain.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class ActsAs:
    """Who the holder is to the cluster while they use it: kubectl's `--as` and `--as-group`."""

    user: str
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticRole:
    """A ClusterRole that an administrator makes: it lets its holder act as that, and no more."""

    name: str
    acts_as: ActsAs

    @property
    def key(self) -> str:
        """Name it as snapshots and pictures do."""
        return str(RoleRef(name=self.name))


class Names(StrEnum):
    """What a level names in the configuration."""

    ROLE = "role"
    GROUP = "group"


class Realisation(Protocol):
    """A delivery: what a lease of a level is on the cluster, what that needs, how it is used.

    What the guard allows, and what a proof asks, follow from the role and from where it is bound.
    """

    @property
    def of(self) -> Names:
        """What it delivers."""
        ...

    def role(self, level: Level, /) -> RoleRef:
        """Return the role that the objects of a lease bind."""
        ...

    def cluster_scoped(self, *, cluster_wide: bool) -> bool:
        """Whether its objects are ClusterRoleBindings, for what holds cluster-wide or not."""
        ...

    def objects(self, name: str, scope: Scope, /) -> tuple[ObjectRef, ...]:
        """Return the objects of an attempt, whose names begin with `name`, in order of creation."""
        ...

    def needed(self, level: Level, scope: Scope, /) -> Iterator[str]:
        """Yield what must be there, as a snapshot names it: `Role/payments/reader`, `Group/x`."""
        ...

    def static_roles(self, level: Level, /) -> tuple[StaticRole, ...]:
        """Return the roles that an administrator makes for the level."""
        ...

    def acts_as(self, level: Level, /) -> ActsAs | None:
        """Return as whom its holder acts; None where it is under their own name."""
        ...
