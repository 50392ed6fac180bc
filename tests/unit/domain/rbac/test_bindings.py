"""Who is allowed what by whom: bindings asked as the API server asks them."""

import pytest

from daypass.domain.grant import Subject
from daypass.domain.rbac import PolicyRule
from daypass.domain.rbac.bindings import Binding, because, is_asker, rules_for
from daypass.domain.review import Question
from daypass.domain.roles import RoleKind, RoleRef

READ = PolicyRule(verbs=("get",), resources=("pods",))
HEALTH = PolicyRule(verbs=("get",), api_groups=(), non_resource_urls=("/healthz",))
ROLES = {"ClusterRole/view": (READ, HEALTH), "Role/one/view": (READ,)}
ALICE = Subject(name="alice")
QUESTION = Question(user="alice", verb="get", resource="pods", namespace="one")


def a_binding(name: str, namespace: str = "", **role: str) -> Binding:
    """Return a binding of alice to `view`."""
    kind = RoleKind(role.get("kind", "ClusterRole"))
    return Binding(
        name=name,
        namespace=namespace,
        role=RoleRef(name=role.get("role", "view"), kind=kind),
        subjects=(ALICE,),
    )


def test_binding_of_the_whole_cluster_is_named_before_one_of_the_namespace() -> None:
    """That is the order in which the server looks."""
    bindings = (a_binding("inside", "one"), a_binding("whole"))
    found = because(QUESTION, bindings, ROLES)
    assert found is not None
    assert (found.binding.name, found.subject) == ("whole", ALICE)


@pytest.mark.parametrize(
    "binding",
    [
        pytest.param(a_binding("b", "two"), id="of another namespace"),
        pytest.param(a_binding("b", role="missing"), id="to a role that is not there"),
        pytest.param(a_binding("b", "two", kind="Role"), id="to a Role of another namespace"),
    ],
)
def test_binding_allows_nothing_when_it_does_not_reach(binding: Binding) -> None:
    """A missing role and another namespace are passed over."""
    assert because(QUESTION, (binding,), ROLES) is None


def test_binding_of_a_namespace_allows_no_path() -> None:
    """A path is in no namespace, whatever the role says."""
    path = Question(user="alice", verb="get", path="/healthz", namespace="one")
    assert because(path, (a_binding("b", "one"),), ROLES) is None
    assert because(path, (a_binding("b"),), ROLES) is not None


@pytest.mark.parametrize(
    ("subject", "asks"),
    [
        (ALICE, True),
        (Subject(name="Alice"), False),
        (Subject(kind="Group", name="dev"), True),
        (Subject(kind="Group", name="Dev"), False),
        (Subject(kind="Robot", name="alice"), False),
        (Subject(kind="ServiceAccount", name="one/robot"), False),
        (Subject(kind="ServiceAccount", name="robot"), False),
    ],
    ids=str,
)
def test_subject_is_who_asks_by_the_letter(subject: Subject, asks: bool) -> None:  # noqa: FBT001
    """Names are compared as the server does: no capital is folded."""
    question = Question(user="alice", groups=("dev",), verb="get", resource="pods")
    assert is_asker(subject, question) is asks


def test_service_account_is_the_user_of_its_name() -> None:
    """So it is for the server."""
    question = Question(user="system:serviceaccount:one:robot", verb="get", resource="pods")
    assert is_asker(Subject(kind="ServiceAccount", name="one/robot"), question)
    assert not is_asker(Subject(kind="ServiceAccount", name="two/robot"), question)


def test_rules_for_gathers_what_holds_for_who_asks() -> None:
    """All of it, where they ask, and nothing of what is bound elsewhere."""
    bindings = (a_binding("whole"), a_binding("inside", "one", kind="Role"), a_binding("x", "two"))
    assert tuple(rules_for(QUESTION, bindings, ROLES)) == (READ, HEALTH, READ)
