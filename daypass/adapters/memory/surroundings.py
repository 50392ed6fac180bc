"""What a cluster in memory shows of itself: its roles, its namespaces, what others bound."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from daypass.adapters.memory.rbac import as_binding
from daypass.domain.discovery import Snapshot, Wanted
from daypass.domain.grant import MANAGED_BY, GrantObject
from daypass.domain.rbac import PolicyRule
from daypass.domain.rbac.bindings import Binding
from daypass.domain.rbac.groups import Bond, bond, group_meanings, groups_of
from daypass.domain.rbac.meaning import meaning


class Surroundings(Protocol):
    """Whatever has these."""

    name: str
    namespaces: set[str]
    roles: dict[str, tuple[PolicyRule, ...]]

    @property
    def objects(self) -> Sequence[GrantObject]:
        """Every binding that is there, whosever it is."""
        ...


def others(objects: Iterable[GrantObject]) -> Sequence[Binding]:
    """Return the bindings that are none of ours."""
    return [as_binding(one) for one in objects if one.labels.get(MANAGED_BY) != "daypass"]


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
            **dict(group_meanings(_bonds(others(cluster.objects), wanted), means)),
        },
        namespaces=frozenset(named),
        version="v0.0.0-memory",
    )


def _bonds(bindings: Sequence[Binding], wanted: Wanted) -> Mapping[str, list[Bond]]:
    return {
        group: [bond(one) for one in bindings if group in groups_of(one)] for group in wanted.groups
    }
