"""Shifting: what changed between two looks at a cluster, and what of it is to be said now.

What people know is kept with the snapshot, so that whoever looks says the same: each change once,
of one thing at most once within QUIET, and then how it stands; sooner where it leads to more.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from daypass.domain.catalog import Catalog, Level
from daypass.domain.deliveries import realisation
from daypass.domain.deliveries.mirror import BOUND
from daypass.domain.discovery import Snapshot, Wanted
from daypass.domain.lease import Lease
from daypass.domain.levels import level_on, levels_on
from daypass.domain.rbac.meaning import TOO_MUCH, Meaning
from daypass.domain.request import Request, RequestState
from daypass.domain.roles import RoleKind
from daypass.domain.scope import CLUSTER_WIDE, Scope, within
from daypass.domain.shift import Shift, alike

QUIET: Final = timedelta(minutes=1)
"""Of one thing nothing is said twice within it: a role that flaps is heard of 60 times an hour."""
HASTE: Final = timedelta(seconds=10)
"""The same where it leads to more than people heard: who makes it harmless just when it may be said
would else hide it for the rest of each minute."""
KEPT: Final = timedelta(hours=24)
"""So long a card may show it: the longest lease."""
MOST: Final = 60
"""Shifts that are said of a cluster within QUIET; more wait, and what they are then is said."""
REMEMBERED: Final = 5_000
"""Things of which it is kept what people know of them: half of what is read back of any list. Where
more change at one time, all roles of thousands of namespaces, say, the last ones are remembered."""
NAMESPACE: Final = "Namespace"
_THERE: Final = Meaning(digest="")
"""What a namespace means: that it is there."""


def differing(before: Snapshot, seen: Snapshot) -> frozenset[str]:
    """Return what is otherwise than people know, of all that both looks asked for.

    Not that of which they heard lately: its turn comes.
    """
    known = _known(before)
    keys = {*known, *_named(before), *_named(seen)}
    both = (key for key in keys if _asked(key, before) and _asked(key, seen))
    return frozenset(
        key
        for key in both
        if not (key in known and _hushed(known[key], seen))
        and not alike(_basis(key, before, known), meant(key, seen))
    )


def shifted(before: Snapshot, seen: Snapshot, keys: Collection[str], *, most: int) -> Snapshot:
    """Return `seen` with what people know after it; new shifts, up to `most`, are of its moment.

    `keys` are those of `differing` to which somebody or something points; of others people need
    not know. What people did not hear of for longest is said first: whoever changes MOST things
    again and again would else keep them from hearing of any other.
    """
    known = _known(before)
    beside = {shift.key: shift for shift in known.values() if _kept(shift, seen)}
    heard = {key: beside.pop(key, None) for key in differing(before, seen)}
    room = most - sum(_lately(shift, seen) for shift in known.values())
    for nth, key in enumerate(_in_turn(keys, heard)):
        was = _basis(key, before, known)
        waits = heard.get(key) or Shift(key=key, at=seen.taken_at, was=was, now=was)
        now = meant(key, seen)
        told = Shift(key=key, at=seen.taken_at, was=was, now=now)
        beside[key] = told if nth < room else waits
    last = sorted(beside.values(), key=lambda shift: (shift.at, shift.key))
    return replace(seen, shifts=tuple(last[-REMEMBERED:]))


def news(kept: Snapshot) -> tuple[Shift, ...]:
    """Return what a look, as `shifted` returns it, has to say."""
    return tuple(shift for shift in kept.shifts if shift.said and shift.at == kept.taken_at)


def meant(key: str, seen: Snapshot) -> Meaning | None:
    """Return what something meant at a look; None where it was not there."""
    kind, _, name = key.partition("/")
    if kind == NAMESPACE:
        return _THERE if name in seen.namespaces else None
    return TOO_MUCH if key in seen.unread else seen.means.get(key)


def points_at(level: Level, scope: Scope) -> frozenset[str]:
    """Return what a level rests on where it holds."""
    places = (f"{NAMESPACE}/{name}" for name in scope.namespaces)
    return frozenset((*realisation(level).needed(level, scope), *places))


def offered(level: Level) -> frozenset[str]:
    """Return what a level rests on whoever asks: nothing of a namespace that people choose."""
    if level.choose and level.role is not None and level.role.kind is RoleKind.ROLE:
        return frozenset()
    return points_at(level, within(*level.namespaces) if level.namespaces else CLUSTER_WIDE)


def resting_on(key: str, catalog: Catalog, cluster: str) -> tuple[str, ...]:
    """Return the levels of a cluster that rest on something, whoever asks for them."""
    return tuple(one.name for one in levels_on(cluster, catalog) if key in offered(one))


def concerning(
    request: Request, leases: Iterable[Lease], shifts: Iterable[Shift], *, catalog: Catalog
) -> tuple[Shift, ...]:
    """Return what shifted since a request was asked, of all that it or a lease of it rests on.

    Nothing of what is decided and over: what became of that needs nobody any more.
    """
    held = [(lease.level, lease.scope) for lease in leases if lease.grantable]
    if request.state is RequestState.PENDING:
        held += [(item.level, item.scope) for item in request.plan.items]
    keys = {
        key
        for name, scope in held
        if (level := level_on(request.cluster, name, catalog)) is not None
        for key in points_at(level, scope)
    }
    return tuple(s for s in shifts if s.said and s.key in keys and s.at > request.asked_at)


def _known(before: Snapshot) -> Mapping[str, Shift]:
    return {shift.key: shift for shift in before.shifts}


def _basis(key: str, before: Snapshot, known: Mapping[str, Shift]) -> Meaning | None:
    return known[key].now if key in known else meant(key, before)


def _in_turn(keys: Collection[str], heard: Mapping[str, Shift | None]) -> Sequence[str]:
    """Return those of which people know nothing, then the others, the longest known first."""
    known = {key: shift for key in keys if (shift := heard.get(key)) is not None}
    last = sorted(known, key=lambda key: (known[key].at, key))
    return [*sorted(key for key in keys if key not in known), *last]


def _lately(shift: Shift, seen: Snapshot) -> bool:
    return shift.said and timedelta(0) <= seen.taken_at - shift.at < QUIET


def _hushed(shift: Shift, seen: Snapshot) -> bool:
    """Whether people heard of it so lately that they hear no more for now."""
    return _lately(shift, seen) and (seen.taken_at - shift.at < HASTE or not _worse(shift, seen))


def _worse(shift: Shift, seen: Snapshot) -> bool:
    """Whether it leads to what people last heard it does not, or may; also where it did before.

    That it does no more is no worse, and waits: what flaps between two words is heard of twice
    within QUIET and HASTE.
    """
    now = meant(shift.key, seen)
    if now == TOO_MUCH:
        return shift.now != TOO_MUCH
    return bool(replace(shift, was=shift.now, now=now).gained)


def _kept(shift: Shift, seen: Snapshot) -> bool:
    """Whether it may still be shown; what was not said yet is said anew where it still differs."""
    return shift.said and seen.taken_at - shift.at < KEPT


def _named(seen: Snapshot) -> Iterator[str]:
    yield from seen.means
    yield from seen.unread
    yield from (f"{NAMESPACE}/{name}" for name in seen.namespaces)


def _asked(key: str, seen: Snapshot) -> bool:
    """Whether that look would have seen it: of what it did not ask for it says nothing."""
    kind, _, name = key.partition("/")
    asked = seen.asked_for
    if key.startswith(BOUND):
        return any(one.key == key for one in asked.mirrored)
    match kind:
        case RoleKind.CLUSTER_ROLE:
            return name in asked.cluster_roles
        case "Group":
            return name in asked.groups
        case RoleKind.ROLE:
            place, _, role = name.partition("/")
            return role in asked.roles and _asked_in(place, asked, seen)
        case _:
            return kind == NAMESPACE and _asked_in(name, asked, seen)


def _asked_in(namespace: str, asked: Wanted, seen: Snapshot) -> bool:
    """Whether a namespace was looked for; among more than are kept, one may only be left out."""
    return namespace in asked.namespaces or (asked.chosen(namespace) and not seen.left_out)
