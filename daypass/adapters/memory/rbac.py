"""How the API server's RBAC authorizer decides, and the words in which it says why."""

import json
from collections.abc import Sequence

from daypass.domain.grant import GrantObject, Subject
from daypass.domain.rbac import PolicyRule
from daypass.domain.review import Question


def because(found: GrantObject, rules: Sequence[PolicyRule], question: Question) -> str:
    """Return the server's reason where `found` makes the answer yes, else nothing."""
    if found.ref.namespace and (found.ref.namespace != question.namespace or question.path):
        return ""
    subject = next((s for s in found.subjects if _is_asker(s, question)), None)
    if subject is None or not any(allows(rule, question) for rule in rules):
        return ""
    place = f"/{found.ref.namespace}" if found.ref.namespace else ""
    return (
        f"RBAC: allowed by {found.ref.kind} {json.dumps(found.ref.name + place)} "
        f"of {found.role.kind} {json.dumps(found.role.name)} "
        f"to {subject.kind} {json.dumps(subject.name)}"
    )


def allows(rule: PolicyRule, question: Question) -> bool:
    """Whether one rule allows what is asked."""
    if question.verb not in rule.verbs and "*" not in rule.verbs:
        return False
    if question.path:
        return any(_covers_path(url, question.path) for url in rule.non_resource_urls)
    return _covers_resource(rule, question)


def _covers_resource(rule: PolicyRule, question: Question) -> bool:
    named = not rule.resource_names or question.name in rule.resource_names
    grouped = question.group in rule.api_groups or "*" in rule.api_groups
    asked = {"*", question.resource}
    if question.subresource:
        asked = {"*", f"{question.resource}/{question.subresource}", f"*/{question.subresource}"}
    return named and grouped and not asked.isdisjoint(rule.resources)


def _covers_path(url: str, path: str) -> bool:
    return url == path or (url.endswith("*") and path.startswith(url.removesuffix("*")))


def _is_asker(subject: Subject, question: Question) -> bool:
    if subject.kind == "Group":
        return subject.name in question.groups
    return subject.kind == "User" and subject.name == question.user
