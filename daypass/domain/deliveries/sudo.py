"""Sudo: the holder may act as the level's own user in its group, and only when they say so."""

from collections.abc import Iterator
from typing import Final

from daypass.domain.catalog import Level
from daypass.domain.deliveries.realisation import ActsAs, Names, StaticRole
from daypass.domain.roles import Part, RoleRef
from daypass.domain.scope import Scope


class Sudo:
    """One ClusterRoleBinding to a role that allows to impersonate one user and one group."""

    of: Final = Names.GROUP

    def parts(self, level: Level, _scope: Scope) -> tuple[Part, ...]:
        """See `Realisation`; so for all that follow."""
        return (Part(role=RoleRef(name=_lending(level))),)

    def needed(self, level: Level, scope: Scope) -> Iterator[str]:
        """See `Realisation`: a group that no binding names gives nothing."""
        yield from (part.key for part in self.parts(level, scope))
        yield f"Group/{level.group}"

    def static_roles(self, level: Level) -> tuple[StaticRole, ...]:
        """See `Realisation`."""
        return (StaticRole(name=_lending(level), acts_as=self.acts_as(level)),)

    def acts_as(self, level: Level) -> ActsAs:
        """See `Realisation`."""
        return ActsAs(user=f"daypass:{level.name}", group=level.group)


def _lending(level: Level) -> str:
    return f"daypass-sudo-{level.name}"
