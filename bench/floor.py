"""The floor: what the API server costs by itself, over bare HTTP with keep-alive."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from time import sleep
from typing import Any, Final

import urllib3

from bench.figures import at_once, timed
from sandbox.cluster.servers import ClusterServer

REST: Final = 0.5
"""Seconds before each single measurement, here and of clicks: one person on a system at rest."""
_BINDINGS: Final = "/apis/rbac.authorization.k8s.io/v1/namespaces/payments/rolebindings"
_SINGLE: Final = 70
_REVIEWS: Final = "/apis/authorization.k8s.io/v1/subjectaccessreviews"


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """Seconds of create + first yes, one after another; operations per second with 16 threads."""

    grant: tuple[float, ...]
    creates: float
    reviews: float
    deletes: float


class Bare:
    """Bare HTTP with keep-alive, as the grants worker's ServiceAccount."""

    def __init__(self, server: ClusterServer, token: Path) -> None:
        self._url = server.url
        self._headers = {
            "Authorization": f"Bearer {token.read_text().strip()}",
            "Content-Type": "application/json",
        }
        self._pool = urllib3.PoolManager(maxsize=16, ca_certs=str(server.ca_file))

    def call(self, method: str, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answer's JSON; raises RuntimeError when it is a refusal."""
        answer = self._pool.request(
            method, self._url + path, body=json.dumps(body), headers=self._headers, timeout=10
        )
        if answer.status >= HTTPStatus.MULTIPLE_CHOICES:
            raise RuntimeError(f"{method} {path}: {answer.status} {answer.data[:300]!r}")
        return dict(json.loads(answer.data))

    def create(self, name: str) -> None:
        """Bind `view` to a user of that name."""
        self.call("POST", _BINDINGS, _binding(name))

    def delete(self, name: str) -> None:
        """Delete that binding."""
        self.call("DELETE", f"{_BINDINGS}/{name}", {})

    def allowed(self, user: str) -> bool:
        """Ask whether that user may list pods."""
        return bool(self.call("POST", _REVIEWS, _review(user))["status"]["allowed"])


def measure(server: ClusterServer, token: Path, count: int) -> Floor:
    """Measure on one server; leaves nothing there."""
    bare = Bare(server, token)
    grants = tuple(_timed_grant(bare, f"floor-{n}") for n in range(_SINGLE))
    for n in range(_SINGLE):
        bare.delete(f"floor-{n}")
    return Floor(
        grant=grants[10:],  # The first ones warm the connection and the server's caches.
        creates=at_once(lambda n: bare.create(f"floor-{n}"), count),
        reviews=at_once(lambda n: bare.allowed(f"floor-{n}"), count),
        deletes=at_once(lambda n: bare.delete(f"floor-{n}"), count),
    )


def _timed_grant(bare: Bare, name: str) -> float:
    sleep(REST)
    return timed(lambda: _granted(bare, name))[0]


def _granted(bare: Bare, name: str) -> None:
    bare.create(name)
    while not bare.allowed(name):
        pass


def _binding(name: str) -> dict[str, Any]:
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": {"name": name},
        "roleRef": {
            "apiGroup": "rbac.authorization.k8s.io",
            "kind": "ClusterRole",
            "name": "view",
        },
        "subjects": [{"kind": "User", "name": name, "apiGroup": "rbac.authorization.k8s.io"}],
    }


def _review(user: str) -> dict[str, Any]:
    return {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SubjectAccessReview",
        "spec": {
            "user": user,
            "groups": ["system:authenticated"],
            "resourceAttributes": {"verb": "list", "resource": "pods", "namespace": "payments"},
        },
    }
