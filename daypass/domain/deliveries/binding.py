"""Binding: the role itself, bound to the person in its namespaces or cluster-wide."""

from collections.abc import Iterator
from typing import Final

from daypass.domain.catalog import Level, RoleKind, RoleRef
from daypass.domain.deliveries.realisation import ActsAs, Names, StaticRole
from daypass.domain.errors import BrokenInvariantError
from daypass.domain.lease import ObjectRef
from daypass.domain.scope import Scope


class Binding:
    """One RoleBinding for each namespace, or one ClusterRoleBinding."""

    of: Final = Names.ROLE

    def role(self, level: Level) -> RoleRef:
        """See `Realisation`; so for all that follow."""
        if level.role is None:
            raise BrokenInvariantError(f"level {level.name} has no role to bind")
        return level.role

    def cluster_scoped(self, *, cluster_wide: bool) -> bool:
        """See `Realisation`."""
        return cluster_wide

    def objects(self, name: str, scope: Scope) -> tuple[ObjectRef, ...]:
        """See `Realisation`."""
        if scope.cluster_wide:
            return (ObjectRef(kind="ClusterRoleBinding", namespace="", name=name),)
        return tuple(
            ObjectRef(kind="RoleBinding", namespace=namespace, name=f"{name}-{n}")
            for n, namespace in enumerate(scope.namespaces, start=1)
        )

    def needed(self, level: Level, scope: Scope) -> Iterator[str]:
        """See `Realisation`."""
        role = self.role(level)
        if role.kind is RoleKind.ROLE:
            yield from (f"{RoleKind.ROLE}/{name}/{role.name}" for name in scope.namespaces)
        else:
            yield str(role)

    def static_roles(self, _level: Level) -> tuple[StaticRole, ...]:
        """See `Realisation`."""
        return ()

    def acts_as(self, _level: Level) -> ActsAs | None:
        """See `Realisation`."""
        return None
