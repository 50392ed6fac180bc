"""A real adapter before a server with prepared answers, and the object that tests are about."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from daypass.adapters.kubernetes.cluster import ApiCluster
from daypass.adapters.kubernetes.manifests import binding
from daypass.domain.access import ClusterAccess
from daypass.domain.grant import GrantObject, Subject
from daypass.domain.lease import ObjectRef
from daypass.domain.review import Question
from daypass.domain.roles import RoleRef
from tests.builders import NOON
from tests.unit.adapters.kubernetes.canned import Canned, CannedServer

PLANNED = GrantObject(
    ref=ObjectRef(kind="RoleBinding", namespace="payments", name="daypass-a-1"),
    role=RoleRef(name="view"),
    subjects=(Subject(name="alice@example.com"),),
    labels={"app.kubernetes.io/managed-by": "daypass"},
    annotations={"daypass.dev/expires-at": "2026-11-20T13:00:00Z"},
)
REF = ObjectRef(kind="RoleBinding", namespace="payments", name="daypass-a-1", uid="u-1")
QUESTION = Question(user="alice@example.com", verb="get", resource="pods", namespace="payments")
ESCALATION = (
    'rolebindings.rbac.authorization.k8s.io "x" is forbidden: user "w" (groups=["a" "b"]) is '
    "attempting to grant RBAC permissions not currently held:\n{APIGroups:...}"
)


@contextmanager
def a_cluster(
    *answers: Canned, within: timedelta = timedelta(seconds=5)
) -> Iterator[tuple[ApiCluster, CannedServer]]:
    """A cluster behind which a server gives these answers, and that waits for each so long."""
    with CannedServer(*answers) as server:
        access = ClusterAccess(server=server.url)
        cluster = ApiCluster("prod", access, install="main", now=lambda: NOON, timeout=within)
        yield cluster, server
        cluster.close()


def refused(status: int, message: str, **more: Any) -> Canned:
    """Return an answer as the API server refuses, a Status."""
    return Canned(status=status, body={"kind": "Status", "message": message}, **more)


def stored(uid: str = "u-1") -> dict[str, Any]:
    """Return the planned object as the server stores it."""
    manifest: dict[str, Any] = dict(binding(PLANNED))
    manifest["metadata"] = {**manifest["metadata"], "uid": uid}
    return manifest
