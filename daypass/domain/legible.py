"""What one person can read on one card: whoever says yes sees all of what they say yes to."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from daypass.domain import reasons as no
from daypass.domain.reasons import Reason
from daypass.domain.request import Item
from daypass.domain.scope import Scope

MOST_LEVELS: Final = 15
"""Levels in one request; each has a line, or a paragraph, of its own."""
MOST_NAMED: Final = 2_500
"""Characters that name levels and namespaces. The views show so much whole beside the longest
reason (`catalog.MAX_REASON`); their tests hold them to both numbers."""
_ODD: Final = re.compile(r"[^\w., -]")
"""Characters of no Kubernetes name; each counts five, as many as it may take once escaped."""


def scopes(items: Sequence[Item]) -> tuple[Scope, ...]:
    """Return where the levels hold, without doubles; one scope for all is said once."""
    return tuple(dict.fromkeys(item.scope for item in items))


def illegible(items: Sequence[Item]) -> Iterator[Reason]:
    """Say why nobody could read on one card all that these levels come to, and how much fits."""
    if len(items) > MOST_LEVELS:
        yield no.TooManyLevels(given=len(items), most=MOST_LEVELS)
    elif _length(items) > MOST_NAMED:
        longest = max(items, key=lambda item: len(item.scope.namespaces))
        given = len(longest.scope.namespaces)
        yield no.TooManyNamespaces(given=given, fit=_fitting(items, given), level=longest.level)


def legible(items: Sequence[Item]) -> bool:
    """Whether one person can read on one card all that these levels come to."""
    return len(items) <= MOST_LEVELS and _length(items) <= MOST_NAMED


def _length(items: Sequence[Item]) -> int:
    """Count what it takes to name levels and places."""
    found = scopes(items)
    places = found if len(found) == 1 else [item.scope for item in items]
    said = ", ".join([*(item.level for item in items), *map(str, places)])
    return len(said) + 4 * len(_ODD.findall(said))


def _fitting(items: Sequence[Item], most: int) -> int:
    """Return how many of its namespaces each level may have, 0 where the levels are too much."""

    def length(count: int) -> int:
        return _length([_narrowed(item, count) for item in items])

    return bisect_right(range(1, most + 1), MOST_NAMED, key=length)


def _narrowed(item: Item, count: int) -> Item:
    return replace(item, scope=Scope(namespaces=item.scope.namespaces[:count]))
