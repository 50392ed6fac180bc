"""Where things are: the namespaces of each cluster."""

from typing import Final

NAMESPACES: Final = tuple(f"team-{number:02}" for number in range(40))
