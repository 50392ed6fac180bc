"""Which levels would allow what somebody wants, those that give least first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from daypass.domain.catalog import Level, matches
from daypass.domain.forbidden import forbidden_namespace
from daypass.domain.rbac.levels import Access, allowed_by, reach_of
from daypass.domain.review import Question
from daypass.domain.scope import CLUSTER_WIDE, Scope, within

MOST: Final = 50
"""Namespaces of one level that are tried: a list of more is for nobody to read."""
_Place = tuple[Scope, Question]
"""A scope of a level, and what is asked there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A level that would allow it, in `scope`.

    `partly`: only there, and it was asked of more. `sure` is False where a part of what it gives is
    not known, so that it may. `size` counts what it allows; `more`: it is beyond counting.
    """

    level: Level
    scope: Scope
    partly: bool = False
    sure: bool = True
    size: int = 0
    more: bool = False


def ways(
    levels: Iterable[Level], question: Question, there: Access, *, namespaced: bool
) -> tuple[Way, ...]:
    """Return the levels that would allow it: what is sure and whole first, then what is smallest.

    `namespaced`: what is asked about is in namespaces, so without one all of them are meant.
    """
    found = (_way(level, question, there, namespaced=namespaced) for level in levels)
    return tuple(sorted((one for one in found if one is not None), key=_rank))


def _rank(way: Way) -> tuple[object, ...]:
    wide = way.scope.cluster_wide
    return (not way.sure, way.partly, way.more, way.size, wide, way.level.name)


def _way(level: Level, question: Question, there: Access, *, namespaced: bool) -> Way | None:
    answers = [
        (scope, allowed_by(level, scope, asked, there=there))
        for scope, asked in _places(level, question, namespaced=namespaced)
    ]
    sure = [scope for scope, answer in answers if answer]
    maybe = [scope for scope, answer in answers if answer is None]
    if not sure and not maybe:
        return None
    scope = _together(sure or maybe)
    given = reach_of(level, scope, there)
    return Way(
        level=level,
        scope=scope,
        partly=namespaced and not question.namespace and not scope.cluster_wide,
        sure=bool(sure),
        size=len(given.permissions),
        more=given.more,
    )


def _together(scopes: list[Scope]) -> Scope:
    if any(scope.cluster_wide for scope in scopes):
        return CLUSTER_WIDE
    return within(*(name for scope in scopes for name in scope.namespaces))


def _places(level: Level, question: Question, *, namespaced: bool) -> Iterator[_Place]:
    """Yield where a level can hold so that it counts for what is asked.

    A glob stands for the namespaces that it matches: a ClusterRole allows the same in each.
    """
    if not level.anywhere.namespaces:
        yield CLUSTER_WIDE, question
    elif namespaced:
        named = level.anywhere.namespaces
        if question.namespace:
            named = (question.namespace,) if matches(question.namespace, named) else ()
        for name in named[:MOST]:
            if not forbidden_namespace(name):
                yield within(name), replace(question, namespace=name)
