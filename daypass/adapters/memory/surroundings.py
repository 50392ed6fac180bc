"""What a cluster in memory shows of itself: its roles, its namespaces, what others bound."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Protocol

from daypass.adapters.memory.rbac import as_binding
from daypass.domain.discovery import Snapshot, Wanted
from daypass.domain.grant import MANAGED_BY, GrantObject
from daypass.domain.picture import Entry, Kind, Shown
from daypass.domain.rbac import PolicyRule
from daypass.domain.rbac.bindings import Binding
from daypass.domain.rbac.groups import Bond, bond, group_meanings, mirrored_meanings
from daypass.domain.rbac.meaning import meaning


class Surroundings(Protocol):
    """Whatever has these."""

    name: str
    namespaces: set[str]
    roles: dict[str, tuple[PolicyRule, ...]]
    bound: list[Binding]

    @property
    def objects(self) -> Sequence[GrantObject]:
        """Every binding that is there, whosever it is."""
        ...


def others(cluster: Surroundings) -> Sequence[Binding]:
    """Return the bindings that are none of ours."""
    theirs = [one for one in cluster.objects if one.labels.get(MANAGED_BY) != "daypass"]
    return [*cluster.bound, *map(as_binding, theirs)]


def depicted(cluster: Surroundings, kind: Kind) -> Iterator[Entry]:
    """Yield what there is of a kind; there are no service accounts in memory."""
    if kind is Kind.NAMESPACE:
        yield from (Entry(kind=kind, name=name) for name in cluster.namespaces)
    for key, rules in cluster.roles.items():
        if key.partition("/")[0] == kind:
            [namespace, name] = ["", *key.split("/", 2)[1:]][-2:]
            yield Entry(kind=kind, namespace=namespace, name=name, rules=rules)
    for one in others(cluster):
        if one.kind == kind:
            yield Entry(
                kind=kind,
                namespace=one.namespace,
                name=one.name,
                role=one.role,
                subjects=one.subjects,
            )


class Shows:
    """Remembers by revision what was shown."""

    def __init__(self) -> None:
        self._shown: dict[tuple[Kind, str], Mapping[str, Entry]] = {}
        self._revisions = count(1)

    def shown(self, kind: Kind, since: str, there: Iterable[Entry]) -> Iterator[Shown]:
        """Yield all of it, or what is gone and what is new or changed since then."""
        before, revision = self._shown.get((kind, since)), str(next(self._revisions))
        now = self._shown[kind, revision] = {entry.key: entry for entry in there}
        if before is None:
            yield Shown(revision=revision, begins=True)
            yield from (Shown(revision=revision, entry=entry) for entry in now.values())
            yield Shown(revision=revision, whole=True)
            return
        for key, entry in before.items():
            if key not in now:
                yield Shown(revision=revision, entry=entry, gone=True)
        for key, entry in now.items():
            if before.get(key) != entry:
                yield Shown(revision=revision, entry=entry)
        yield Shown(revision=revision)


def snapshot(cluster: Surroundings, now: datetime, wanted: Wanted) -> Snapshot:
    """Look at the roles, groups and namespaces that are wanted."""
    named = {one for one in cluster.namespaces if one in wanted.namespaces or wanted.chosen(one)}
    roles = {f"ClusterRole/{name}" for name in wanted.cluster_roles} | {
        f"Role/{place}/{name}" for place in named for name in wanted.roles
    }
    means = {role: meaning(rules) for role, rules in cluster.roles.items()}
    return Snapshot(
        cluster=cluster.name,
        taken_at=now,
        means={
            **{role: means[role] for role in roles.intersection(means)},
            **dict(group_meanings(bonds := _bonds(others(cluster), wanted), means)),
            **dict(mirrored_meanings(bonds, wanted.mirrored)),
        },
        namespaces=frozenset(named),
        version="v0.0.0-memory",
    )


def _bonds(bindings: Sequence[Binding], wanted: Wanted) -> Mapping[str, list[Bond]]:
    return {
        group: [bond(one) for one in bindings if group in wanted.lent(one.named)]
        for group in wanted.groups
    }
