"""A real API server, a real Valkey, and whoever watches: in this process, moved by the test."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from chaos.network import Network
from daypass.adapters.kubernetes.cluster import ApiCluster
from daypass.adapters.redis.client import connect
from daypass.adapters.redis.clock import RedisClock
from daypass.adapters.redis.pictures import RedisPictures
from daypass.domain.access import ClusterAccess
from daypass.domain.picture import Kind
from daypass.ports import GrantPorts, watch_of
from sandbox.cluster.servers import ClusterServer
from tests.builders import a_catalog
from tests.on_redis import Later, world_on
from workers.grants.watcher import Watcher

NAME: Final = "dev"
INSTALL: Final = a_catalog().install
WIRE: Final = "api"
RBAC: Final = "rbac.authorization.k8s.io"
SOON: Final = 30.0
"""Seconds that anything may take on a busy machine; no test says how fast it has to be."""
_STEP: Final = timedelta(seconds=1)


@dataclass(kw_only=True)
class Rig:
    """One cluster with a namespace to play in, a store, and those who watch."""

    server: ClusterServer
    token: Path
    namespace: str
    url: str
    """The store's."""
    watchers: list[Watcher] = field(default_factory=list)
    clusters: list[ApiCluster] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.redis = connect(self.url)
        self.clock = Later(RedisClock(self.redis))
        self.pictures = RedisPictures(self.redis)
        self._world = world_on(self.redis, self.clock)

    def cluster(self, url: str = "", *, silent: float | None = None) -> ApiCluster:
        """Return the cluster as the worker reaches it, there or at another address."""
        access = ClusterAccess(
            server=url or self.server.url, ca_file=self.server.ca_file, token_file=self.token
        )
        made = ApiCluster(NAME, access, install=INSTALL, now=self.clock.now)
        made.silent = silent or made.silent
        self.clusters.append(made)
        return made

    def over(self, network: Network) -> str:
        """Lay a wire to the server; return the address at which it begins."""
        port = urlsplit(self.server.url).port
        assert port is not None
        return f"https://127.0.0.1:{network.lay(WIRE, port)}"

    def ports(self, cluster: ApiCluster, **fields: Any) -> GrantPorts:
        """Return the ports of a worker of its own."""
        pictures: Any = self.pictures
        given: Any = {"cluster": cluster, "pictures": pictures, **fields}
        return replace(self._world.grants(NAME), **given)

    def watching(self, ports: GrantPorts, holder: str = "a") -> Watcher:
        """Let somebody watch; it has the duty as soon as nobody else has it."""
        made = Watcher(lambda _: ports, (NAME,), holder=holder)
        self.watchers.append(made)
        return made

    def until(self, ready: Callable[[], bool]) -> None:
        """Wait until that is so, while those who watch tend their duties."""
        end = time.monotonic() + SOON
        while not ready():
            assert time.monotonic() < end, "it never came"
            self.tend()
            time.sleep(0.05)

    def tend(self) -> None:
        """Let those who watch take or renew the duty."""
        for one in self.watchers:
            one.tend()

    def passes(self, ready: Callable[[], bool], *, most: int) -> None:
        """Let time pass, a second in a tenth of one, until that is so."""
        for _ in range(most):
            if ready():
                return
            self.clock.wait += _STEP
            self.tend()
            time.sleep(0.1)
        assert ready(), f"not within {most} seconds"

    def holds(self, holder: str) -> bool:
        """Whether somebody has the duty."""
        return self.redis.get(f"daypass:duty:{watch_of(NAME)}") == holder.encode()

    def is_current(self) -> bool:
        """Whether the picture says that it shows what is there, of each kind."""
        about = self.pictures.about(NAME)
        return about is not None and about.current(self.clock.now()) and not about.unseen

    def shown(self) -> set[str]:
        """Return the names of this test's roles in the picture."""
        begin = f"Role/{self.namespace}/"
        keys = self.pictures.keys(NAME, Kind.ROLE)
        return {key.removeprefix(begin) for key in keys if key.startswith(begin)}

    def puts(self, *names: str, verb: str = "get") -> None:
        """Let an administrator make roles, or change them."""
        rules = [{"apiGroups": [""], "resources": ["pods"], "verbs": [verb]}]
        for name in names:
            metadata = {"name": name, "namespace": self.namespace}
            kind = {"apiVersion": f"{RBAC}/v1", "kind": "Role"}
            self.server.admin().apply({**kind, "metadata": metadata, "rules": rules})

    def drops(self, *names: str) -> None:
        """Let an administrator delete roles."""
        for name in names:
            self.server.admin().delete(f"{self.place('roles')}/{name}")

    def place(self, plural: str) -> str:
        """Where on the cluster those of this test are."""
        return f"/apis/{RBAC}/v1/namespaces/{self.namespace}/{plural}"

    def forges(self, *names: str) -> None:
        """Let an administrator make bindings under our label that no lease has."""
        labels = {"app.kubernetes.io/managed-by": "daypass", "daypass.dev/install": INSTALL}
        for name in names:
            made = {
                "apiVersion": f"{RBAC}/v1",
                "kind": "RoleBinding",
                "metadata": {"name": name, "labels": labels},
                "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": "edit"},
                "subjects": [{"apiGroup": RBAC, "kind": "User", "name": "mallory"}],
            }
            self.server.admin().post(self.place("rolebindings"), made)

    def ours(self) -> Sequence[str]:
        """Return the names of the bindings that are there."""
        found = self.server.admin().get(self.place("rolebindings"))["items"]
        return [one["metadata"]["name"] for one in found]

    def close(self) -> None:
        """Let nobody watch any more."""
        for watcher in self.watchers:
            watcher.close()
        for cluster in self.clusters:
            cluster.close()
