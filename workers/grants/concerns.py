"""Which changes on a cluster concern a level there, so that its snapshot follows at once."""

from collections.abc import Mapping

from daypass.domain.catalog import Catalog
from daypass.domain.discovery import wanted
from daypass.domain.picture import Entry, Kind
from daypass.domain.rbac.groups import Bond, bond


class Concerns:
    """What levels of one cluster need, and the bindings that name their groups."""

    def __init__(self, catalog: Catalog, cluster: str) -> None:
        self._wanted = wanted(catalog, cluster)
        self._bonds: dict[str, Bond] = {}

    def touched(self, changed: Mapping[str, Entry | None]) -> bool:
        """Whether one of these changes concerns a level; None is what is gone."""
        concern = [self._concerns(key, entry) for key, entry in changed.items()]
        # By what was bound before these changes, and by what is now.
        roles = {one.role for one in self._bonds.values()}
        return any(concern) or not roles.isdisjoint(changed)

    def _concerns(self, key: str, entry: Entry | None) -> bool:
        kind, _, rest = key.partition("/")
        name = rest.rpartition("/")[2]
        match kind:
            case Kind.NAMESPACE:
                return rest in self._wanted.namespaces or self._wanted.chosen(rest)
            case Kind.CLUSTER_ROLE:
                return rest in self._wanted.cluster_roles
            case Kind.ROLE:
                return name in self._wanted.roles
            case _:
                return self._bound(key, entry)

    def _bound(self, key: str, entry: Entry | None) -> bool:
        before = self._bonds.pop(key, None)
        binding = entry.binding if entry else None
        if binding and self._wanted.lent(binding.named):
            self._bonds[key] = bond(binding)
            return True
        return before is not None
