"""What is attacked: the sandbox's real parts, two copies of each worker, and wires between them."""

import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlsplit

from ruamel.yaml import YAML

from chaos.network import Network
from daypass.adapters.redis.client import connect
from daypass.adapters.redis.store import RedisStore
from daypass.domain.errors import OutsideError
from sandbox.processes import Child
from sandbox.stack import ROLES, Stack
from sandbox.valkey import ValkeyAddress

COPIES: Final = (1, 2)
REDIS: Final = "redis"
NAMESPACES: Final = tuple(f"team-{number:02}" for number in range(40))
_READY: Final = 60.0
Say = Callable[[str], None]


class Site:
    """A stack whose workers reach Redis and the clusters through wires; a watcher does not."""

    def __init__(self, stack: Stack, network: Network) -> None:
        self.stack = stack
        self.network = network
        self.redis = stack.valkey.address

    @property
    def clusters(self) -> tuple[str, ...]:
        """The names of the clusters."""
        return tuple(server.name for server in self.stack.clusters)

    @property
    def workers(self) -> tuple[str, ...]:
        """The names of the workers' processes, every copy of each role."""
        return tuple(copy(role, number) for role in ROLES for number in COPIES)

    def start(self, say: Say) -> None:
        """Start everything and return when every cluster was looked at."""
        self.stack.start_parts(say)
        for server in self.stack.clusters:
            for name in NAMESPACES:
                server.admin().apply(
                    {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
                )
        self._lay_wires()
        say("two copies of each worker")
        self._start_workers()

    def _lay_wires(self) -> None:
        address = self.stack.valkey.address
        port = self.network.lay(REDIS, address.port)
        self.redis = ValkeyAddress(port=port, password=address.password)
        path, yaml = self.stack.configured.path, YAML()
        document: dict[str, Any] = yaml.load(path)
        for server in self.stack.clusters:
            port = self.network.lay(server.name, urlsplit(server.url).port or 0)
            document["clusters"][server.name]["server"] = f"https://127.0.0.1:{port}"
        with path.open("w", encoding="utf-8") as file:
            yaml.dump(document, file)

    def _start_workers(self) -> None:
        configured = replace(self.stack.configured, redis=self.redis)
        for role, settings in ROLES.items():
            environment = configured.environment(role, *settings)
            command = (sys.executable, "-m", "workers", role)
            for number in COPIES:
                name = copy(role, number)
                child = Child(name=name, command=command, environment=environment)
                self.stack.processes.start(child)
        self.stack.processes.wait_until(self._was_seen, *self.workers, seconds=_READY)

    def _was_seen(self) -> bool:
        with connect(self.stack.valkey.url) as client:
            try:
                seen = RedisStore(client).seen()
            except OutsideError:
                return False
        return all(name in seen for name in self.clusters)


def copy(role: str, number: int) -> str:
    """Return the name of one copy of a worker among the processes."""
    return f"{role}-{number}"
