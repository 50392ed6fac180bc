"""What groups are bound to on a cluster, looked up at once: bindings in pages, then their roles.

Whoever watches a cluster knows it without that.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from daypass.adapters.kubernetes.client import Api
from daypass.adapters.kubernetes.errors import UNREADABLE
from daypass.adapters.kubernetes.manifests import (
    KINDS,
    RBAC,
    Manifest,
    path_of_role,
    whole_rules,
)
from daypass.adapters.kubernetes.surroundings import read_role
from daypass.domain.catalog import RoleKind
from daypass.domain.grant import OTHERS
from daypass.domain.picture import Kind
from daypass.domain.rbac.bindings import key_of
from daypass.domain.rbac.groups import Bond, group_meanings
from daypass.domain.rbac.meaning import Meaning, meaning
from daypass.domain.rbac.risk import Risk

MOST_BONDS: Final = 5_000
"""Bindings of one group that are looked at; of one with more it is not known what it means. Each
takes two names of 253 characters, and whoever has rights in a namespace makes as many as they
like."""
_REVISION: Final = 40
"""Characters of a revision that are kept: a number of 64 bits has 20."""
_ONE_BY_ONE: Final = 50
"""Roles that are asked for by their names; of more all are listed, in pages of 500."""


def meanings_of_groups(api: Api, groups: frozenset[str]) -> Iterator[tuple[str, Meaning]]:
    """Return what there is of these groups: those that a binding names which is none of ours."""
    if not groups:
        return
    bonds = _bonds(api, groups)
    roles = frozenset(one.role for named in bonds.values() for one in named)
    yield from group_meanings(bonds, _meanings(api, roles))


def role_meaning(role: Manifest) -> Meaning:
    """Return what a role means; one that is too long to be held may allow anything (law 10).

    It is told from what it was by its revision.
    """
    if (whole := whole_rules(role)) is not None:
        return meaning(whole)
    revision = str(role["metadata"].get("resourceVersion", ""))
    return Meaning(digest=f"at {revision[:_REVISION]}", risks=(Risk.EVERYTHING,))


def _bonds(api: Api, groups: frozenset[str]) -> Mapping[str, set[Bond]]:
    found: dict[str, set[Bond]] = {group: set() for group in groups}
    for kind, plural in KINDS.items():
        for item in api.items(f"{RBAC}/{plural}", [("labelSelector", OTHERS)]):
            named = groups & _groups(item)
            if named and (bond := _bond(kind, item)):
                for group in named:
                    found[group].add(bond)
    return {group: bonds for group, bonds in found.items() if len(bonds) <= MOST_BONDS}


def _groups(item: Manifest) -> frozenset[str]:
    try:
        subjects = item.get("subjects") or ()
        return frozenset(str(one["name"]) for one in subjects if one.get("kind") == "Group")
    except UNREADABLE:
        return frozenset()


def _bond(kind: str, item: Manifest) -> Bond | None:
    try:
        place, role = str(item["metadata"].get("namespace", "")), item["roleRef"]
        of = RoleKind(role["kind"])
        return Bond(
            binding=key_of(Kind(kind), place, str(item["metadata"]["name"])),
            role=key_of(of, place if of is RoleKind.ROLE else "", str(role["name"])),
        )
    except UNREADABLE:
        return None


def _meanings(api: Api, keys: frozenset[str]) -> Mapping[str, Meaning]:
    """Return what there is of these roles."""
    if len(keys) > _ONE_BY_ONE:
        return dict(_listed(api, keys))
    read = ((key, read_role(api, path_of_role(key))) for key in sorted(keys))
    return {key: role_meaning(found) for key, found in read if found is not None}


def _listed(api: Api, keys: frozenset[str]) -> Iterator[tuple[str, Meaning]]:
    for kind, plural in ((RoleKind.CLUSTER_ROLE, "clusterroles"), (RoleKind.ROLE, "roles")):
        for item in api.items(f"{RBAC}/{plural}"):
            metadata = item["metadata"]
            key = key_of(kind, metadata.get("namespace", ""), metadata["name"])
            if key in keys:
                yield key, role_meaning(item)
