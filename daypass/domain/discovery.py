"""What a cluster last showed of itself, and what a level needs of it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from fnmatch import fnmatchcase
from itertools import islice
from typing import Final

from daypass.domain.catalog import Catalog, Level, matches
from daypass.domain.deliveries import every_part, realisation
from daypass.domain.deliveries.mirror import Mirrored
from daypass.domain.forbidden import forbidden_namespace
from daypass.domain.freshness import fresh
from daypass.domain.levels import levels_on
from daypass.domain.rbac.groups import lending
from daypass.domain.rbac.meaning import Meaning, meaning, together
from daypass.domain.roles import RoleKind
from daypass.domain.scope import Scope
from daypass.domain.shift import Shift

FRESH: Final = timedelta(seconds=90)
"""A snapshot older than three missed reconciles says nothing any more."""


MOST: Final = 5_000
"""Namespaces that are kept of a cluster; the bot reads them with every command."""
ROOM: Final = 9_000
"""Roles and groups that are kept of a cluster: a tenth less than what is read back of any list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What there may be to ask for on a cluster: nothing else of it is looked at or kept.

    Anybody with rights in a namespace can fill a cluster with names.
    """

    cluster_roles: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    """The names of Roles, in whichever namespace."""
    groups: frozenset[str] = frozenset()
    """Groups that levels make people act as: they are there where a binding names them."""
    mirrored: tuple[Mirrored, ...] = ()
    """What groups must be bound to, for levels that give it under one's own name."""
    users: tuple[tuple[str, str], ...] = ()
    """The users that levels make people act as, each with its group."""
    namespaces: frozenset[str] = frozenset()
    choose: tuple[str, ...] = ()
    """The globs of namespaces among which people choose."""

    @property
    def most(self) -> int:
        """How many namespaces to choose from are kept: of each all that levels need is, too."""
        room = ROOM - len(self.cluster_roles) - len(self.groups) - len(self.mirrored)
        return max(0, min(MOST, room // max(1, len(self.roles)) - len(self.namespaces)))

    def chosen(self, namespace: str) -> bool:
        """Whether people may choose that namespace."""
        return any(fnmatchcase(namespace, glob) for glob in self.choose)

    def lent(self, subjects: Collection[tuple[str, str]]) -> frozenset[str]:
        """Return the groups that have what these, by kind and name, are bound to.

        Whoever acts as a group does so as the level's own user, and has what that is bound to.
        """
        acting = dict(self.users)
        users = (acting[name] for kind, name in subjects if kind == "User" and name in acting)
        return self.groups.intersection(n for kind, n in subjects if kind == "Group").union(users)


NOTHING: Final = Wanted()


def wanted(catalog: Catalog, cluster: str) -> Wanted:
    """Return what the levels of a cluster need of it."""
    levels = levels_on(cluster, catalog)
    bound = {part.role for level in levels for part in every_part(level)}
    acts = [realisation(level).acts_as(level) for level in levels]
    return Wanted(
        cluster_roles=frozenset(role.name for role in bound if role.kind is RoleKind.CLUSTER_ROLE),
        roles=frozenset(role.name for role in bound if role.kind is RoleKind.ROLE),
        groups=frozenset(level.group for level in levels if level.group),
        users=tuple(sorted((one.user, one.group) for one in acts if one is not None)),
        mirrored=tuple(sorted({one for level in levels for one in _mirrored(level)}, key=_key)),
        namespaces=frozenset(name for level in levels for name in _fixed(level)),
        choose=tuple(sorted({glob for level in levels for glob in level.choose})),
    )


def _mirrored(level: Level) -> Iterator[Mirrored]:
    yield from (Mirrored(group=level.group, part=part) for part in level.parts)


def _key(one: Mirrored) -> str:
    return one.key


def _fixed(level: Level) -> Iterator[str]:
    """Yield the namespaces that a level names."""
    yield from level.namespaces
    yield from (part.namespace for part in level.parts if part.namespace)


class Lane(StrEnum):
    """Whether an API server keeps places for us, so that nobody else's requests hold up ours."""

    OURS = "ours"
    MISSING = "missing"
    UNKNOWN = "unknown"  # it does not say, or does not tell us


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What was seen by the last successful look at `cluster`, which began at `taken_at`.

    `means` says what `ClusterRole/view`, `Role/payments/log-reader` and `Group/platform-admins`
    allow, of those that are there; those `unread` are there, and too much to be read. `left_out`
    counts namespaces that people might choose, and roles, that are more than are kept. `asked_for`
    is what was looked at, `shifts` what people know to have changed.
    """

    cluster: str
    taken_at: datetime
    means: Mapping[str, Meaning] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()
    namespaces: frozenset[str]
    version: str = ""
    left_out: int = 0
    asked_for: Wanted = NOTHING
    near: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What is there instead of what levels need, and is told from it only by what nobody hears."""
    shifts: tuple[Shift, ...] = ()
    lane: Lane = Lane.UNKNOWN

    def fresh(self, now: datetime) -> bool:
        """Whether it may still be believed at `now`."""
        return fresh(self.taken_at, now, FRESH)


def missing(level: Level, scope: Scope, snapshot: Snapshot) -> tuple[str, ...]:
    """Name what `level` needs in `scope` and the cluster does not have."""
    aside = f" (or it is one of {snapshot.left_out:,} that are too many to be kept)"
    unseen = aside if snapshot.left_out else ""
    lacking = [
        f"namespace {n}{unseen}{_instead(f'Namespace/{n}', snapshot)}"
        for n in scope.namespaces
        if n not in snapshot.namespaces
    ]
    lacking += [
        f"{name}{_unread(name, snapshot) or unseen}{_instead(name, snapshot)}"
        for name in realisation(level).needed(level, scope)
        if name not in snapshot.means
    ]
    return tuple(lacking)


def means(level: Level, scope: Scope, snapshot: Snapshot) -> Meaning:
    """Return what a level allows in `scope` by what was seen, of all that it needs.

    The risks of a group are those of what the group is bound to: to act as it is no risk more. A
    role that lends the group, and anything besides, counts with that: its holder has it directly.
    """
    needed = tuple(realisation(level).needed(level, scope))
    ready_made = realisation(level).static_roles(level)
    lends = {one.key: meaning(lending(one.acts_as)).digest for one in ready_made}
    seen = [(name, snapshot.means[name]) for name in needed if name in snapshot.means]
    led_to = [(name, one) for name, one in seen if lends.get(name) != one.digest]
    return replace(together(seen), risks=together(led_to).risks)


def any_place(level: Level, snapshot: Snapshot | None) -> tuple[str, ...]:
    """Return one of the namespaces that people may choose: a ClusterRole comes to the same in each.

    None for a Role, which is another one in each, or may not be there.
    """
    alike = level.role is not None and level.role.kind is RoleKind.CLUSTER_ROLE
    if snapshot is None or not (alike and level.choose):
        return ()
    there = (name for name in snapshot.namespaces if matches(name, level.choose))
    return tuple(islice((name for name in there if not forbidden_namespace(name)), 1))


def _unread(key: str, snapshot: Snapshot) -> str:
    """Say of what is not known that it is there: whoever has it has all that it gives."""
    return " that can be read whole" if key in snapshot.unread else ""


def _instead(key: str, snapshot: Snapshot) -> str:
    """Say what is there and reads alike: names are never folded, so it is another."""
    there = snapshot.near.get(key, ())
    return f" (there is {', '.join(there)}, which is another)" if there else ""
