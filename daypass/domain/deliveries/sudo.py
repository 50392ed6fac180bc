"""Sudo: the holder may act as the level's own user in its group, and only when they say so."""

from collections.abc import Iterator
from typing import Final

from daypass.domain.catalog import Level, RoleRef
from daypass.domain.deliveries.realisation import ActsAs, Names, StaticRole
from daypass.domain.lease import ObjectRef
from daypass.domain.scope import Scope


class Sudo:
    """One ClusterRoleBinding to a role that allows to impersonate one user and one group."""

    of: Final = Names.GROUP

    def role(self, level: Level) -> RoleRef:
        """See `Realisation`; so for all that follow."""
        return RoleRef(name=f"daypass-sudo-{level.name}")

    def cluster_scoped(self, *, cluster_wide: bool) -> bool:  # noqa: ARG002 - A group holds everywhere.
        """See `Realisation`."""
        return True

    def objects(self, name: str, _scope: Scope) -> tuple[ObjectRef, ...]:
        """See `Realisation`."""
        return (ObjectRef(kind="ClusterRoleBinding", namespace="", name=name),)

    def needed(self, level: Level, _scope: Scope) -> Iterator[str]:
        """See `Realisation`: a group that no binding names gives nothing."""
        yield str(self.role(level))
        yield f"Group/{level.group}"

    def static_roles(self, level: Level) -> tuple[StaticRole, ...]:
        """See `Realisation`."""
        return (StaticRole(name=self.role(level).name, acts_as=self.acts_as(level)),)

    def acts_as(self, level: Level) -> ActsAs:
        """See `Realisation`."""
        return ActsAs(user=f"daypass:{level.name}", group=level.group)
