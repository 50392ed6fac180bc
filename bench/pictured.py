"""The picture of what others have on a cluster: how soon a change is in it, and what it takes."""

from collections.abc import Sequence
from itertools import count
from time import sleep
from typing import Final

from bench.crowd import Crowd, until
from bench.figures import Figure, at_once, spread, timed
from bench.places import NAMESPACES
from bench.usage import resident_megabytes
from daypass.domain.picture import Kind
from sandbox.cluster.api import Api, Manifest
from sandbox.stack import Stack

THINGS: Final = 10_000
"""Roles and bindings, half of each: a big cluster's."""
_TRIES: Final = 40
_PAUSE: Final = 0.3
"""Seconds from one change to the next: each is to be seen by itself."""
_APART: Final = 4.0
"""Seconds, where each change has levels looked at: who looks takes a tenth of a processor for it at
most, so what follows at once waits for that."""
_LOOKED: Final = 20
"""Such changes."""
_PATIENCE: Final = 120.0
_SETTLED: Final = 10.0
_GROUP: Final = "rbac.authorization.k8s.io"


def figures(stack: Stack, crowd: Crowd) -> list[Figure]:
    """Fill a cluster with what others have, and change some of it."""
    api = stack.clusters["prod"].admin()
    before = resident_megabytes(stack)["grants"]
    at_once(lambda number: _fill(api, number), THINGS // 2)
    until(lambda: _drawn(crowd) >= THINGS, _PATIENCE)
    sleep(_SETTLED)
    more = resident_megabytes(stack)["grants"] - before
    return [
        Figure(
            name=f"memory of who keeps a picture of {THINGS:,} roles and bindings",
            value=f"{more:+.0f} MB above rest",
            must="< 60 MB (30)",
        ),
        Figure(
            name="a role is made → in the picture (p50 / p99 / max)",
            value=spread(_until_drawn(api, crowd)),
            must="p99 < 1 s (0.3)",
        ),
        Figure(
            name=f"a namespace that people may choose → in the catalog, one in {_APART:.0f} s",
            value=spread(_until_offered(api, crowd)),
            must="p99 < 1 s (0.3)",
        ),
    ]


def _drawn(crowd: Crowd) -> int:
    kinds = (Kind.ROLE, Kind.ROLE_BINDING)
    return sum(len(crowd.pictures.keys("prod", kind)) for kind in kinds)


def _fill(api: Api, number: int) -> None:
    api.apply(_role(number))
    api.apply(_binding(number))


def _until_drawn(api: Api, crowd: Crowd) -> Sequence[float]:
    return [_drawn_after(api, crowd, number) for number in range(THINGS, THINGS + _TRIES)]


def _drawn_after(api: Api, crowd: Crowd, number: int) -> float:
    sleep(_PAUSE)
    role = _role(number)
    key = f"Role/{role['metadata']['namespace']}/{role['metadata']['name']}"
    api.apply(role)
    return timed(lambda: until(lambda: bool(crowd.pictures.named("prod", [key])), _PATIENCE))[0]


def _until_offered(api: Api, crowd: Crowd) -> Sequence[float]:
    numbers = count(len(NAMESPACES))
    return [_offered_after(api, crowd, f"team-{next(numbers)}") for _ in range(_LOOKED)]


def _offered_after(api: Api, crowd: Crowd, name: str) -> float:
    sleep(_APART)
    api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    return timed(lambda: until(lambda: name in crowd.store.seen()["prod"].namespaces, _PATIENCE))[0]


def _metadata(number: int) -> Manifest:
    return {"name": f"bench-{number}", "namespace": NAMESPACES[number % len(NAMESPACES)]}


def _role(number: int) -> Manifest:
    rules = [
        {"apiGroups": ["", "apps"], "resources": ["pods", "deployments"], "verbs": ["get", "list"]},
        {"apiGroups": ["batch"], "resources": ["jobs"], "verbs": ["get", "create", "delete"]},
    ]
    return {
        "apiVersion": f"{_GROUP}/v1",
        "kind": "Role",
        "metadata": {**_metadata(number), "labels": {"team": f"team-{number % 50}"}},
        "rules": rules,
    }


def _binding(number: int) -> Manifest:
    name = _metadata(number)["name"]
    return {
        "apiVersion": f"{_GROUP}/v1",
        "kind": "RoleBinding",
        "metadata": _metadata(number),
        "roleRef": {"apiGroup": _GROUP, "kind": "Role", "name": name},
        "subjects": [
            {"apiGroup": _GROUP, "kind": "User", "name": f"person-{number % 500}@example.com"}
        ],
    }
