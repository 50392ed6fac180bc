"""Binding: the role itself, bound to the person in its namespaces or cluster-wide."""

from collections.abc import Iterator
from typing import Final

from daypass.domain.catalog import Level
from daypass.domain.deliveries.realisation import ActsAs, Names, StaticRole
from daypass.domain.errors import BrokenInvariantError
from daypass.domain.roles import Part
from daypass.domain.scope import Scope


class Binding:
    """One RoleBinding for each namespace, or one ClusterRoleBinding."""

    of: Final = Names.ROLE

    def parts(self, level: Level, scope: Scope) -> tuple[Part, ...]:
        """See `Realisation`; so for all that follow."""
        if level.role is None:
            raise BrokenInvariantError(f"level {level.name} has no role to bind")
        return tuple(
            Part(role=level.role, namespace=namespace) for namespace in scope.namespaces or ("",)
        )

    def needed(self, level: Level, scope: Scope) -> Iterator[str]:
        """See `Realisation`."""
        yield from dict.fromkeys(part.key for part in self.parts(level, scope))

    def static_roles(self, _level: Level) -> tuple[StaticRole, ...]:
        """See `Realisation`."""
        return ()

    def acts_as(self, _level: Level) -> ActsAs | None:
        """See `Realisation`."""
        return None
