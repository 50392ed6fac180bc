"""What of a cluster a person may see: administrators all of it, others what their levels concern.

What is not seen is not counted either: a number tells of it, too.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from daypass.domain.catalog import Catalog, Cluster, Level, covered, matches
from daypass.domain.deliveries import every_part
from daypass.domain.forbidden import forbidden_namespace
from daypass.domain.lease import Lease
from daypass.domain.levels import levels_on
from daypass.domain.people import Person
from daypass.domain.picture import BINDINGS, Entry, Kind
from daypass.domain.roles import RoleKind, RoleRef
from daypass.domain.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What somebody sees: `everything`, or what levels of these roles, groups and places concern.

    `places` are namespaces and the globs of those among which people choose. `roles` are those of
    the whole cluster: a Role is another one in each namespace, and seen where its namespace is.
    """

    everything: bool = False
    levels: frozenset[str] = frozenset()
    roles: frozenset[RoleRef] = frozenset()
    groups: frozenset[str] = frozenset()
    places: tuple[str, ...] = ()

    def of(self, entry: Entry) -> Entry | None:
        """Return what is seen of a thing; None for nothing of it.

        A binding that is seen for its group alone shows nobody else whom it binds.
        """
        if self.everything or self._place(entry) or self._role(entry):
            return entry
        bound = tuple(
            one for one in entry.subjects if one.kind == "Group" and one.name in self.groups
        )
        return replace(entry, subjects=bound, left_out=0) if bound else None

    def all_of(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        """Yield what is seen of these."""
        return (seen for entry in entries if (seen := self.of(entry)) is not None)

    def of_lease(self, lease: Lease) -> bool:
        """Whether a lease is seen: of a level that one may ask for, or in a namespace of one."""
        named = any(self.of_place(namespace) for namespace in lease.scope.namespaces)
        return self.everything or lease.level in self.levels or named

    def of_place(self, namespace: str) -> bool:
        """Whether a namespace is seen; those where nothing is ever granted concern no level."""
        if self.everything or not self.places:
            return self.everything
        return matches(namespace, self.places) and not forbidden_namespace(namespace)

    def _place(self, entry: Entry) -> bool:
        namespace = entry.name if entry.kind is Kind.NAMESPACE else entry.namespace
        return bool(namespace) and self.of_place(namespace)

    def _role(self, entry: Entry) -> bool:
        if entry.kind is Kind.CLUSTER_ROLE:
            return RoleRef(name=entry.name) in self.roles
        return entry.kind in BINDINGS and entry.role in self.roles


ALL: Final = Sight(everything=True)
"""An administrator's."""


def sight_of(person: Person, cluster: Cluster, catalog: Catalog) -> Sight:
    """Return what a person may see of a cluster."""
    if covered(catalog.admins, person):
        return ALL
    levels = levels_of(person, cluster, catalog)
    bound = (part.role for level in levels for part in every_part(level))
    return Sight(
        levels=frozenset(level.name for level in levels),
        roles=frozenset(role for role in bound if role.kind is RoleKind.CLUSTER_ROLE),
        groups=frozenset(level.group for level in levels if level.group),
        places=tuple(sorted({one for level in levels for one in _places(level)})),
    )


def levels_of(person: Person, cluster: Cluster, catalog: Catalog) -> tuple[Level, ...]:
    """Return the levels for which some workflow lets a person ask on a cluster."""
    return tuple(
        level
        for level in levels_on(cluster.name, catalog)
        if catalog.workflow_for(person, cluster, level.name) is not None
    )


def _places(level: Level) -> tuple[str, ...]:
    return (*level.namespaces, *level.choose)


def acts_in(scope: Scope, namespace: str) -> bool:
    """Whether a right of that scope counts in a namespace; an empty one is any."""
    return not namespace or scope.cluster_wide or namespace in scope.namespaces
