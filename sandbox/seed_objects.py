"""The objects that a sandbox cluster starts with, as manifests; pure.

There is no kubelet: nodes, and pods that run on them, are pictures that `kubectl get` shows.
"""

from typing import Final

from sandbox.cluster.api import Manifest

PODS: Final = {
    "payments": ("payments-api-5c9f7", "payments-api-8d2kx", "ledger-0"),
    "checkout": ("checkout-web-7b4cq", "cart-6f8zn"),
    "team-a": ("crawler-0",),
    "team-b": ("reports-9x2lm",),
}
NAMESPACES: Final = tuple(PODS)
NODES: Final = ("node-1", "node-2")
PLATFORM_ADMINS: Final = "platform-admins"
DEBUGGERS: Final = "debuggers"
ONCALL: Final = "oncall"
APPROVERS: Final = ("bob@example.com", "dan@example.com")

_RBAC: Final = "rbac.authorization.k8s.io"
_IMAGE: Final = "registry.example.com/app:1"
_SINCE: Final = "2026-01-05T09:00:00Z"  # Some time ago, as if they had run for long.


def seeded_objects() -> list[Manifest]:
    """Namespaces, nodes, pods, and the roles that the example catalog speaks of."""
    return [
        *({"apiVersion": "v1", "kind": "Namespace", **_named(name)} for name in NAMESPACES),
        *({"apiVersion": "v1", "kind": "Node", **_named(name)} for name in NODES),
        *(_pod(name, namespace) for namespace, names in PODS.items() for name in names),
        *_group_with_role(PLATFORM_ADMINS, "platform-admin-duties", _platform_admin_rules()),
        *_group_with_role(DEBUGGERS, "debugger-duties", _debugger_rules()),
        *_oncall(),
        _log_reader(),
        *_auditors(),
    ]


def seeded_statuses() -> list[Manifest]:
    """What kubelets would say of the nodes and pods."""
    nodes = [_node_status(name) for name in NODES]
    pods = [(name, namespace) for namespace, names in PODS.items() for name in names]
    return nodes + [
        _pod_status(name, namespace, f"10.244.0.{number}")
        for number, (name, namespace) in enumerate(pods, start=10)
    ]


def _named(name: str, namespace: str | None = None) -> Manifest:
    return {"metadata": {"name": name} | ({"namespace": namespace} if namespace else {})}


def _pod(name: str, namespace: str) -> Manifest:
    spec = {
        "nodeName": NODES[len(name) % len(NODES)],
        "containers": [{"name": "app", "image": _IMAGE}],
        "terminationGracePeriodSeconds": 0,  # A deleted one goes at once: no kubelet confirms it.
    }
    return {"apiVersion": "v1", "kind": "Pod", **_named(name, namespace), "spec": spec}


def _pod_status(name: str, namespace: str, address: str) -> Manifest:
    container = {
        "name": "app",
        "image": _IMAGE,
        "imageID": "",
        "ready": True,
        "restartCount": 0,
        "state": {"running": {"startedAt": _SINCE}},
    }
    status = {
        "phase": "Running",
        "podIP": address,
        "podIPs": [{"ip": address}],
        "conditions": [{"type": "Ready", "status": "True"}],
        "containerStatuses": [container],
    }
    return {"apiVersion": "v1", "kind": "Pod", **_named(name, namespace), "status": status}


def _node_status(name: str) -> Manifest:
    status = {"conditions": [{"type": "Ready", "status": "True", "reason": "Sandbox"}]}
    return {"apiVersion": "v1", "kind": "Node", **_named(name), "status": status}


def _group_with_role(group: str, role: str, rules: list[Manifest]) -> list[Manifest]:
    """A ClusterRole and its binding to a group that nobody is in: access to it is asked for."""
    version = f"{_RBAC}/v1"
    subject = {"kind": "Group", "name": group, "apiGroup": _RBAC}
    return [
        {"apiVersion": version, "kind": "ClusterRole", **_named(role), "rules": rules},
        {
            "apiVersion": version,
            "kind": "ClusterRoleBinding",
            **_named(group),
            "roleRef": {"apiGroup": _RBAC, "kind": "ClusterRole", "name": role},
            "subjects": [subject],
        },
    ]


def _platform_admin_rules() -> list[Manifest]:
    return [
        _rule(("nodes", "namespaces"), ("get", "list", "watch")),
        _rule(("pods",), ("get", "list", "watch", "delete")),
    ]


def _debugger_rules() -> list[Manifest]:
    return [_rule(("pods", "pods/log", "events"), ("get", "list", "watch"))]


def _auditors() -> list[Manifest]:
    """Let approvers look at bindings: `kubectl get rolebinding -o yaml` shows a lease's marks."""
    version = f"{_RBAC}/v1"
    rules = [_rule(("rolebindings", "clusterrolebindings"), ("get", "list"), group=_RBAC)]
    subjects = [{"kind": "User", "name": name, "apiGroup": _RBAC} for name in APPROVERS]
    return [
        {"apiVersion": version, "kind": "ClusterRole", **_named("binding-reader"), "rules": rules},
        {
            "apiVersion": version,
            "kind": "ClusterRoleBinding",
            **_named("binding-readers"),
            "roleRef": {"apiGroup": _RBAC, "kind": "ClusterRole", "name": "binding-reader"},
            "subjects": subjects,
        },
    ]


def _oncall() -> list[Manifest]:
    """Bind a group everywhere and in a namespace."""
    subject = {"kind": "Group", "name": ONCALL, "apiGroup": _RBAC}
    places = (
        ("ClusterRoleBinding", None, "debugger-duties"),
        ("RoleBinding", "payments", "view"),
    )
    return [
        {
            "apiVersion": f"{_RBAC}/v1",
            "kind": kind,
            **_named(ONCALL, namespace),
            "roleRef": {"apiGroup": _RBAC, "kind": "ClusterRole", "name": role},
            "subjects": [subject],
        }
        for kind, namespace, role in places
    ]


def _log_reader() -> Manifest:
    rules = [_rule(("pods", "pods/log"), ("get", "list"))]
    return {
        "apiVersion": f"{_RBAC}/v1",
        "kind": "Role",
        **_named("log-reader", "payments"),
        "rules": rules,
    }


def _rule(resources: tuple[str, ...], verbs: tuple[str, ...], *, group: str = "") -> Manifest:
    return {"apiGroups": [group], "resources": list(resources), "verbs": list(verbs)}
