"""What the name of a level means on a cluster: one thing, or nothing; elsewhere perhaps another."""

from daypass.domain.catalog import Catalog, Cluster, Level


def level_on(cluster: str, name: str, catalog: Catalog) -> Level | None:
    """Return what a level is on a cluster; None where that cluster does not offer it."""
    here = catalog.clusters.get(cluster)
    if here is None:
        return None
    found = (one for one in catalog.levels if one.name == name and one.clusters.selects(here))
    return next(found, None)


def levels_on(cluster: str, catalog: Catalog) -> tuple[Level, ...]:
    """Return the levels that a cluster offers."""
    here = catalog.clusters.get(cluster)
    if here is None:
        return ()
    return tuple(one for one in catalog.levels if one.clusters.selects(here))


def names_of(catalog: Catalog) -> tuple[str, ...]:
    """Return the names of all levels, each once."""
    return tuple(dict.fromkeys(one.name for one in catalog.levels))


def clusters_with(name: str, catalog: Catalog) -> tuple[Cluster, ...]:
    """Return the clusters that offer a level of that name."""
    named = [one.clusters for one in catalog.levels if one.name == name]
    clusters = catalog.clusters.values()
    return tuple(one for one in clusters if any(where.selects(one) for where in named))
