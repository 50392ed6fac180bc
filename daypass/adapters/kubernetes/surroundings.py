"""What a cluster shows of itself: the roles and namespaces that levels need, how many servers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from itertools import islice
from typing import Final

from daypass.adapters.kubernetes.channel import Query
from daypass.adapters.kubernetes.client import NAMES_ONLY, Api
from daypass.adapters.kubernetes.errors import TooMuchError, refusal
from daypass.adapters.kubernetes.manifests import RBAC, Manifest, path_of_role, whole_rules
from daypass.domain.discovery import ROOM, Wanted
from daypass.domain.rbac.meaning import TOO_MUCH, Meaning, meaning

VERSION: Final = "/version"
SERVERS: Final = "kubernetes"
"""How API servers name the slice in which they say where they are; they alone write it."""
SLICE: Final = f"/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/{SERVERS}"
MOST_SERVERS: Final = 9
"""Answers to one question; more API servers than that are in no cluster that we know of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The namespaces that levels need and the cluster has; `left_out` were too many."""

    names: frozenset[str]
    left_out: int


def places(api: Api, wanted: Wanted) -> Places:
    """Return the namespaces that are named, and the first of those that people may choose."""
    named, chosen, left_out, most = set[str](), set[str](), 0, wanted.most
    for metadata in _metadata(api, "/api/v1/namespaces"):
        name = metadata["name"]
        if name in wanted.namespaces:
            named.add(name)
        elif wanted.chosen(name) and len(chosen) < most:
            chosen.add(name)
        elif wanted.chosen(name):
            left_out += 1
    return Places(names=frozenset(named | chosen), left_out=left_out)


def fitting(means: Mapping[str, Meaning]) -> Mapping[str, Meaning]:
    """Return as much of it as is read back: where levels name too many places, the first ones."""
    return dict(islice(sorted(means.items()), ROOM))


def meanings(api: Api, wanted: Wanted, namespaces: frozenset[str]) -> Iterator[tuple[str, Meaning]]:
    """Return what there is of the wanted, and what it allows.

    `ClusterRole/view` and `Role/payments/log-reader`. One that is too long to be read whole is
    TOO_MUCH. Each is asked for by its name: others are as many as somebody likes to make.
    """
    for name in sorted(wanted.cluster_roles):
        key = f"ClusterRole/{name}"
        if found := read_role(api, path_of_role(key)):
            yield key, _meaning(found)
    for name in sorted(wanted.roles):
        for found in api.items(f"{RBAC}/roles", [("fieldSelector", f"metadata.name={name}")]):
            namespace = found["metadata"]["namespace"]
            if namespace in namespaces:
                yield f"Role/{namespace}/{name}", _meaning(found)


def _meaning(role: Manifest) -> Meaning:
    whole = whole_rules(role)
    return meaning(whole) if whole is not None else TOO_MUCH


def read_role(api: Api, place: str) -> Manifest | None:
    """Return a role; None where there is none, or one that is longer than anything."""
    try:
        reply = api.get(place)
    except TooMuchError:
        return None
    if reply.status == HTTPStatus.NOT_FOUND:
        return None
    if not reply.good:
        raise refusal(api.what("GET", place), reply, writes=False)
    return reply.body


def version(api: Api) -> str:
    """Return the server's own version."""
    return str(api.must_get(VERSION).body["gitVersion"])


def servers(api: Api) -> int | None:
    """Count the API servers; one where the cluster does not say, None where it does not tell us.

    As many as we would ask at all where it says too much: whoever has rights in `default` may.
    """
    try:
        reply = api.get(SLICE)
    except TooMuchError:
        return MOST_SERVERS
    if reply.status == HTTPStatus.FORBIDDEN:
        return None
    if reply.status == HTTPStatus.NOT_FOUND:
        return 1
    if not reply.good:
        raise refusal(api.what("GET", SLICE), reply, writes=False)
    found = {
        address
        for endpoint in reply.body.get("endpoints") or ()
        if (endpoint.get("conditions") or {}).get("ready") is not False
        for address in endpoint.get("addresses") or ()
    }
    return min(max(len(found), 1), MOST_SERVERS)


def _metadata(api: Api, place: str, query: Query = ()) -> Iterator[Manifest]:
    return (item["metadata"] for item in api.items(place, query, accept=NAMES_ONLY))
