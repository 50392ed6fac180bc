"""Roles of every kind, and the line that whoever holds one is told to try."""

from daypass.adapters.slack.views.lines import kubectl_lines
from daypass.domain.grant import GrantObject, Subject
from daypass.domain.lease import ObjectRef
from daypass.domain.rbac import PolicyRule, probes
from daypass.domain.roles import RoleRef
from daypass.domain.scope import CLUSTER_WIDE, within
from tests.builders import a_lease
from tests.unit.adapters.slack.examples import a_granted, a_scene

READ = ("get", "list", "watch")
KINDS = {
    "configmaps only": (PolicyRule(verbs=READ, resources=("configmaps",)), "payments"),
    "pods among others": (PolicyRule(verbs=READ, resources=("endpoints", "pods")), "payments"),
    "another group": (
        PolicyRule(verbs=READ, api_groups=("networking.k8s.io",), resources=("ingresses",)),
        "payments",
    ),
    "nodes, cluster-wide": (PolicyRule(verbs=READ, resources=("nodes",)), ""),
    "configmaps, cluster-wide": (PolicyRule(verbs=READ, resources=("configmaps",)), ""),
    "certain names": (
        PolicyRule(verbs=READ, resources=("configmaps",), resource_names=("kube-root-ca.crt",)),
        "payments",
    ),
    "no list": (PolicyRule(verbs=("get",), resources=("secrets",)), "payments"),
    "subresource": (PolicyRule(verbs=("get",), resources=("pods/log",)), "payments"),
    "create only": (PolicyRule(verbs=("create",), resources=("pods/exec",)), "payments"),
    "changes": (
        PolicyRule(verbs=(*READ, "patch"), api_groups=("apps",), resources=("deployments",)),
        "payments",
    ),
    "everything": (PolicyRule(verbs=("*",), api_groups=("*",), resources=("*",)), "payments"),
    "path": (PolicyRule(verbs=("get",), api_groups=(), non_resource_urls=("/metrics",)), ""),
    "paths": (PolicyRule(verbs=("*",), api_groups=(), non_resource_urls=("/logs/*",)), ""),
}


def line_to_try(rule: PolicyRule, namespace: str) -> tuple[str, ...]:
    """Return what a holder of a role of that rule reads, the line that lists all left out."""
    kind = "RoleBinding" if namespace else "ClusterRoleBinding"
    bound = GrantObject(
        ref=ObjectRef(kind=kind, namespace=namespace, name="b"),
        role=RoleRef(name="r"),
        subjects=(Subject(name="alice@example.com"),),
    )
    [proven] = probes(bound, [rule])
    scope = within(namespace) if namespace else CLUSTER_WIDE
    lease = a_granted(a_lease(scope=scope), proven=proven)
    return kubectl_lines(lease, a_scene())[:-1]
