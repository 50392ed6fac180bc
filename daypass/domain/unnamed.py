"""Which level is meant where a person names none (ADR 0033).

An ask without a level is the same ask with that level named: judged, kept and shown as that.
"""

from dataclasses import replace

from daypass.domain.catalog import Catalog, Cluster
from daypass.domain.levels import level_on
from daypass.domain.people import Person
from daypass.domain.request import Ask


def default_level(person: Person, cluster: Cluster, catalog: Catalog) -> str:
    """Return what the first workflow that has a default for this person here says; else nothing.

    Who decides about that level is another question: whichever workflow does, as if it was named.
    """
    return next(
        (
            one.default_level
            for one in catalog.workflows
            if one.decides(person, cluster, one.default_level)
            and level_on(cluster.name, one.default_level, catalog) is not None
        ),
        "",
    )


def as_named(ask: Ask, catalog: Catalog) -> Ask:
    """Return an ask that names no level as if it named the default, if there is one."""
    cluster = catalog.clusters.get(ask.cluster)
    if ask.levels or cluster is None:
        return ask
    meant = default_level(ask.requester, cluster, catalog)
    return replace(ask, levels=(meant,) if meant else ())
