"""The line to try, run with kubectl by whoever holds such a role on a real cluster."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from daypass.domain.rbac import PolicyRule
from tests.lines import KINDS, line_to_try
from tests.whole import Whole

pytestmark = pytest.mark.real

RBAC = "/apis/rbac.authorization.k8s.io/v1"
NAME = "line-to-try"


@pytest.mark.parametrize("kind", KINDS)
def test_line_to_try_works(whole: Whole, kind: str) -> None:
    """Refused before, served with the role alone: no error and no `no`."""
    rule, namespace = KINDS[kind]
    *_, line = line_to_try(rule, namespace)
    assert whole.kubectl(line).returncode != 0
    with bound(whole, rule, namespace):
        whole.until(lambda: whole.kubectl(line).returncode == 0, f"{line} works")


@contextmanager
def bound(whole: Whole, rule: PolicyRule, namespace: str) -> Iterator[None]:
    """Give alice a role of that rule, as an administrator would."""
    admin = whole.prod.admin()
    place = f"{RBAC}/namespaces/{namespace}/rolebindings" if namespace else None
    place = place or f"{RBAC}/clusterrolebindings"
    written = {
        "verbs": list(rule.verbs),
        "apiGroups": list(rule.api_groups),
        "resources": list(rule.resources),
        "resourceNames": list(rule.resource_names),
        "nonResourceURLs": list(rule.non_resource_urls),
    }
    named = {"apiVersion": RBAC.removeprefix("/apis/"), "metadata": {"name": NAME}}
    rules = [{key: value for key, value in written.items() if value}]
    admin.post(f"{RBAC}/clusterroles", {**named, "kind": "ClusterRole", "rules": rules})
    try:
        subject = {"kind": "User", "name": "alice@example.com"}
        role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": NAME}
        kind = "RoleBinding" if namespace else "ClusterRoleBinding"
        admin.post(place, {**named, "kind": kind, "subjects": [subject], "roleRef": role})
        try:
            yield
        finally:
            admin.delete(f"{place}/{NAME}")
    finally:
        admin.delete(f"{RBAC}/clusterroles/{NAME}")
