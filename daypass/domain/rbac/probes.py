"""The access reviews that prove an object which binds a role, from the role's rules."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from daypass.domain.grant import GrantObject, Subject
from daypass.domain.rbac.rules import PolicyRule
from daypass.domain.review import EVERYBODY, Question

_READING: Final = frozenset({"get", "list", "watch"})
_EXAMPLES: Final = {"": "pods", "apps": "deployments", "batch": "jobs"}
_ROLES: Final = 16
"""Roles of which it is remembered what is most telling: a crowd asks for a few at one time."""


def probes(planned: GrantObject, rules: Sequence[PolicyRule]) -> tuple[Question, ...]:
    """Return the most telling review that `planned` makes true, none where its role allows nothing.

    One is enough: RBAC takes a binding's whole role or nothing, and names the binding. It asks for
    a change if any rule allows one, for what a person may do anyway is mostly reading. It is shown
    to whoever holds the role: a word that is not plain proves nothing.
    """
    place = planned.ref.namespace
    asked = _most_telling(tuple(rules), everywhere=not place) if planned.subjects else None
    if asked is None:
        return ()
    user, groups = _asker(planned.subjects[0])
    return (replace(asked, user=user, groups=groups, namespace="" if asked.path else place),)


@lru_cache(maxsize=_ROLES)
def _most_telling(rules: tuple[PolicyRule, ...], *, everywhere: bool) -> Question | None:
    """Return what nobody asks yet, in no namespace."""
    found = (question for rule in rules for question in _one_of(rule, everywhere=everywhere))
    every = [question for question in found if question.plain]
    rare = [question for question in every if not _common(question)]
    return min(rare or every, key=_rank, default=None)


def _one_of(rule: PolicyRule, *, everywhere: bool) -> Iterator[Question]:
    if not rule.verbs:
        return
    if rule.resources and rule.api_groups:
        group, resource, subresource = _resource(rule)
        yield Question(
            user="",
            verb=_verb(rule),
            group=group,
            resource=resource,
            subresource=subresource,
            name=rule.resource_names[0] if rule.resource_names else "",
        )
    elif rule.non_resource_urls and everywhere:
        path = rule.non_resource_urls[0].removesuffix("*") or "/"
        yield Question(user="", verb=_verb(rule), path=path)


def _asker(subject: Subject) -> tuple[str, tuple[str, ...]]:
    if subject.kind == "Group":
        return "", (subject.name, EVERYBODY)
    return subject.name, (EVERYBODY,)


def _verb(rule: PolicyRule) -> str:
    """Return a change if there is one; of reading rather a list, which is a line that people run.

    A list of what has certain names only, or of a part of it, is none.
    """
    verb = next((verb for verb in rule.verbs if verb not in _READING), "")
    if verb == "*":
        return "get" if rule.non_resource_urls else "delete"
    listing = "list" in rule.verbs and not rule.resource_names
    return verb or ("list" if listing else rule.verbs[0])


def _resource(rule: PolicyRule) -> tuple[str, str, str]:
    """Return apiGroup, resource and subresource; `*` only in a group of which nothing is known."""
    usual = set(_EXAMPLES.values()).intersection(rule.resources)
    written, _, subresource = (min(usual) if usual else rule.resources[0]).partition("/")
    group = rule.api_groups[0]
    if group == "*":
        group = ""
    resource = _EXAMPLES.get(group, "*") if written == "*" else written
    return group, resource, subresource


def _common(question: Question) -> bool:
    """Whether every account may do that on a usual cluster, so that a yes says little."""
    return bool(question.path) or question.resource.startswith("selfsubject")


def _rank(question: Question) -> bool:
    return question.verb in _READING
