"""What a picture keeps of a thing: a binding finds its role, whatever either is called."""

import pytest

from daypass.adapters.kubernetes.picturing import read
from daypass.domain.picture import Entry, Kind
from daypass.domain.rbac.bindings import because
from daypass.domain.review import Question

READS = {"verbs": ["get"], "apiGroups": [""], "resources": ["secrets"]}
ALICE = {"kind": "User", "name": "alice@example.com"}
ASKED = Question(user="alice@example.com", verb="get", resource="secrets", namespace="a")


def role(name: str, *rules: object) -> Entry:
    """Return what is kept of a Role in the namespace."""
    found = read(Kind.ROLE, {"metadata": {"namespace": "a", "name": name}, "rules": rules})
    assert found is not None
    return found


@pytest.mark.parametrize("name", ["r" * 254, "r" * 600, "é" * 190_000, "view"])
def test_binding_finds_its_role_whatever_that_is_called(name: str) -> None:
    """Also beside another that begins alike and allows nothing: nobody hides a right by a name."""
    ref = {"kind": "Role", "name": name}
    made = {"metadata": {"namespace": "a", "name": "odd"}, "roleRef": ref, "subjects": [ALICE]}
    bound = read(Kind.ROLE_BINDING, made)
    assert bound is not None
    assert bound.binding is not None
    there = {one.key: one.rules for one in (role(name, READS), role(f"{name}s"))}
    assert because(ASKED, [bound.binding], there) is not None
    assert max(map(len, there)) < 300


def bound_to(subject: object, **place: str) -> object:
    """Return whom a picture shows as bound."""
    made = {
        "metadata": {"name": "b", **place},
        "roleRef": {"kind": "ClusterRole", "name": "view"},
        "subjects": [subject],
    }
    entry = read(Kind.ROLE_BINDING, made)
    assert entry is not None
    return [(one.kind, one.name) for one in entry.subjects]


def test_namespace_of_a_subject_counts_as_it_does_for_rbac() -> None:
    """A user or a group has none, whatever stands there; an account without one is at home."""
    for kind in ("User", "Group"):
        assert bound_to({"kind": kind, "name": "a", "namespace": "x"}, namespace="pay") == [
            (kind, "a")
        ]
    account = {"kind": "ServiceAccount", "name": "a"}
    assert bound_to(account, namespace="pay") == [("ServiceAccount", "pay/a")]
    assert bound_to({**account, "namespace": "x"}, namespace="pay") == [("ServiceAccount", "x/a")]
    assert bound_to(account) == [("ServiceAccount", "a")]
