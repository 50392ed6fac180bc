"""What each delivery has to say of itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from daypass.domain.catalog import Level
from daypass.domain.roles import Part, RoleRef
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

    The names of its objects, what the guard allows, what the worker may bind and what a proof asks
    follow from its parts.
    """

    @property
    def of(self) -> Names:
        """What it delivers."""
        ...

    def parts(self, level: Level, scope: Scope, /) -> tuple[Part, ...]:
        """Return what a lease binds to its holder there, in order of creation; at least one."""
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
