"""What people say to kubectl, as access reviews ask it."""

from typing import Any

import pytest

from daypass.domain.kubectl import asked, groups_of, written
from daypass.domain.rbac import PolicyRule
from daypass.domain.review import Question

CASES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("pods", {"resource": "pods"}),
    ("po", {"resource": "pods"}),
    ("Pod", {"resource": "pods"}),
    ("deploy", {"resource": "deployments", "group": "apps"}),
    ("deployments.apps", {"resource": "deployments", "group": "apps"}),
    ("deployments.v1.apps", {"resource": "deployments", "group": "apps"}),
    ("deploy/web", {"resource": "deployments", "group": "apps", "name": "web"}),
    ("ingress", {"resource": "ingresses", "group": "networking.k8s.io"}),
    ("networkpolicy", {"resource": "networkpolicies", "group": "networking.k8s.io"}),
    ("endpoints", {"resource": "endpoints"}),
    ("lease", {"resource": "leases", "group": "coordination.k8s.io"}),
    ("pods/log", {"resource": "pods", "subresource": "log"}),
    ("pods/web", {"resource": "pods", "name": "web"}),
    ("pods/log/", {"resource": "pods", "name": "log"}),
    ("svc/proxy/", {"resource": "services", "name": "proxy"}),
    ("ns/a", {"resource": "namespaces", "name": "a", "namespace": "a"}),
    (
        "ns/a/status",
        {"resource": "namespaces", "name": "a", "namespace": "a", "subresource": "status"},
    ),
    ("pods/web/log", {"resource": "pods", "name": "web", "subresource": "log"}),
    ("deploy/scale", {"resource": "deployments", "group": "apps", "subresource": "scale"}),
    ("secrets/log", {"resource": "secrets", "name": "log"}),
    ("widgets.example.com/a", {"resource": "widgets", "group": "example.com", "name": "a"}),
    ("deployments.example.com", {"resource": "deployments", "group": "example.com"}),
    ("*", {"resource": "*"}),
    ("/healthz", {"path": "/healthz"}),
)


@pytest.mark.parametrize(("what", "expected"), CASES)
def test_asked_reads_what_kubectl_takes(what: str, expected: dict[str, Any]) -> None:
    """Short names, kinds, groups, versions, names, subresources, paths."""
    found = asked("GET", what)
    assert found.question == Question(user="", verb="get", **expected)
    assert found.known


def test_asked_takes_a_subresource_for_itself_as_kubectl_has_it() -> None:
    """Then what follows the slash is a name, even one that could be a part."""
    found = asked("get", "pods/log", subresource="exec").question
    assert (found.name, found.subresource) == ("log", "exec")


def test_asked_leaves_the_namespace_out_where_nothing_is_in_one() -> None:
    """Nodes are of the cluster, paths of the server."""
    assert asked("get", "po", namespace="a").question.namespace == "a"
    nodes = asked("get", "no", namespace="a")
    assert (nodes.question.namespace, nodes.namespaced) == ("", False)
    assert not asked("get", "/metrics", namespace="a").namespaced


def test_asked_knows_no_group_of_what_is_not_kubernetes_own() -> None:
    """It may be any: roles of the cluster may name it."""
    found = asked("get", "widgets")
    assert (found.known, found.question.group, found.namespaced) == (False, "", True)


def test_groups_are_those_that_rules_name_with_a_resource() -> None:
    """Also by a part of it; a star names none."""
    rules = (
        PolicyRule(verbs=("get",), api_groups=("b", "*"), resources=("widgets/status", "x")),
        PolicyRule(verbs=("get",), api_groups=("a",), resources=("widgets",)),
        PolicyRule(verbs=("get",), api_groups=("c",), resources=("widgetsets", "*")),
    )
    assert groups_of("widgets", rules) == ("a", "b")


def test_asked_has_a_namespace_in_itself_but_not_what_is_done_with_many() -> None:
    """So the API server asks its authorizers, and names it in its refusals."""
    one = asked("get", "namespaces/payments", namespace="other")
    assert (one.question.namespace, one.namespaced) == ("payments", True)
    for verb in ("create", "list", "watch", "deletecollection"):
        many = asked(verb, "namespaces/payments", namespace="other")
        assert (many.question.namespace, many.namespaced) == ("", False)


@pytest.mark.parametrize(
    "what",
    ["pods", "deployments.apps/web", "/healthz", "pods/web", "services/proxy/", "secrets/log"],
)
def test_written_is_read_back(what: str) -> None:
    """What we print can be typed."""
    assert written(asked("get", what).question) == what
