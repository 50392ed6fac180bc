"""What the grants worker may do on a cluster: exactly what its configuration needs. Pure.

An administrator applies them; the worker itself could not. The roles of levels must exist; only the
`sudo` roles are made here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from io import StringIO
from typing import Final

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import walk_tree

from daypass.adapters.kubernetes.client import READY
from daypass.adapters.kubernetes.guard import ADMISSION_GROUP, POLICIES, guard_name
from daypass.adapters.kubernetes.guard_roles import cluster_scoped, offered
from daypass.adapters.kubernetes.lane import API_GROUP, LEVELS, SCHEMAS
from daypass.adapters.kubernetes.manifests import RBAC_GROUP
from daypass.adapters.kubernetes.static import NAMESPACE, Manifest, account, bare, bound, role, rule
from daypass.adapters.kubernetes.surroundings import SERVERS
from daypass.adapters.kubernetes.watermark import watermark_name
from daypass.domain.catalog import Catalog, Level, is_glob
from daypass.domain.deliveries import StaticRole, every_part, realisation
from daypass.domain.rbac.groups import lending
from daypass.domain.roles import RoleKind, RoleRef

_PLURALS: Final = {RoleKind.CLUSTER_ROLE: "clusterroles", RoleKind.ROLE: "roles"}
_EVERYWHERE: Final = ""
_WIDTH: Final = 140
"""Columns of the YAML that is printed."""


def rights(catalog: Catalog, cluster: str, *, laned: bool = True) -> list[Manifest]:
    """Return what to apply on `cluster`: account, rights, watermark, roles to act as a group.

    Where there is to be neither lane nor guard (not `laned`) the worker may not look for them.

    The right to bind a role holds in the namespaces where a level is offered, and everywhere only
    for levels that hold cluster-wide, that act as a group, or whose namespaces people choose.
    """
    levels, worker = offered(catalog, cluster), account(catalog.install)
    seen = _own_surroundings(catalog.install) if laned else []
    return [
        bare("v1", "Namespace", NAMESPACE),
        bare("v1", "ServiceAccount", worker, namespace=NAMESPACE),
        *bound(role("ClusterRole", worker, [*_worker_rules(levels), *seen]), worker),
        *_watermark_rights(catalog.install, worker),
        *_bind_rights(levels, worker),
        *(_acting(one) for level in levels for one in realisation(level).static_roles(level)),
    ]


def rendered(manifests: Iterable[Manifest]) -> str:
    """Write manifests as YAML documents, as `kubectl apply -f -` reads them."""
    yaml = YAML()
    yaml.explicit_start = True
    yaml.width = _WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    text = StringIO()
    documents = deepcopy(list(manifests))
    walk_tree(documents)  # What has several lines becomes a block.
    yaml.dump_all(documents, text)
    return text.getvalue()


def _worker_rules(levels: Sequence[Level]) -> list[Manifest]:
    bindings = ["rolebindings", "clusterrolebindings"]
    written = bindings if any(map(cluster_scoped, levels)) else bindings[:1]
    return [
        rule(RBAC_GROUP, written, ["create", "patch"]),
        # A collection is deleted where an object's name fits no address.
        rule(RBAC_GROUP, bindings, ["get", "list", "watch", "delete", "deletecollection"]),
        rule(RBAC_GROUP, ["roles", "clusterroles"], ["get", "list", "watch"]),
        rule("", ["namespaces", "serviceaccounts"], ["list", "watch"]),
        rule("authorization.k8s.io", ["subjectaccessreviews"], ["create"]),
        # All API servers have to confirm that access is gone. In a Role whoever may write roles in
        # `default` could keep it from counting them.
        rule("discovery.k8s.io", ["endpointslices"], ["get"], names=[SERVERS]),
        {"nonResourceURLs": [READY], "verbs": ["get"]},  # Whether its refusals count yet.
    ]


def _own_surroundings(install: str) -> list[Manifest]:
    """Let it read its own lane and its own guard, by their names: whether they are there and hold.

    A server that knows none of them refuses no rule about them.
    """
    worker, guarded = account(install), guard_name(install)
    return [
        rule(API_GROUP, [LEVELS, SCHEMAS], ["get"], names=[worker]),
        rule(ADMISSION_GROUP, list(POLICIES), ["get"], names=[guarded]),
    ]


def _watermark_rights(install: str, worker: str) -> Iterator[Manifest]:
    """Make it empty, without `data`: to apply it once more leaves alone what the worker wrote."""
    name = watermark_name(install)
    yield bare("v1", "ConfigMap", name, namespace=NAMESPACE)
    only = rule("", ["configmaps"], ["get", "patch"], names=[name])
    yield from bound(role("Role", worker, [only], namespace=NAMESPACE), worker)


def _bind_rights(levels: Sequence[Level], worker: str) -> Iterator[Manifest]:
    for namespace, roles in sorted(_bindable(levels).items()):
        rules = [
            rule(RBAC_GROUP, [plural], ["bind"], names=sorted(one.name for one in of_kind))
            for kind, plural in _PLURALS.items()
            if (of_kind := [one for one in roles if one.kind is kind])
        ]
        kind = "Role" if namespace else "ClusterRole"
        yield from bound(role(kind, f"{worker}-bind", rules, namespace=namespace), worker)


def _bindable(levels: Sequence[Level]) -> Mapping[str, set[RoleRef]]:
    """Return the roles to bind by namespace; under the empty name those to bind everywhere."""
    found: dict[str, set[RoleRef]] = {}
    for level in levels:
        for part in every_part(level):
            place = _EVERYWHERE if is_glob(part.namespace) else part.namespace
            found.setdefault(place, set()).add(part.role)
    everywhere = found.get(_EVERYWHERE, set())
    return {
        namespace: needed
        for namespace, roles in found.items()
        if (needed := roles if namespace == _EVERYWHERE else roles - everywhere)
    }


def _acting(static: StaticRole) -> Manifest:
    """Let its holder act as that user in that group, and as nobody else."""
    rules = [
        rule("", list(one.resources), list(one.verbs), names=list(one.resource_names))
        for one in lending(static.acts_as)
    ]
    return role("ClusterRole", static.name, rules)
