"""What the grants worker may do on a cluster: exactly what its configuration needs. Pure.

An administrator applies them; the worker itself could not. The roles of levels must exist; only the
`sudo` roles are made here. Ours are marked part-of, never managed-by: that marks leases' objects.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import StringIO
from typing import Any, Final

from ruamel.yaml import YAML

from daypass.adapters.kubernetes.client import READY
from daypass.adapters.kubernetes.manifests import RBAC_GROUP
from daypass.domain.catalog import Catalog, Delivery, Level, RoleKind, RoleRef
from daypass.domain.discovery import sudo_role, sudo_user
from daypass.domain.grant import granted_role

NAMESPACE: Final = "daypass"
ACCOUNT: Final = "daypass-worker"
BIND: Final = f"{ACCOUNT}-bind"
_PLURALS: Final = {RoleKind.CLUSTER_ROLE: "clusterroles", RoleKind.ROLE: "roles"}
_EVERYWHERE: Final = ""

Manifest = dict[str, Any]


def rights(catalog: Catalog, cluster: str) -> list[Manifest]:
    """Return what to apply on `cluster`: account, rights, roles to act as a group.

    The right to bind a role holds in the namespaces where a level is offered, and everywhere only
    for levels that hold cluster-wide, that act as a group, or whose namespaces people choose.
    """
    offered = [
        level
        for level in catalog.levels.values()
        if level.clusters.selects(catalog.clusters[cluster])
    ]
    return [
        _object("v1", "Namespace", NAMESPACE),
        _object("v1", "ServiceAccount", ACCOUNT, namespace=NAMESPACE),
        *_bound(_role("ClusterRole", ACCOUNT, _worker_rules(offered))),
        *_bind_rights(offered),
        *(_sudo(level) for level in offered if level.delivery is Delivery.SUDO),
    ]


def rendered(manifests: Iterable[Manifest]) -> str:
    """Write manifests as YAML documents, as `kubectl apply -f -` reads them."""
    yaml = YAML()
    yaml.explicit_start = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    text = StringIO()
    yaml.dump_all(list(manifests), text)
    return text.getvalue()


def _worker_rules(offered: Sequence[Level]) -> list[Manifest]:
    bindings = ["rolebindings", "clusterrolebindings"]
    created = bindings if any(map(_cluster_scoped, offered)) else bindings[:1]
    return [
        _rule(RBAC_GROUP, created, ["create"]),
        _rule(RBAC_GROUP, bindings, ["get", "list", "delete"]),
        _rule(RBAC_GROUP, ["roles", "clusterroles"], ["get", "list"]),
        _rule("", ["namespaces"], ["list"]),
        _rule("authorization.k8s.io", ["subjectaccessreviews"], ["create"]),
        {"nonResourceURLs": [READY], "verbs": ["get"]},  # Whether its refusals count yet.
    ]


def _cluster_scoped(level: Level) -> bool:
    return level.delivery is Delivery.SUDO or level.cluster_wide


def _bind_rights(offered: Sequence[Level]) -> Iterator[Manifest]:
    for namespace, roles in sorted(_bindable(offered).items()):
        rules = [
            _rule(RBAC_GROUP, [plural], ["bind"], names=sorted(role.name for role in of_kind))
            for kind, plural in _PLURALS.items()
            if (of_kind := [role for role in roles if role.kind is kind])
        ]
        kind = "Role" if namespace else "ClusterRole"
        yield from _bound(_role(kind, BIND, rules, namespace=namespace))


def _bindable(offered: Sequence[Level]) -> Mapping[str, set[RoleRef]]:
    """Return the roles to bind by namespace; under the empty name those to bind everywhere."""
    found: dict[str, set[RoleRef]] = {}
    for level in offered:
        fixed = not _cluster_scoped(level) and not level.choose
        for namespace in level.namespaces if fixed else (_EVERYWHERE,):
            found.setdefault(namespace, set()).add(granted_role(level))
    everywhere = found.get(_EVERYWHERE, set())
    return {
        namespace: needed
        for namespace, roles in found.items()
        if (needed := roles if namespace == _EVERYWHERE else roles - everywhere)
    }


def _sudo(level: Level) -> Manifest:
    """Let its holder act as the level's own user in the level's group, and as nobody else."""
    rules = [
        # One resource a rule: names hold for every resource of a rule.
        _rule("", ["users"], ["impersonate"], names=[sudo_user(level.name)]),
        _rule("", ["groups"], ["impersonate"], names=[level.group]),
    ]
    return _role("ClusterRole", sudo_role(level.name), rules)


def _bound(role: Manifest) -> Iterator[Manifest]:
    """Return a role, and the binding of the same name that gives it to the worker's account."""
    yield role
    name, namespace = role["metadata"]["name"], role["metadata"].get("namespace", "")
    yield {
        **_object(f"{RBAC_GROUP}/v1", f"{role['kind']}Binding", name, namespace=namespace),
        "roleRef": {"apiGroup": RBAC_GROUP, "kind": role["kind"], "name": name},
        "subjects": [{"kind": "ServiceAccount", "name": ACCOUNT, "namespace": NAMESPACE}],
    }


def _role(kind: str, name: str, rules: list[Manifest], *, namespace: str = "") -> Manifest:
    return {**_object(f"{RBAC_GROUP}/v1", kind, name, namespace=namespace), "rules": rules}


def _object(version: str, kind: str, name: str, *, namespace: str = "") -> Manifest:
    metadata: Manifest = {"name": name}
    if namespace:
        metadata["namespace"] = namespace
    metadata["labels"] = {"app.kubernetes.io/part-of": "daypass"}
    return {"apiVersion": version, "kind": kind, "metadata": metadata}


def _rule(
    group: str, resources: list[str], verbs: list[str], *, names: Sequence[str] = ()
) -> Manifest:
    rule: Manifest = {"apiGroups": [group], "resources": list(resources)}
    if names:
        rule["resourceNames"] = list(names)
    return {**rule, "verbs": list(verbs)}
