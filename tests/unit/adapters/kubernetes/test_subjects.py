"""Whom a binding binds is what RBAC takes it for, and what its MAC is about."""

from copy import deepcopy
from dataclasses import replace
from typing import Any

from daypass.adapters.kubernetes.manifests import binding, found
from daypass.domain.grant import MAC, GrantObject, Subject, seal, sealed_by
from tests.builders import KEY
from tests.unit.adapters.kubernetes.served import PLANNED


def read(*subjects: dict[str, str]) -> GrantObject:
    """Return what is read of a binding of ours for `sso/alice` that somebody gave other subjects.

    They changed nothing else: its MAC is what it was.
    """
    bare = replace(PLANNED, subjects=(Subject(name="sso/alice"),))
    mac = seal(bare, cluster="prod", key=KEY)
    made = replace(bare, annotations={**bare.annotations, MAC: mac})
    manifest: dict[str, Any] = deepcopy(dict(binding(made)))
    manifest["metadata"]["uid"] = "u-1"
    manifest["subjects"] = [{**manifest["subjects"][0], **one} for one in subjects]
    return found("RoleBinding", manifest)


def test_a_user_of_another_name_is_not_who_was_sealed() -> None:
    """Kubernetes takes any namespace beside a user and looks at the name alone: law 1."""
    assert sealed_by(read({}), cluster="prod", key=KEY)
    other = read({"name": "alice", "namespace": "sso"})
    assert other.subjects == (Subject(name="alice"),)
    assert not sealed_by(other, cluster="prod", key=KEY)


def test_a_namespace_beside_a_user_changes_nothing() -> None:
    """Nobody else is bound by it."""
    assert sealed_by(read({"namespace": "payments"}), cluster="prod", key=KEY)


def test_an_account_is_of_its_namespace() -> None:
    """Two of one name are two."""
    account = read({"kind": "ServiceAccount", "name": "builder", "namespace": "payments"})
    assert account.subjects == (Subject(kind="ServiceAccount", name="payments/builder"),)
