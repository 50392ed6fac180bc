"""Mirror: what a group is bound to, bound to the person under their own name (ADR 0034)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from daypass.domain.catalog import Level
from daypass.domain.deliveries.realisation import ActsAs, Names, StaticRole
from daypass.domain.roles import Part
from daypass.domain.scope import Scope

BOUND: Final = "binding of group"
"""How the name of a binding that a group must have begins, where a snapshot says what is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirrored:
    """That a group is bound to a role in a place."""

    group: str
    part: Part

    @property
    def key(self) -> str:
        """Name it as snapshots do."""
        return f"{BOUND} {self.group} to {self.part}"


class Mirror:
    """One binding for each that the level says its group has."""

    of: Final = Names.GROUP

    def parts(self, level: Level, scope: Scope) -> tuple[Part, ...]:
        """See `Realisation`; so for all that follow."""
        if scope.cluster_wide:
            return level.parts
        return tuple(part for part in level.parts if part.namespace in scope.namespaces)

    def needed(self, level: Level, scope: Scope) -> Iterator[str]:
        """See `Realisation`: nobody gets by a group what the group does not have."""
        parts = self.parts(level, scope)
        yield from dict.fromkeys(part.key for part in parts)
        yield f"Group/{level.group}"
        yield from (Mirrored(group=level.group, part=part).key for part in parts)

    def static_roles(self, _level: Level) -> tuple[StaticRole, ...]:
        """See `Realisation`."""
        return ()

    def acts_as(self, _level: Level) -> ActsAs | None:
        """See `Realisation`."""
        return None
