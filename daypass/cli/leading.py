"""What the levels of a file lead to on each cluster, by what was seen there last."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from daypass.domain.catalog import Catalog, Level, matches
from daypass.domain.deliveries import realisation
from daypass.domain.discovery import Snapshot, means
from daypass.domain.duration import write_duration
from daypass.domain.levels import levels_on
from daypass.domain.rbac.risk import MEANS
from daypass.domain.reasons import either
from daypass.domain.scope import Scope


def leading(catalog: Catalog, seen: Mapping[str, Snapshot], now: datetime) -> Iterator[str]:
    """Yield a line for each level on each cluster, worst risks first in it."""
    yield "\nWhat levels lead to, as their clusters were seen last"
    for cluster in catalog.clusters.values():
        snapshot = seen.get(cluster.name)
        for level in levels_on(cluster.name, catalog):
            yield f"  {level.name} on {cluster.name}: {_said(level, snapshot, now)}"


def _said(level: Level, snapshot: Snapshot | None, now: datetime) -> str:
    if snapshot is None:
        return "not known: the cluster was never seen"
    here = (name for name in sorted(snapshot.namespaces) if matches(name, level.choose))
    scope = Scope(namespaces=(*level.namespaces, *here))
    needed = tuple(realisation(level).needed(level, scope))
    if not _known(level, needed, snapshot):
        return "not known: what it gives was not seen there"
    risks = [MEANS[risk] for risk in means(level, scope, snapshot).risks]
    led = f"one can {either(risks, 'and')}" if risks else "no further than it says"
    part = "" if snapshot.means.keys() >= set(needed) else ", where its role is there"
    old = "" if snapshot.fresh(now) else f" (seen {write_duration(now - snapshot.taken_at)} ago)"
    return f"{led}{part}{old}"


def _known(level: Level, needed: Collection[str], snapshot: Snapshot) -> bool:
    """Whether something of what it gives was seen: of a group's, what the group is bound to."""
    wanted = [f"Group/{level.group}"] if level.group else needed
    return any(name in snapshot.means for name in wanted)
