"""Names that people take for one and Kubernetes tells apart: they are said, and never folded."""

from collections.abc import Iterable, Iterator
from typing import Final

UNHEARD: Final = "case, spaces, dashes, underscores or periods"
"""What people do not hear in a name."""
_DROPPED: Final = str.maketrans(dict.fromkeys(" -_."))


def heard(name: str) -> str:
    """Return what is left of a name without case, spaces, dashes, underscores and periods.

    It is for comparing only: nothing is ever granted, bound or looked up by it.
    """
    return name.casefold().translate(_DROPPED)


def near(name: str, others: Iterable[str]) -> tuple[str, ...]:
    """Return the others that differ from a name in nothing that people hear, sorted."""
    said = heard(name)
    return tuple(sorted({other for other in others if other != name and heard(other) == said}))


def confusable(names: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Yield the names that people take for one, two or more at a time."""
    found: dict[str, set[str]] = {}
    for name in names:
        found.setdefault(heard(name), set()).add(name)
    return (tuple(sorted(one)) for _, one in sorted(found.items()) if len(one) > 1)
