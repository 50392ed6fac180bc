"""Static objects, as an administrator applies them: accounts and their rights. Pure.

Marked part-of, never managed-by: that label marks leases' objects, which reconcile removes.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from daypass.adapters.kubernetes.manifests import RBAC_GROUP

NAMESPACE: Final = "daypass"
LABELS: Final = {"app.kubernetes.io/part-of": "daypass"}
SWITCH: Final = "daypass-deadman-"
"""How all of a dead man's switch begins; its install follows."""

Manifest = dict[str, Any]


def account(install: str) -> str:
    """Name the grants worker's account: each install on a cluster has its own."""
    return f"daypass-worker-{install}"


def switch_account(install: str) -> str:
    """Name the account of an install's dead man's switch."""
    return f"{SWITCH}{install}"


def username(account: str) -> str:
    """Return the name by which the API server knows an account of ours."""
    return f"system:serviceaccount:{NAMESPACE}:{account}"


def bound(role: Manifest, account: str) -> Iterator[Manifest]:
    """Return a role, and the binding of the same name that gives it to an account of ours."""
    yield role
    name, namespace = role["metadata"]["name"], role["metadata"].get("namespace", "")
    yield {
        **bare(f"{RBAC_GROUP}/v1", f"{role['kind']}Binding", name, namespace=namespace),
        "roleRef": {"apiGroup": RBAC_GROUP, "kind": role["kind"], "name": name},
        "subjects": [{"kind": "ServiceAccount", "name": account, "namespace": NAMESPACE}],
    }


def role(kind: str, name: str, rules: list[Manifest], *, namespace: str = "") -> Manifest:
    """Return a Role or ClusterRole."""
    return {**bare(f"{RBAC_GROUP}/v1", kind, name, namespace=namespace), "rules": rules}


def bare(version: str, kind: str, name: str, *, namespace: str = "") -> Manifest:
    """Return what every object begins with."""
    metadata: Manifest = {"name": name}
    if namespace:
        metadata["namespace"] = namespace
    metadata["labels"] = dict(LABELS)
    return {"apiVersion": version, "kind": kind, "metadata": metadata}


def rule(
    group: str, resources: list[str], verbs: list[str], *, names: Sequence[str] = ()
) -> Manifest:
    """Return a rule; with `names` for objects of these names only."""
    made: Manifest = {"apiGroups": [group], "resources": list(resources)}
    if names:
        made["resourceNames"] = list(names)
    return {**made, "verbs": list(verbs)}
