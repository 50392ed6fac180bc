"""What bindings would add to what somebody may do already, place by place."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from daypass.domain.grant import Subject
from daypass.domain.kubectl import nowhere_but_cluster_wide
from daypass.domain.lease import ObjectRef
from daypass.domain.names import lease_of
from daypass.domain.rbac.bindings import Binding
from daypass.domain.rbac.levels import Access
from daypass.domain.rbac.reach import Permission, Reach, reach
from daypass.domain.review import EVERYBODY

PLACES: Final = 100
"""Namespaces that are gone into: a group may be bound in thousands, by whoever made them."""
_Alike = tuple[tuple[str, ...], tuple[str, ...], bool]
"""The keys of roles that would be given, of those that are had, and whether in a namespace."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What is new in these namespaces; the empty one is the whole cluster."""

    namespaces: tuple[str, ...]
    reach: Reach


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """What is new. `unlooked` counts namespaces beyond PLACES.

    `partly` says that something of what would be given is not known: there may be more.
    """

    parts: tuple[Part, ...] = ()
    unlooked: int = 0
    partly: bool = False

    @property
    def nothing(self) -> bool:
        """Whether it is sure that all of it is there already."""
        return not (self.parts or self.unlooked or self.partly)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gained:
    """What somebody would gain by what was seen until `at`; `current`: and is so now."""

    gain: Gain
    at: datetime
    current: bool


def bound_already(username: str, bindings: Iterable[Binding]) -> tuple[Binding, ...]:
    """Return the bindings of a user by name, or of everybody who signs in.

    Groups that come with a sign-in are known to the cluster alone. What is named as a lease's
    object, as those of another install are, ends, and nobody here knows when.
    """
    meant = {Subject(name=username), Subject(name=EVERYBODY, kind="Group")}
    return tuple(
        one for one in bindings if not (meant.isdisjoint(one.subjects) or _of_a_lease(one))
    )


def _of_a_lease(one: Binding) -> bool:
    return lease_of(ObjectRef(kind=one.kind, namespace=one.namespace, name=one.name)) is not None


def gain(wanted: Sequence[Binding], had: Sequence[Binding], there: Access) -> Gain:
    """Return what the bindings that are wanted add to those that somebody has."""
    places = sorted({one.namespace for one in wanted})
    found: dict[Reach, list[str]] = {}
    for (given, held, inside), at in _alike(places[:PLACES], wanted, had).items():
        rest = _reach(given, there) - _reach(held, there)
        new = _counting_inside(rest) if inside else rest
        if new.permissions or new.more:
            found.setdefault(new, []).extend(at)
    return Gain(
        parts=tuple(Part(namespaces=tuple(sorted(at)), reach=one) for one, at in found.items()),
        unlooked=max(len(places) - PLACES, 0),
        partly=_partly(wanted, there),
    )


def _alike(
    places: Iterable[str], wanted: Iterable[Binding], had: Sequence[Binding]
) -> Mapping[_Alike, Sequence[str]]:
    """Return the places by which roles would be given there, and which are had already."""
    given, held = _by_place(wanted), _by_place(had)
    found: dict[_Alike, list[str]] = {}
    for place in places:
        also = held[place] | held[""] | (given[""] if place else set())
        key = tuple(sorted(given[place])), tuple(sorted(also)), bool(place)
        found.setdefault(key, []).append(place)
    return found


def _by_place(bindings: Iterable[Binding]) -> defaultdict[str, set[str]]:
    found = defaultdict[str, set[str]](set)
    for one in bindings:
        found[one.namespace].add(one.role_key)
    return found


def _reach(keys: Iterable[str], there: Access) -> Reach:
    return reach(rule for key in keys for rule in there.roles.get(key, ()))


def _counting_inside(there: Reach) -> Reach:
    """Leave out what counts in no namespace: paths, and what is the whole cluster's."""
    kept = frozenset(one for one in there.permissions if _counts_inside(one))
    return Reach(permissions=kept, more=there.more)


def _counts_inside(one: Permission) -> bool:
    return not one.path and not nowhere_but_cluster_wide(one.group, one.resource)


def _partly(wanted: Sequence[Binding], there: Access) -> bool:
    """Whether a role is not there or not whole, or bindings may be there that nobody saw."""
    keys = {one.role_key for one in wanted}
    return there.unseen or not wanted or bool(keys & there.short) or not keys <= there.roles.keys()
