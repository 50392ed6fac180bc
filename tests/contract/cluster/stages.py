"""Where the cluster's contract is played: in memory, and on a real API server as the worker.

Both have a namespace, roles that we may bind (`view`, `log-reader`, `nothing`, the sudo role),
one that we may not (`edit`), and somebody else who does things to the same objects.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from daypass.adapters.kubernetes.cluster import ApiCluster
from daypass.adapters.kubernetes.manifests import binding, collection, path
from daypass.adapters.memory.cluster import MemoryCluster
from daypass.domain.access import ClusterAccess
from daypass.domain.catalog import Catalog, Cluster, Delivery, Level, Selector
from daypass.domain.grant import (
    INSTALL,
    LEASE,
    MAC,
    MANAGED_BY,
    REQUESTER,
    GrantObject,
    Subject,
)
from daypass.domain.lease import ObjectRef
from daypass.domain.rbac import PolicyRule
from daypass.domain.review import Answer, Question
from daypass.domain.roles import Part, RoleKind, RoleRef
from daypass.ports import Cluster as ClusterPort
from sandbox.cluster.servers import ClusterServer
from tests.contract.cluster.mute import Relay

_NUMBERS = count(1)
NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
DUTY = "daypass-sudo-duty"
CATALOG = Catalog(
    install="contract",
    version="1",
    admins=(),
    teams={},
    clusters={name: Cluster(name=name) for name in ("prod", "dev")},
    levels=(
        Level(
            name="viewing",
            summary="",
            clusters=Selector(),
            role=RoleRef(name="view"),
            choose=("test-*",),
        ),
        Level(
            name="nothing",
            summary="",
            clusters=Selector(),
            role=RoleRef(name="nothing"),
            cluster_wide=True,
        ),
        Level(
            name="logs",
            summary="",
            clusters=Selector(),
            role=RoleRef(kind=RoleKind.ROLE, name="log-reader"),
            choose=("test-*",),
        ),
        Level(
            name="duty",
            summary="",
            clusters=Selector(),
            group="duty",
            delivery=Delivery.SUDO,
        ),
        Level(
            name="crew",
            summary="",
            clusters=Selector(),
            group="crew",
            delivery=Delivery.MIRROR,
            parts=(Part(role=RoleRef(name="nothing")),),
        ),
    ),
    workflows=(),
)


class Stage(Protocol):
    """One cluster to play on."""

    namespace: str

    @property
    def cluster(self) -> ClusterPort:
        """What is played on."""
        ...

    def binds(self, found: GrantObject) -> None:
        """Somebody else creates a binding."""
        ...

    def unbinds(self, ref: ObjectRef) -> None:
        """Somebody else deletes one."""
        ...

    def touches(self, ref: ObjectRef) -> None:
        """Somebody else changes of a binding what is not ours."""
        ...

    def unreachable(self) -> AbstractContextManager[ClusterPort]:
        """Give the same cluster while nothing listens."""
        ...

    def losing_replies(self) -> AbstractContextManager[ClusterPort]:
        """Give the same cluster while requests arrive and answers do not."""
        ...


@dataclass(kw_only=True)
class MemoryStage:
    """All of it in memory."""

    cluster: MemoryCluster
    namespace: str

    def binds(self, found: GrantObject) -> None:
        """Somebody else creates a binding."""
        self.cluster.put(found)

    def unbinds(self, ref: ObjectRef) -> None:
        """Somebody else deletes one."""
        self.cluster.remove(ref)

    def touches(self, ref: ObjectRef) -> None:
        """Somebody else changes of a binding what is not ours."""
        self.cluster.touch(ref)

    @contextmanager
    def unreachable(self) -> Iterator[ClusterPort]:
        """Give the same cluster while nothing listens."""
        self.cluster.down = True
        yield self.cluster
        self.cluster.down = False

    @contextmanager
    def losing_replies(self) -> Iterator[ClusterPort]:
        """Give the same cluster while requests arrive and answers do not."""
        self.cluster.lossy = True
        yield self.cluster
        self.cluster.lossy = False


def memory_stage() -> MemoryStage:
    """Return a new cluster in memory."""
    reading = PolicyRule(verbs=("get", "list"), resources=("pods", "pods/log"))
    writing = PolicyRule(verbs=("create",), resources=("pods",))
    act = [
        PolicyRule(verbs=("impersonate",), resources=("users",), resource_names=("daypass:duty",)),
        PolicyRule(verbs=("impersonate",), resources=("groups",), resource_names=("duty",)),
    ]
    roles = {
        "ClusterRole/view": [reading],
        "ClusterRole/edit": [reading, writing],
        "ClusterRole/nothing": [],
        f"ClusterRole/{DUTY}": act,
        "Role/test-1/log-reader": [reading],
    }
    cluster = MemoryCluster("prod", lambda: NOW, namespaces=["default", "test-1"], roles=roles)
    cluster.bindable = frozenset(roles) - {"ClusterRole/edit"} | {"Role/log-reader"}
    return MemoryStage(cluster=cluster, namespace="test-1")


@dataclass(kw_only=True)
class RealStage:
    """A real API server; `token` is the worker's, the somebody else is its administrator."""

    server: ClusterServer
    token: Path
    cluster: ApiCluster
    namespace: str

    def binds(self, found: GrantObject) -> None:
        """Somebody else creates a binding."""
        self.server.admin().post(collection(found.ref), dict(binding(found)))

    def unbinds(self, ref: ObjectRef) -> None:
        """Somebody else deletes one."""
        self.server.admin().delete(path(ref))

    def touches(self, ref: ObjectRef) -> None:
        """Somebody else puts a label on it."""
        metadata = {"name": ref.name, "namespace": ref.namespace, "labels": {"touched": "yes"}}
        version = "rbac.authorization.k8s.io/v1"
        self.server.admin().apply({"apiVersion": version, "kind": ref.kind, "metadata": metadata})

    @contextmanager
    def unreachable(self) -> Iterator[ClusterPort]:
        """Give the same cluster while nothing listens."""
        with Relay(("127.0.0.1", 1)) as relay:
            url = relay.url
        yield from self._reached(url)

    @contextmanager
    def losing_replies(self) -> Iterator[ClusterPort]:
        """Give the same cluster while requests arrive and answers do not."""
        address = urlsplit(self.server.url)
        with Relay((str(address.hostname), int(address.port or 0))) as relay:
            cluster = self._cluster(relay.url)
            cluster.read(ObjectRef(kind="ClusterRoleBinding", namespace="", name="nobody"))
            with relay.muted():
                yield cluster
            cluster.close()

    def _reached(self, url: str) -> Iterator[ClusterPort]:
        cluster = self._cluster(url)
        yield cluster
        cluster.close()

    def _cluster(self, url: str) -> ApiCluster:
        access = ClusterAccess(server=url, ca_file=self.server.ca_file, token_file=self.token)
        return ApiCluster(
            self.server.name,
            access,
            install=CATALOG.install,
            now=lambda: NOW,
            timeout=timedelta(milliseconds=500),
        )


def worker_cluster(server: ClusterServer, token: Path) -> ApiCluster:
    """Return a real cluster as the grants worker reaches it."""
    access = ClusterAccess(server=server.url, ca_file=server.ca_file, token_file=token)
    return ApiCluster(server.name, access, install=CATALOG.install, now=lambda: NOW)


def roles(namespace: str) -> list[dict[str, object]]:
    """Return the roles of the real stage that the cluster does not bring along."""
    version = "rbac.authorization.k8s.io/v1"
    reading = {"apiGroups": [""], "resources": ["pods", "pods/log"], "verbs": ["get", "list"]}
    return [
        {
            "apiVersion": version,
            "kind": "ClusterRole",
            "metadata": {"name": "nothing"},
            "rules": [],
        },
        {
            "apiVersion": version,
            "kind": "Role",
            "metadata": {"name": "log-reader", "namespace": namespace},
            "rules": [reading],
        },
    ]


def an_object(stage: Stage, role: str = "view", *, kind: str = "RoleBinding") -> GrantObject:
    """Return a planned object of a lease and a user that no other test has."""
    number = next(_NUMBERS)
    lease = f"{stage.namespace[-8:]}{number:04}-1"
    namespace, place = (stage.namespace, "-1") if kind == "RoleBinding" else ("", "")
    return GrantObject(
        ref=ObjectRef(kind=kind, namespace=namespace, name=f"daypass-{lease}-1{place}"),
        role=RoleRef(name=role),
        subjects=(Subject(name=f"user-{lease}@example.com"),),
        labels={MANAGED_BY: "daypass", LEASE: lease, INSTALL: "contract"},
        annotations={REQUESTER: "alice@example.com", MAC: "cd" * 32},
    )


def of_somebody(found: GrantObject, *, name: str) -> GrantObject:
    """Return the same binding without our labels and with another name."""
    return replace(found, ref=replace(found.ref, name=name), labels={}, annotations={})


def settled(stage: Stage, question: Question, *, allowed: bool) -> Answer:
    """Ask until the answer is that; the server's cache lags its writes by about 1 ms."""
    answer = stage.cluster.reviews(question)[0]
    for _ in range(2_000):
        if answer.allowed is allowed:
            break
        answer = stage.cluster.reviews(question)[0]
    return answer
