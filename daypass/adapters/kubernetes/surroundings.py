"""What a cluster shows of itself: the roles and namespaces that levels need, how many servers."""

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from daypass.adapters.kubernetes.client import NAMES_ONLY, Api, Query, TooMuchError
from daypass.adapters.kubernetes.errors import refusal
from daypass.adapters.kubernetes.manifests import RBAC, Manifest
from daypass.domain.discovery import MOST, Wanted

VERSION: Final = "/version"
SLICES: Final = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices"
MOST_SERVERS: Final = 9
"""Answers to one question; more API servers than that are in no cluster that we know of."""
_OF_KUBERNETES: Final = [("labelSelector", "kubernetes.io/service-name=kubernetes")]
_NOT_TO_BE_SEEN: Final = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The namespaces that levels need and the cluster has; `left_out` were too many."""

    names: frozenset[str]
    left_out: int


def places(api: Api, wanted: Wanted) -> Places:
    """Return the namespaces that are named, and the first of those that people may choose."""
    kept, left_out = set[str](), 0
    for metadata in _metadata(api, "/api/v1/namespaces"):
        name = metadata["name"]
        if name in wanted.namespaces or (wanted.chosen(name) and len(kept) < MOST):
            kept.add(name)
        elif wanted.chosen(name):
            left_out += 1
    return Places(names=frozenset(kept), left_out=left_out)


def role_names(api: Api, wanted: Wanted, namespaces: frozenset[str]) -> Iterator[str]:
    """Return what there is of the wanted: `ClusterRole/view` and `Role/payments/log-reader`."""
    for metadata in _metadata(api, f"{RBAC}/clusterroles"):
        if metadata["name"] in wanted.cluster_roles:
            yield f"ClusterRole/{metadata['name']}"
    for name in sorted(wanted.roles):
        # By its name: a namespace's own administrators make as many others as they like.
        for metadata in _metadata(
            api, f"{RBAC}/roles", [("fieldSelector", f"metadata.name={name}")]
        ):
            if metadata["namespace"] in namespaces:
                yield f"Role/{metadata['namespace']}/{name}"


def version(api: Api) -> str:
    """Return the server's own version."""
    return str(api.must_get(VERSION).body["gitVersion"])


def servers(api: Api) -> int:
    """Count the API servers; one where the cluster does not say, or does not tell us.

    As many as we would ask at all where it says too much: whoever has rights in `default` may.
    """
    try:
        reply = api.get(SLICES, _OF_KUBERNETES)
    except TooMuchError:
        return MOST_SERVERS
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


def _metadata(api: Api, place: str, query: Query = ()) -> Iterator[Manifest]:
    return (item["metadata"] for item in api.items(place, query, accept=NAMES_ONLY))
