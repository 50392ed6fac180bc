"""What groups are bound to on a cluster, looked up at once: bindings in pages, then their roles.

Whoever watches a cluster knows it without that.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Final, TypeVar

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
from daypass.domain.discovery import Wanted
from daypass.domain.grant import INSTALL, OTHERS, others
from daypass.domain.picture import Kind
from daypass.domain.rbac.bindings import key_of
from daypass.domain.rbac.groups import NO_RIGHTS, Bond, group_meanings, mirrored_meanings
from daypass.domain.rbac.meaning import TOO_MUCH, Meaning, meaning, together
from daypass.domain.rbac.risk import at_most
from daypass.domain.roles import RoleKind

MOST_BONDS: Final = 5_000
"""Bindings of one group that are looked at; of one with more it is not known what it means. Each
takes two names of 253 characters, and whoever has rights in a namespace makes as many as they
like."""
_REVISION: Final = 40
"""Characters of a revision that are kept: a number of 64 bits has 20."""
_ONE_BY_ONE: Final = 50
"""Roles that are asked for by their names; of more all are listed, in pages of 500."""
WITHIN: Final = 20.0
"""Seconds for all of it: two looks of that length, 30 s apart, keep what is seen of a cluster less
than 90 s old, beyond which nothing is granted there. One Role may take a second, and whoever may
bind a group in one namespace makes hundreds."""
T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class _Time:
    """The time that there is; `over` once something was left out for the lack of it."""

    ticks: Callable[[], float]
    until: float
    over: bool = False

    def left(self, things: Iterable[T]) -> Iterator[T]:
        """Yield things for as long as there is time."""
        for thing in things:
            if self.ticks() >= self.until:
                self.over = True
                return
            yield thing


def meanings_of_groups(
    api: Api, wanted: Wanted, *, install: str, ticks: Callable[[], float] = monotonic
) -> Iterator[tuple[str, Meaning]]:
    """Return what there is of these groups: those that a binding names which is none of ours.

    One for which there was no time left, or with more than MOST_BONDS, is TOO_MUCH.
    """
    if not wanted.groups:
        return
    time = _Time(ticks=ticks, until=ticks() + WITHIN)
    bonds = _bonds(time.left(_others(api, install)), wanted)
    if time.over:
        bonds = {}
    roles = frozenset(one.role for named in bonds.values() for one in named)
    read = _meanings(api, roles, time)
    if time.over:
        bonds = {group: b for group, b in bonds.items() if all(one.role in read for one in b)}
    yield from group_meanings(bonds, read)
    yield from mirrored_meanings(bonds, wanted.mirrored)
    yield from ((f"Group/{group}", TOO_MUCH) for group in sorted(wanted.groups - bonds.keys()))


def role_meaning(role: Manifest) -> Meaning:
    """Return what a role means; of one that is too long to be held, as it is at its revision."""
    if (whole := whole_rules(role)) is not None:
        return meaning(whole)
    revision = str(role["metadata"].get("resourceVersion", ""))
    return Meaning(digest=f"at {revision[:_REVISION]}", risks=at_most(every_rule(role)))


def _bonds(there: Iterable[tuple[str, Manifest]], wanted: Wanted) -> Mapping[str, set[Bond]]:
    found: dict[str, set[Bond]] = {group: set() for group in wanted.groups}
    for kind, item in there:
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


def _meanings(api: Api, keys: frozenset[str], time: _Time) -> Mapping[str, Meaning]:
    """Return what there is of these roles, those of the whole cluster first."""
    if len(keys) > _ONE_BY_ONE or any(ODD in key for key in keys):
        return _listed(time.left(_all(api)), keys)
    return {key: _meaning(read_role(api, path_of_role(key))) for key in time.left(sorted(keys))}


def _meaning(role: Manifest | None) -> Meaning:
    return NO_RIGHTS if role is None else role_meaning(role)


def _all(api: Api) -> Iterator[tuple[str, Manifest]]:
    for kind, plural in ((RoleKind.CLUSTER_ROLE, "clusterroles"), (RoleKind.ROLE, "roles")):
        for item in api.items(f"{RBAC}/{plural}"):
            yield kind, item


def _listed(there: Iterable[tuple[str, Manifest]], keys: frozenset[str]) -> Mapping[str, Meaning]:
    """Read them from lists of all; several may be named alike where their names are no text."""
    found: dict[str, dict[str, Meaning]] = {}
    for kind, item in there:
        metadata = item["metadata"]
        key = _key(kind, metadata.get("namespace", ""), metadata["name"])
        if key in keys:
            found.setdefault(key, {})[metadata["uid"]] = role_meaning(item)
    return {key: _of_all(tuple(alike.items())) for key, alike in found.items()}


def _of_all(alike: tuple[tuple[str, Meaning], ...]) -> Meaning:
    return alike[0][1] if len(alike) == 1 else together(alike)
