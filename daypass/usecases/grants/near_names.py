"""Near names: what a cluster has instead of what a level names, by its picture."""

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from daypass.domain.deliveries.mirror import BOUND
from daypass.domain.discovery import MOST, Snapshot
from daypass.domain.levels import levels_on
from daypass.domain.near import near
from daypass.domain.picture import BINDINGS, Kind
from daypass.domain.shifting import meant, offered
from daypass.ports import GrantPorts

GROUP: Final = "Group"
NAMED: Final = 3
"""Names that are said instead of one: enough to see the slip."""
LONGEST: Final = 253
"""Characters of a name that is worth saying; anybody who may bind writes longer ones."""


def near_names(seen: Snapshot, ports: GrantPorts) -> Mapping[str, tuple[str, ...]]:
    """Return what is there instead of the roles, groups and namespaces that levels lack.

    Nothing is read where nothing is missing.
    """
    needed = {
        key
        for one in levels_on(ports.name, ports.catalog)
        for key in offered(one)
        if not key.startswith(BOUND)  # Of what a group is not bound to nothing else is near.
    }
    found: dict[str, tuple[str, ...]] = {}
    known: dict[str, Collection[str]] = {}
    for key in sorted({key for key in needed if meant(key, seen) is None})[:MOST]:
        place, name = _split(key)
        if place not in known:
            known[place] = tuple(_names(place, ports))
        if there := near(name, known[place]):
            found[key] = there[:NAMED]
    return found


def _split(key: str) -> tuple[str, str]:
    """Tell a name from its place: `Role/payments`, `Group`; a group's may have slashes."""
    place, _, name = key.partition("/") if key.startswith(f"{GROUP}/") else key.rpartition("/")
    return place, name


def _names(place: str, ports: GrantPorts) -> Iterator[str]:
    """Yield what there is of a kind, in the namespace that stands with it."""
    names = _groups(ports) if place == GROUP else _others(place, ports)
    return (name for name in names if len(name) <= LONGEST)


def _groups(ports: GrantPorts) -> Iterator[str]:
    for kind in BINDINGS:
        for entry in ports.pictures.entries(ports.name, kind):
            yield from (subject.name for subject in entry.subjects if subject.kind == GROUP)


def _others(place: str, ports: GrantPorts) -> Iterator[str]:
    keys = ports.pictures.keys(ports.name, Kind(place.partition("/")[0]))
    return (name for there, name in map(_split, keys) if there == place)
