"""Which role may be bound in which place: what the catalog offers there. Pure."""

from daypass.adapters.kubernetes.guard_words import any_of, pattern, text, texts
from daypass.domain.catalog import Catalog, Level, is_glob
from daypass.domain.deliveries import every_part
from daypass.domain.levels import levels_on


def offered(catalog: Catalog, cluster: str) -> list[Level]:
    """Return the levels that a cluster has."""
    return [*levels_on(cluster, catalog)]


def cluster_scoped(level: Level) -> bool:
    """Whether some of its bindings are ClusterRoleBindings."""
    return not all(part.namespace for part in every_part(level))


def offered_here(levels: list[Level]) -> str:
    """Write whether the role of a binding is one of those that a level offers in its place."""
    found: dict[str, set[str]] = {}
    for level in levels:
        for part in every_part(level):
            found.setdefault(_place(part.namespace), set()).add(str(part.role))
    allowed = (
        f"({place} && variables.role in {texts(sorted(roles))})"
        for place, roles in sorted(found.items())
    )
    return any_of(*allowed) or "false"


def _place(namespace: str) -> str:
    if is_glob(namespace):
        return f"variables.place != '' && variables.place.matches({text(pattern(namespace))})"
    return f"variables.place == {text(namespace)}"
