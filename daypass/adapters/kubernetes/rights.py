"""What the grants worker may do on a cluster: exactly what its configuration needs. Pure.

An administrator applies them; the worker itself could not. The roles of levels must exist; only the
`sudo` roles are made here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import StringIO
from typing import Final

from ruamel.yaml import YAML

from daypass.adapters.kubernetes.client import READY
from daypass.adapters.kubernetes.manifests import RBAC_GROUP
from daypass.adapters.kubernetes.static import NAMESPACE, Manifest, bare, bound, role, rule
from daypass.domain.catalog import Catalog, Delivery, Level, RoleKind, RoleRef
from daypass.domain.discovery import sudo_role, sudo_user
from daypass.domain.grant import granted_role

ACCOUNT: Final = "daypass-worker"
BIND: Final = f"{ACCOUNT}-bind"
_PLURALS: Final = {RoleKind.CLUSTER_ROLE: "clusterroles", RoleKind.ROLE: "roles"}
_EVERYWHERE: Final = ""


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
        bare("v1", "Namespace", NAMESPACE),
        bare("v1", "ServiceAccount", ACCOUNT, namespace=NAMESPACE),
        *bound(role("ClusterRole", ACCOUNT, _worker_rules(offered)), ACCOUNT),
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
        rule(RBAC_GROUP, created, ["create"]),
        rule(RBAC_GROUP, bindings, ["get", "list", "delete"]),
        rule(RBAC_GROUP, ["roles", "clusterroles"], ["get", "list"]),
        rule("", ["namespaces"], ["list"]),
        rule("authorization.k8s.io", ["subjectaccessreviews"], ["create"]),
        {"nonResourceURLs": [READY], "verbs": ["get"]},  # Whether its refusals count yet.
    ]


def _cluster_scoped(level: Level) -> bool:
    return level.delivery is Delivery.SUDO or level.cluster_wide


def _bind_rights(offered: Sequence[Level]) -> Iterator[Manifest]:
    for namespace, roles in sorted(_bindable(offered).items()):
        rules = [
            rule(RBAC_GROUP, [plural], ["bind"], names=sorted(one.name for one in of_kind))
            for kind, plural in _PLURALS.items()
            if (of_kind := [one for one in roles if one.kind is kind])
        ]
        kind = "Role" if namespace else "ClusterRole"
        yield from bound(role(kind, BIND, rules, namespace=namespace), ACCOUNT)


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
        rule("", ["users"], ["impersonate"], names=[sudo_user(level.name)]),
        rule("", ["groups"], ["impersonate"], names=[level.group]),
    ]
    return role("ClusterRole", sudo_role(level.name), rules)
