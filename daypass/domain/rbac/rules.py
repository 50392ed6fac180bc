"""One rule of a role, and whether it allows what is asked, as the API server's own code decides.

Kubernetes' pkg/apis/rbac/v1/evaluation_helpers.go, `RuleAllows`.
"""

from dataclasses import dataclass
from typing import Final

from daypass.domain.review import Question

ANY: Final = "*"
"""Every verb, every group, every resource with all that is under it."""
_NAMED: Final = 80
"""Characters of the names of a rule's fields, which are written down with each rule."""
_QUOTED: Final = 4
"""Characters around a word; an empty one has them, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRule:
    """One rule of a Role or ClusterRole, in Kubernetes' own words."""

    verbs: tuple[str, ...]
    api_groups: tuple[str, ...] = ("",)
    resources: tuple[str, ...] = ()
    resource_names: tuple[str, ...] = ()
    non_resource_urls: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[tuple[str, ...], ...]:
        """All that it says, field by field."""
        return (
            self.verbs,
            self.api_groups,
            self.resources,
            self.resource_names,
            self.non_resource_urls,
        )

    @property
    def length(self) -> int:
        """Count its characters as it is written down: thousands of empty words are not nothing."""
        return _NAMED + sum(len(word) + _QUOTED for words in self.words for word in words)


def allows(rule: PolicyRule, question: Question) -> bool:
    """Whether one rule allows what is asked."""
    if question.verb not in rule.verbs and ANY not in rule.verbs:
        return False
    if question.path:
        return any(covers_path(url, question.path) for url in rule.non_resource_urls)
    named = not rule.resource_names or question.name in rule.resource_names
    grouped = question.group in rule.api_groups or ANY in rule.api_groups
    return named and grouped and not _patterns(question).isdisjoint(rule.resources)


def patterns(resource: str) -> tuple[str, ...]:
    """Return what a rule may say to cover `pods` or `pods/log`: itself, or a star for it."""
    _, _, subresource = resource.partition("/")
    return (resource, ANY, f"*/{subresource}") if subresource else (resource, ANY)


def covers_path(url: str, path: str) -> bool:
    """Whether a rule's `url`, which may end in stars, covers `path`."""
    return url == path or (url.endswith(ANY) and path.startswith(url.rstrip(ANY)))


def _patterns(question: Question) -> set[str]:
    place = f"/{question.subresource}" if question.subresource else ""
    return set(patterns(f"{question.resource}{place}"))
