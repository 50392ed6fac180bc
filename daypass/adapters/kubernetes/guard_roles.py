"""Which role may be bound in which place: what the catalog offers there. Pure."""

from collections.abc import Iterator
from typing import Final

from daypass.adapters.kubernetes.guard_words import any_of, pattern, text, texts
from daypass.domain.catalog import Catalog, Level
from daypass.domain.deliveries import realisation
from daypass.domain.grant import granted_role

_EVERYWHERE: Final = "variables.place == ''"


def offered(catalog: Catalog, cluster: str) -> list[Level]:
    """Return the levels that a cluster has."""
    here = catalog.clusters[cluster]
    return [level for level in catalog.levels.values() if level.clusters.selects(here)]


def cluster_scoped(level: Level) -> bool:
    """Whether its bindings are ClusterRoleBindings."""
    return realisation(level).cluster_scoped(cluster_wide=level.cluster_wide)


def offered_here(levels: list[Level]) -> str:
    """Write whether the role of a binding is one of those that a level offers in its place."""
    found: dict[str, set[str]] = {}
    for level in levels:
        for place in _places(level):
            found.setdefault(place, set()).add(str(granted_role(level)))
    allowed = (
        f"({place} && variables.role in {texts(sorted(roles))})"
        for place, roles in sorted(found.items())
    )
    return any_of(*allowed) or "false"


def _places(level: Level) -> Iterator[str]:
    if cluster_scoped(level):
        yield _EVERYWHERE
        return
    yield from (f"variables.place == {text(name)}" for name in level.namespaces)
    for glob in level.choose:
        yield f"variables.place != '' && variables.place.matches({text(pattern(glob))})"
