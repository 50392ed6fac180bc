"""Where things are: the namespaces of each cluster, and what is given in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

NAMESPACES: Final = tuple(f"team-{number:02}" for number in range(40))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A level, and the namespaces over which its leases lie evenly."""

    level: str
    namespaces: Sequence[str]


EVERYWHERE: Final = Place(level="team-view", namespaces=NAMESPACES)
"""Of the many that live."""
TOGETHER: Final = Place(level="debug", namespaces=("payments",))
"""Of a burst: what a thousand people ask for at one time is the same thing."""
