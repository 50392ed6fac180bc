"""How the API server's RBAC authorizer answers, and the words in which it says why."""

import json
from collections.abc import Sequence

from daypass.domain.grant import GrantObject
from daypass.domain.rbac import PolicyRule
from daypass.domain.rbac.bindings import Binding, Bound, because
from daypass.domain.review import Question


def reason(found: GrantObject, rules: Sequence[PolicyRule], question: Question) -> str:
    """Return the server's reason where `found` makes the answer yes, else nothing."""
    binding = as_binding(found)
    bound = because(question, (binding,), {binding.role_key: rules})
    return _said(bound) if bound else ""


def as_binding(found: GrantObject) -> Binding:
    """Return what an object is to RBAC, whosever it is."""
    return Binding(
        name=found.ref.name,
        namespace=found.ref.namespace,
        role=found.role,
        subjects=found.subjects,
    )


def role_key(found: GrantObject) -> str:
    """Name the role of a binding as a snapshot does."""
    return as_binding(found).role_key


def _said(bound: Bound) -> str:
    binding, subject = bound.binding, bound.subject
    place = f"/{binding.namespace}" if binding.namespace else ""
    return (
        f"RBAC: allowed by {binding.kind} {json.dumps(binding.name + place)} "
        f"of {binding.role.kind} {json.dumps(binding.role.name)} "
        f"to {subject.kind} {json.dumps(subject.name)}"
    )
