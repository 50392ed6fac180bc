"""What groups are bound to on a cluster, looked up at once: bindings in pages, then their roles.

Whoever watches a cluster knows it without that.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from daypass.adapters.kubernetes.client import Api
from daypass.adapters.kubernetes.errors import UNREADABLE
from daypass.adapters.kubernetes.manifests import (
    KINDS,
    RBAC,
    Manifest,
    every_rule,
    path_of_role,
    whole_rules,
)
from daypass.adapters.kubernetes.surroundings import read_role
from daypass.adapters.kubernetes.words import ODD, distinct_name
from daypass.domain.catalog import RoleKind
from daypass.domain.discovery import Wanted
from daypass.domain.grant import INSTALL, OTHERS, others
from daypass.domain.picture import Kind
from daypass.domain.rbac.bindings import key_of
from daypass.domain.rbac.groups import Bond, group_meanings
from daypass.domain.rbac.meaning import Meaning, meaning, together
from daypass.domain.rbac.risk import at_most

MOST_BONDS: Final = 5_000
"""Bindings of one group that are looked at; of one with more it is not known what it means. Each
takes two names of 253 characters, and whoever has rights in a namespace makes as many as they
like."""
_REVISION: Final = 40
"""Characters of a revision that are kept: a number of 64 bits has 20."""
_ONE_BY_ONE: Final = 50
"""Roles that are asked for by their names; of more all are listed, in pages of 500."""


def meanings_of_groups(api: Api, wanted: Wanted, *, install: str) -> Iterator[tuple[str, Meaning]]:
    """Return what there is of these groups: those that a binding names which is none of ours."""
    if not wanted.groups:
        return
    bonds = _bonds(api, wanted, install)
    roles = frozenset(one.role for named in bonds.values() for one in named)
    yield from group_meanings(bonds, _meanings(api, roles))


def role_meaning(role: Manifest) -> Meaning:
    """Return what a role means; of one that is too long to be held, as it is at its revision."""
    if (whole := whole_rules(role)) is not None:
        return meaning(whole)
    revision = str(role["metadata"].get("resourceVersion", ""))
    return Meaning(digest=f"at {revision[:_REVISION]}", risks=at_most(every_rule(role)))


def _bonds(api: Api, wanted: Wanted, install: str) -> Mapping[str, set[Bond]]:
    found: dict[str, set[Bond]] = {group: set() for group in wanted.groups}
    for kind, item in _others(api, install):
        lent = wanted.lent(_named(item))
        if lent and (bond := _bond(kind, item)):
            for group in lent:
                if len(found[group]) <= MOST_BONDS:
                    found[group].add(bond)
    return {group: bonds for group, bonds in found.items() if len(bonds) <= MOST_BONDS}


def _others(api: Api, install: str) -> Iterator[tuple[str, Manifest]]:
    """Yield every binding that is not this install's, also one that bears its name alone."""
    for kind, plural in KINDS.items():
        for selector in (others(install), f"{INSTALL}={install},{OTHERS}"):
            for item in api.items(f"{RBAC}/{plural}", [("labelSelector", selector)]):
                yield kind, item


def _named(item: Manifest) -> Sequence[tuple[str, str]]:
    try:
        return [(str(one["kind"]), str(one["name"])) for one in item.get("subjects") or ()]
    except UNREADABLE:
        return ()


def _bond(kind: str, item: Manifest) -> Bond | None:
    try:
        place, role = str(item["metadata"].get("namespace", "")), item["roleRef"]
        of = RoleKind(role["kind"])
        return Bond(
            binding=_key(Kind(kind), place, str(item["metadata"]["name"])),
            role=_key(of, place if of is RoleKind.ROLE else "", str(role["name"])),
        )
    except UNREADABLE:
        return None


def _key(kind: str, namespace: str, name: str) -> str:
    """Name a thing as snapshots do; of a megabyte no more is held than tells it from others."""
    return key_of(kind, namespace, distinct_name(name))


def _meanings(api: Api, keys: frozenset[str]) -> Mapping[str, Meaning]:
    """Return what there is of these roles."""
    if len(keys) > _ONE_BY_ONE or any(ODD in key for key in keys):
        return _listed(api, keys)
    read = ((key, read_role(api, path_of_role(key))) for key in sorted(keys))
    return {key: role_meaning(found) for key, found in read if found is not None}


def _listed(api: Api, keys: frozenset[str]) -> Mapping[str, Meaning]:
    """Read them from lists of all; several may be named alike where their names are no text."""
    found: dict[str, dict[str, Meaning]] = {}
    for kind, plural in ((RoleKind.CLUSTER_ROLE, "clusterroles"), (RoleKind.ROLE, "roles")):
        for item in api.items(f"{RBAC}/{plural}"):
            metadata = item["metadata"]
            key = _key(kind, metadata.get("namespace", ""), metadata["name"])
            if key in keys:
                found.setdefault(key, {})[metadata["uid"]] = role_meaning(item)
    return {key: _of_all(tuple(alike.items())) for key, alike in found.items()}


def _of_all(alike: tuple[tuple[str, Meaning], ...]) -> Meaning:
    return alike[0][1] if len(alike) == 1 else together(alike)
