"""What a cluster shows of itself: roles, groups that others bound, namespaces, how many servers."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

from daypass.adapters.kubernetes.client import NAMES_ONLY, Api
from daypass.adapters.kubernetes.errors import refusal
from daypass.adapters.kubernetes.manifests import KINDS, RBAC, Manifest

VERSION: Final = "/version"
SLICES: Final = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices"
MOST_SERVERS: Final = 9
"""Answers to one question; more API servers than that are in no cluster that we know of."""
_OF_KUBERNETES: Final = [("labelSelector", "kubernetes.io/service-name=kubernetes")]
_THEIRS: Final = [("labelSelector", "app.kubernetes.io/managed-by!=daypass")]
_NOT_TO_BE_SEEN: Final = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})


def role_names(api: Api) -> Iterator[str]:
    """Return `ClusterRole/view` and `Role/payments/log-reader`."""
    yield from (f"ClusterRole/{name}" for name in _names(api, f"{RBAC}/clusterroles"))
    for role in _metadata(api, f"{RBAC}/roles"):
        yield f"Role/{role['namespace']}/{role['name']}"


def namespace_names(api: Api) -> Iterator[str]:
    """Return every namespace."""
    return _names(api, "/api/v1/namespaces")


def bound_groups(api: Api) -> Iterator[str]:
    """Return the groups that somebody else's bindings name."""
    for plural in KINDS.values():
        for item in api.items(f"{RBAC}/{plural}", _THEIRS):
            for subject in item.get("subjects") or ():
                if subject["kind"] == "Group":
                    yield subject["name"]


def version(api: Api) -> str:
    """Return the server's own version."""
    return str(api.must_get(VERSION).body["gitVersion"])


def servers(api: Api) -> int:
    """Count the API servers; one where the cluster does not say, or does not tell us."""
    reply = api.get(SLICES, _OF_KUBERNETES)
    if reply.status in _NOT_TO_BE_SEEN:
        return 1
    if not reply.good:
        raise refusal(api.what("GET", SLICES), reply, writes=False)
    found = {
        address
        for one in reply.body.get("items") or ()
        for endpoint in one.get("endpoints") or ()
        if (endpoint.get("conditions") or {}).get("ready") is not False
        for address in endpoint.get("addresses") or ()
    }
    return min(max(len(found), 1), MOST_SERVERS)


def _names(api: Api, place: str) -> Iterator[str]:
    return (metadata["name"] for metadata in _metadata(api, place))


def _metadata(api: Api, place: str) -> Iterator[Manifest]:
    return (item["metadata"] for item in api.items(place, accept=NAMES_ONLY))
