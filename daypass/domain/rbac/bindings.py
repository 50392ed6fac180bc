"""Who may do what on a cluster: its bindings and roles, asked as the API server asks them.

Kubernetes' pkg/registry/rbac/validation/rule.go, `VisitRulesFor`: bindings of the whole cluster
first, then those of the namespace; a missing role is passed over; the first rule that fits decides.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from daypass.domain.grant import Subject
from daypass.domain.rbac.rules import PolicyRule, allows
from daypass.domain.review import Question
from daypass.domain.roles import RoleKind, RoleRef

Roles = Mapping[str, Sequence[PolicyRule]]
"""Rules by role: `ClusterRole/view`, `Role/payments/log-reader`."""


def key_of(kind: str, namespace: str, name: str) -> str:
    """Name a thing by kind, place and name, as snapshots and pictures do: `ClusterRole/view`."""
    return f"{kind}/{namespace}/{name}" if namespace else f"{kind}/{name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """A RoleBinding, or without a namespace a ClusterRoleBinding, anybody's."""

    name: str
    namespace: str = ""
    role: RoleRef
    subjects: tuple[Subject, ...]

    @property
    def kind(self) -> str:
        """Kubernetes' name for it."""
        return "RoleBinding" if self.namespace else "ClusterRoleBinding"

    @property
    def key(self) -> str:
        """Its own key, as `Entry.key` has it."""
        return key_of(self.kind, self.namespace, self.name)

    @property
    def named(self) -> tuple[tuple[str, str], ...]:
        """Whom it binds, by kind and name."""
        return tuple((one.kind, one.name) for one in self.subjects)

    @property
    def role_key(self) -> str:
        """The role as `Roles` has it: a Role is one of the binding's own namespace."""
        place = self.namespace if self.role.kind is RoleKind.ROLE else ""
        return key_of(self.role.kind, place, self.role.name)

    def reaches(self, question: Question) -> bool:
        """Whether it counts where the question is asked; a path is in no namespace."""
        return not self.namespace or (self.namespace == question.namespace and not question.path)

    def subject_of(self, question: Question) -> Subject | None:
        """Return the first of its subjects that is who asks."""
        return next((one for one in self.subjects if is_asker(one, question)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """Why the answer is yes."""

    binding: Binding
    subject: Subject


def because(question: Question, bindings: Sequence[Binding], roles: Roles) -> Bound | None:
    """Return the first binding that allows what is asked; None where RBAC does not."""
    return next(every_reason(question, bindings, roles), None)


def every_reason(question: Question, bindings: Sequence[Binding], roles: Roles) -> Iterator[Bound]:
    """Yield every binding that allows what is asked, those of the whole cluster first."""
    for bound in _bound(question, bindings):
        if any(allows(rule, question) for rule in roles.get(bound.binding.role_key, ())):
            yield bound


def rules_for(
    question: Question, bindings: Sequence[Binding], roles: Roles
) -> Iterator[PolicyRule]:
    """Return every rule that holds for who asks, where they ask, whatever it is about."""
    for bound in _bound(question, bindings):
        yield from roles.get(bound.binding.role_key, ())


def is_asker(subject: Subject, question: Question) -> bool:
    """Whether `subject` is who asks; a ServiceAccount, `namespace/name`, is a user of that name."""
    if subject.kind == "Group":
        return subject.name in question.groups
    if subject.kind == "ServiceAccount":
        namespace, _, name = subject.name.partition("/")
        return (
            bool(namespace and name)
            and question.user == f"system:serviceaccount:{namespace}:{name}"
        )
    return subject.kind == "User" and subject.name == question.user


def _bound(question: Question, bindings: Sequence[Binding]) -> Iterator[Bound]:
    for binding in sorted(bindings, key=lambda one: bool(one.namespace)):
        subject = binding.subject_of(question) if binding.reaches(question) else None
        if subject is not None:
            yield Bound(binding=binding, subject=subject)
