"""What is on an API server beside what we render; read only, by whoever runs the command."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from daypass.adapters.kubernetes.access import Way
from daypass.adapters.kubernetes.client import Api
from daypass.adapters.kubernetes.cluster import CALL_TIMEOUT
from daypass.adapters.kubernetes.errors import reading, refusal
from daypass.adapters.kubernetes.manifests import RBAC_GROUP, Manifest
from daypass.adapters.kubernetes.reply import Reply
from daypass.adapters.kubernetes.static import LABELS, NAMESPACE, SWITCH, account
from daypass.adapters.kubernetes.surroundings import VERSION, servers
from daypass.adapters.kubernetes.words import one_line
from daypass.domain.access import ClusterAccess
from daypass.domain.errors import BrokenInvariantError, PermanentOutsideError
from daypass.domain.grant import OTHERS
from daypass.domain.upkeep.belonging import Names
from daypass.ports import Server

NAMES: Final = Names(
    namespace=NAMESPACE,
    worker=account(""),
    whole=(SWITCH,),
)
"""How what is applied for us is named."""
PLURALS: Final[Mapping[str, str]] = {
    "ClusterRole": "clusterroles",
    "ClusterRoleBinding": "clusterrolebindings",
    "ConfigMap": "configmaps",
    "FlowSchema": "flowschemas",
    "Namespace": "namespaces",
    "PriorityLevelConfiguration": "prioritylevelconfigurations",
    "Role": "roles",
    "RoleBinding": "rolebindings",
    "ServiceAccount": "serviceaccounts",
    "ValidatingAdmissionPolicy": "validatingadmissionpolicies",
    "ValidatingAdmissionPolicyBinding": "validatingadmissionpolicybindings",
}
"""The kinds that `daypass rbac` prints, with the plural that paths use."""
_PART_OF_US: Final = ",".join(f"{name}={value}" for name, value in LABELS.items())
_REFUSED: Final = (HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY)
"""An admission policy says the latter where the object is taken for invalid."""
_LONGEST: Final = 300
"""Characters of a refusal; it begins with who refuses."""
_BINDINGS: Final = ("ClusterRoleBinding", "RoleBinding")


def inspector(name: str, access: ClusterAccess) -> "ApiInspector":
    """Return a way to look at a cluster; raises OutsideError where none is to be had."""
    return ApiInspector(Api(name, Way(access), CALL_TIMEOUT))


class ApiInspector:
    """`ports.Inspector`: one API server."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def probe(self) -> None:
        """See `Inspector`; so for all that follow."""
        self._api.probe()

    def server(self) -> Server:
        """As said there."""
        reply = self._api.must_get(VERSION)
        return Server(version=str(reply.body.get("gitVersion", "")), at=reply.at)

    def servers(self) -> int | None:
        """As said there."""
        return servers(self._api)

    def refusal(self, manifest: Manifest) -> str:
        """As said there; raises OutsideError where the answer is neither yes nor no."""
        place = _collection(manifest)
        reply = self._api.write("POST", place, manifest, query=[("dryRun", "All")])
        if reply.status in _REFUSED:
            return one_line(reply.message, _LONGEST) or str(reply.status)
        if not reply.good:
            raise refusal(self._api.what("POST", place), reply, writes=False)
        return ""

    def fetch(self, wanted: Manifest) -> Manifest | None:
        """As said there; who may not read it by its name, but may list, finds it so."""
        name = str(wanted["metadata"]["name"])
        place = _collection(wanted)
        reply = self._api.get(f"{place}/{quote(name, safe='')}")
        if reply.status == HTTPStatus.FORBIDDEN:
            listed = self._api.get(place, [("fieldSelector", f"metadata.name={name}")])
            return self._only(listed, wanted) if listed.good else self._forbidden(reply, wanted)
        if reply.status == HTTPStatus.NOT_FOUND:
            return None
        if not reply.good:
            raise refusal(self._api.what("GET", place), reply, writes=False)
        return reply.body

    def static(self, kind: str) -> Iterator[Manifest]:
        """As said there."""
        query = [("labelSelector", OTHERS if kind in _BINDINGS else _PART_OF_US)]
        place = f"/apis/{RBAC_GROUP}/v1/{PLURALS[kind]}"
        with reading(f"{self._api.name}: list of {PLURALS[kind]}", writes=False):
            for one in self._api.items(place, query):
                yield {**one, "kind": kind}  # Items of a list do not say theirs.

    def accounts(self) -> frozenset[str]:
        """As said there."""
        place = f"/api/v1/namespaces/{NAMESPACE}/serviceaccounts"
        with reading(f"{self._api.name}: list of serviceaccounts", writes=False):
            return frozenset(str(one["metadata"]["name"]) for one in self._api.items(place))

    def close(self) -> None:
        """Close the connections."""
        self._api.close()

    def _only(self, listed: Reply, wanted: Manifest) -> Manifest | None:
        with reading(self._api.what("GET", _collection(wanted)), writes=False):
            found = [dict(one) for one in listed.body.get("items") or ()]
        return {**found[0], "kind": wanted["kind"]} if found else None

    def _forbidden(self, reply: Reply, wanted: Manifest) -> Manifest:
        plural = PLURALS[str(wanted["kind"])]
        said = refusal(self._api.what("GET", _collection(wanted)), reply, writes=False)
        raise PermanentOutsideError(f"may not read {plural}: {said}")


def _collection(manifest: Manifest) -> str:
    kind, version = str(manifest["kind"]), str(manifest["apiVersion"])
    plural = PLURALS.get(kind)
    if plural is None:
        raise BrokenInvariantError(f"{kind} is rendered, and nobody knows where it is read")
    root = f"/apis/{version}" if "/" in version else f"/api/{version}"
    namespace = str(manifest["metadata"].get("namespace", ""))
    place = f"/namespaces/{quote(namespace, safe='')}" if namespace else ""
    return f"{root}{place}/{plural}"
