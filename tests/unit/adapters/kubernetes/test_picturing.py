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
