"""What is new, line by line and in words, what tells most first."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from daypass.domain.rbac.gain import Gain
from daypass.domain.rbac.reach import Reach, by_resource
from daypass.domain.rbac.risk import Risk, risks
from daypass.domain.rbac.rules import ANY, PolicyRule
from daypass.domain.reasons import either

_READING: Final = frozenset({"get", "list", "watch"})
_WRITING: Final = frozenset({"create", "update", "patch"})
_DELETING: Final = frozenset({"delete", "deletecollection"})
_WORDS: Final = (("read", _READING), ("delete", _DELETING))
_OWN: Final = frozenset(
    {
        *(ANY, *_READING, *_WRITING, *_DELETING),
        *("impersonate", "escalate", "bind", "approve", "sign", "attest", "use", "proxy"),
    }
)
"""Verbs that Kubernetes itself asks for. Whoever may write a role makes up as many others as they
like: those come last, and are counted where they would push out what the line is about."""
_OTHERS: Final = 60
"""Characters of other verbs in one line."""
_RANK: Final = {risk: number for number, risk in enumerate(Risk)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What may be done with one resource, or on one path, in the same namespaces."""

    rule: PolicyRule
    namespaces: tuple[str, ...]

    @property
    def done(self) -> str:
        """Say what may be done: `read`, `do anything with`."""
        return either(list(_done(self.rule.verbs)), "and")

    @property
    def about(self) -> str:
        """Say with what: `secrets`, `deployments.apps named web`, as it was read."""
        if self.rule.non_resource_urls:
            return self.rule.non_resource_urls[0]
        only = f" named {self.rule.resource_names[0]}" if self.rule.resource_names else ""
        return f"{_what(self.rule.api_groups[0], self.rule.resources[0])}{only}"


def lines(gain: Gain) -> tuple[Line, ...]:
    """Return everything that is new: first what leads furthest, then what changes something."""
    found = (
        Line(rule=rule, namespaces=part.namespaces)
        for part in gain.parts
        for rule in _rules(part.reach)
    )
    return tuple(sorted(found, key=_rank))


def _rules(there: Reach) -> Iterator[PolicyRule]:
    for (group, resource, name), verbs in by_resource(there).items():
        yield PolicyRule(
            verbs=verbs,
            api_groups=(group,),
            resources=(resource,),
            resource_names=(name,) if name else (),
        )
    for one in there.permissions:
        if one.path:
            yield PolicyRule(verbs=(one.verb,), api_groups=(), non_resource_urls=(one.path,))


def _rank(line: Line) -> tuple[object, ...]:
    rule = line.rule
    worst = min((_RANK[risk] for risk in risks([rule])), default=len(_RANK))
    reads = _READING.issuperset(rule.verbs)
    return (
        worst, reads, bool(rule.resource_names), bool(rule.non_resource_urls), rule.api_groups,
        rule.resources, rule.resource_names, rule.non_resource_urls, line.namespaces, rule.verbs,
    )  # fmt: skip


def _done(verbs: Sequence[str]) -> Iterable[str]:
    """Put verbs into fewer words; each that they stand for one of is said by them."""
    if ANY in verbs:
        return ("do anything with",)
    left = set(verbs)
    said = [word for word, meant in _WORDS if left & meant]
    left -= _READING | _DELETING
    if left >= _WRITING:
        said.insert(0, "write")
        left -= _WRITING
    said.sort(key=("write", "delete", "read").index)
    return (*sorted(left & _OWN), *said, *_others(sorted(left - _OWN)))


def _others(verbs: Sequence[str]) -> Sequence[str]:
    """Name verbs that are not Kubernetes' own; count them where they are too many or too long."""
    if len(", ".join(verbs)) <= _OTHERS:
        return verbs
    return (f"{len(verbs)} other verb{'' if len(verbs) == 1 else 's'}",)


def own_first(verbs: Sequence[str]) -> Sequence[str]:
    """Return verbs with Kubernetes' own first: a line that is cut loses what means least."""
    return sorted(verbs, key=lambda verb: verb not in _OWN)


def _what(group: str, resource: str) -> str:
    """Name a resource with its group; a star is everything, or that part of everything."""
    of = f".{group}" if group not in ("", ANY) else ""
    if resource == ANY:
        return f"everything of {group}" if of else "everything" if group else "everything of core"
    if resource.startswith(f"{ANY}/"):
        return f"{resource.removeprefix(f'{ANY}/')} of everything{f' of {group}' if of else ''}"
    return f"{resource}{of}"
