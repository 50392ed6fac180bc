"""Names that are as much as cluster-admin under another name are never granted."""

import pytest

from daypass.domain.forbidden import forbidden_name, forbidden_role
from daypass.domain.roles import RoleRef


def test_forbidden_name_covers_kubeadm() -> None:
    """Kubeadm binds its group to cluster-admin since Kubernetes 1.29."""
    assert forbidden_name("kubeadm:cluster-admins")


@pytest.mark.parametrize("name", ["daypass-worker-main", "daypass-worker-main-bind"])
def test_forbidden_role_covers_our_own(name: str) -> None:
    """Whoever held the worker's rights could grant without a lease (law 1)."""
    assert forbidden_role(RoleRef(name=name))
