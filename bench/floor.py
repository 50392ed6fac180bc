"""The floor: what the API server costs by itself, over bare HTTP with keep-alive."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from time import sleep
from typing import Any, Final

import urllib3

from bench.figures import at_once, timed
from daypass.adapters.kubernetes.manifests import RBAC, Manifest, path
from daypass.domain.lease import ObjectRef
from sandbox.cluster.servers import ClusterServer

REST: Final = 0.5
"""Seconds before each single measurement, here and of clicks: one person on a system at rest."""
_WARM: Final = 10
"""Grants that warm the connection and the server's caches."""
_REVIEWS: Final = "/apis/authorization.k8s.io/v1/subjectaccessreviews"


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """What 16 threads do per second: creates, and deletes, that are each followed by a review.

    A review is dearer the more bindings its namespace has: here it has as many as where that is
    measured which is held against it.
    """

    given: float
    undone: float

    def between(self, other: "Floor") -> "Floor":
        """Return what lies between two that were measured before and after a thing."""
        return Floor(
            given=_between(self.given, other.given), undone=_between(self.undone, other.undone)
        )


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

    def create(self, binding: Manifest) -> dict[str, Any]:
        """Create a binding; return it as it then is."""
        return self.call("POST", _place(binding), binding)

    def delete(self, binding: Manifest) -> None:
        """Delete that binding."""
        self.call("DELETE", f"{_place(binding)}/{binding['metadata']['name']}", {})

    def remove(self, ref: ObjectRef) -> None:
        """Delete what has that name."""
        self.call("DELETE", path(ref), {})

    def is_there(self, binding: Manifest) -> bool:
        """Whether that binding can be read."""
        try:
            self.call("GET", f"{_place(binding)}/{binding['metadata']['name']}", {})
        except RuntimeError:
            return False
        return True

    def allowed(self, binding: Manifest) -> bool:
        """Ask whether whom it binds may list pods there."""
        return bool(self.call("POST", _REVIEWS, _review(binding))["status"]["allowed"])


def measure(bare: Bare, bindings: Sequence[Manifest]) -> Floor:
    """Measure on one server with bindings of `view` that are not there; leaves none there."""

    def give(number: int) -> None:
        bare.create(bindings[number])
        bare.allowed(bindings[number])

    def undo(number: int) -> None:
        bare.delete(bindings[number])
        bare.allowed(bindings[number])

    return Floor(given=at_once(give, len(bindings)), undone=at_once(undo, len(bindings)))


def one_by_one(bare: Bare, bindings: Sequence[Manifest]) -> tuple[float, ...]:
    """Return the seconds of create + first yes of each, at rest; leaves none of them there."""
    grants = tuple(_timed_grant(bare, one) for one in bindings)
    for one in bindings:
        bare.delete(one)
    return grants[_WARM:]


def _between(one: float, other: float) -> float:
    """Return the rate of two stretches of as many things each."""
    return 2 / (1 / one + 1 / other)


def _timed_grant(bare: Bare, binding: Manifest) -> float:
    sleep(REST)
    return timed(lambda: _granted(bare, binding))[0]


def _granted(bare: Bare, binding: Manifest) -> None:
    bare.create(binding)
    while not bare.allowed(binding):
        pass


def _place(binding: Manifest) -> str:
    return f"{RBAC}/namespaces/{binding['metadata']['namespace']}/rolebindings"


def _review(binding: Manifest) -> Manifest:
    return {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SubjectAccessReview",
        "spec": {
            "user": binding["subjects"][0]["name"],
            "groups": ["system:authenticated"],
            "resourceAttributes": {
                "verb": "list",
                "resource": "pods",
                "namespace": binding["metadata"]["namespace"],
            },
        },
    }
