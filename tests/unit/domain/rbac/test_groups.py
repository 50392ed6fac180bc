"""What a group means: what all bindings that name it give."""

from daypass.domain.grant import Subject
from daypass.domain.rbac import PolicyRule
from daypass.domain.rbac.bindings import Binding
from daypass.domain.rbac.groups import bond, group_meanings
from daypass.domain.rbac.meaning import meaning
from daypass.domain.roles import RoleKind, RoleRef

OPS = Binding(
    name="ops",
    namespace="payments",
    role=RoleRef(name="reader", kind=RoleKind.ROLE),
    subjects=(Subject(kind="Group", name="ops"), Subject(name="ops-user")),
)
ROLES = {"Role/payments/reader": meaning((PolicyRule(verbs=("get",), resources=("pods",)),))}


def test_group_is_there_when_a_binding_names_it() -> None:
    """A user of that name is no group."""
    found = dict(group_meanings({"ops": [bond(OPS)], "none": []}, ROLES))
    assert found.keys() == {"Group/ops"}


def test_group_means_something_else_when_its_role_appears() -> None:
    """A binding to a role that is not there gives nothing, until somebody makes the role."""
    assert dict(group_meanings({"ops": [bond(OPS)]}, {})) != dict(
        group_meanings({"ops": [bond(OPS)]}, ROLES)
    )


def test_bond_names_binding_and_role_as_snapshots_do() -> None:
    """By kind, namespace and name."""
    wide = Binding(name="a:b", role=RoleRef(name="view"), subjects=())
    assert [(bond(one).binding, bond(one).role) for one in (OPS, wide)] == [
        ("RoleBinding/payments/ops", "Role/payments/reader"),
        ("ClusterRoleBinding/a:b", "ClusterRole/view"),
    ]
