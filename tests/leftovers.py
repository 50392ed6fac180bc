"""What is on a cluster that tests share, and how it gets as it was before."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, Final

from kubernetes.client import ApiException

from daypass.adapters.kubernetes.guard import guard_name
from sandbox.cluster.servers import Clusters, ClusterServer
from tests.guard import remove_guard

_RBAC: Final = "/apis/rbac.authorization.k8s.io/v1"
_ADMISSION: Final = "/apis/admissionregistration.k8s.io/v1"
_FLOWS: Final = "/apis/flowcontrol.apiserver.k8s.io/v1"
_COLLECTIONS: Final = (
    (_ADMISSION, "validatingadmissionpolicybindings"),
    (_ADMISSION, "validatingadmissionpolicies"),
    (_FLOWS, "flowschemas"),
    (_FLOWS, "prioritylevelconfigurations"),
    (_RBAC, "clusterrolebindings"),
    (_RBAC, "clusterroles"),
    (_RBAC, "rolebindings"),
    (_RBAC, "roles"),
    ("/api/v1", "configmaps"),
    ("/api/v1", "serviceaccounts"),
)
"""What of one test may matter to another, in the order in which it is taken away."""
_GUARD: Final = f"{_ADMISSION}/validatingadmissionpolicybindings/{guard_name('')}"
_OWN: Final = ("kube-", "test-")
"""How namespaces begin that are Kubernetes' own, or one test's and gone with it."""


def things(server: ClusterServer) -> tuple[str, ...]:
    """Return the paths of all that tests could trip over, and that is not Kubernetes' own."""
    items = server.admin().get("/api/v1/namespaces")["items"]
    namespaces = {one["metadata"]["name"] for one in items if _stays(one)}
    found = [one for root, plural in _COLLECTIONS for one in _of(server, root, plural)]
    return (
        *(path for namespace, path in found if namespace in {"", *namespaces}),
        *(f"/api/v1/namespaces/{name}" for name in sorted(namespaces)),
    )


def _stays(namespace: dict[str, Any]) -> bool:
    metadata = namespace["metadata"]
    return "deletionTimestamp" not in metadata and not metadata["name"].startswith(_OWN)


def _of(server: ClusterServer, root: str, plural: str) -> Iterator[tuple[str, str]]:
    """Give namespace and path of each."""
    for one in server.admin().get(f"{root}/{plural}")["items"]:
        name, namespace = one["metadata"]["name"], one["metadata"].get("namespace", "")
        if name.startswith("system:") or (plural, name) == ("serviceaccounts", "default"):
            continue
        place = f"{root}/namespaces/{namespace}" if namespace else root
        yield namespace, f"{place}/{plural}/{name}"


def take_away(server: ClusterServer, paths: Iterable[str]) -> None:
    """Delete what is there; return when no guard among it refuses anything any more."""
    for path in paths:
        if path.startswith(_GUARD):
            remove_guard(server, path.removeprefix(_GUARD))
        else:
            _delete(server, path)


def _delete(server: ClusterServer, path: str) -> None:
    try:
        server.admin().delete(path)
    except ApiException as error:
        if error.status != HTTPStatus.NOT_FOUND:
            raise


@contextmanager
def left_as_found(*servers: ClusterServer) -> Iterator[None]:
    """After it nothing is there that was not there before."""
    before = {server.name: set(things(server)) for server in servers}
    try:
        yield
    finally:
        for server in servers:
            take_away(server, [one for one in things(server) if one not in before[server.name]])


class Found:
    """What belongs on shared clusters: as they were at first, and what stays for the whole run."""

    def __init__(self, clusters: Clusters) -> None:
        self._clusters = clusters
        self._found = {server.name: set(things(server)) for server in clusters}

    @contextmanager
    def more(self) -> Iterator[None]:
        """Let what comes meanwhile stay until the end of the run."""
        before = {server.name: set(things(server)) for server in self._clusters}
        yield
        for server in self._clusters:
            self._found[server.name] |= {*things(server)} - before[server.name]

    def restore(self) -> tuple[str, ...]:
        """Take away what was left; return it, as `cluster: path`."""
        left = []
        for server in self._clusters:
            new = [one for one in things(server) if one not in self._found[server.name]]
            take_away(server, new)
            left += [f"{server.name}: {one}" for one in new]
        return tuple(left)
