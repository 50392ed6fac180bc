"""What is measured: the sandbox's stack with three clusters, one of them behind a wire."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import sleep
from typing import Any, Final
from urllib.parse import urlsplit

from ruamel.yaml import YAML

from chaos.network import Mode, Network
from sandbox.cluster.binaries import Binaries
from sandbox.cluster.servers import Clusters
from sandbox.processes import Child, Processes
from sandbox.stack import ACCOUNTS, ROLES, Stack, Wish

CLUSTERS: Final = ("prod", "dev", "stage")
HANGING: Final = "stage"
"""The one that is reached through a wire, so that it can accept and never answer."""
NAMESPACES: Final = tuple(f"team-{number:02}" for number in range(40))
COPIED: Final = ("grants", "timekeeper")
_SETTLED: Final = 5.0
Say = Callable[[str], None]


class Site:
    """A running stack, and what can be done to it; one copy of each role unless `double`."""

    def __init__(self, processes: Processes, binaries: Binaries, network: Network) -> None:
        self.network = network
        clusters = Clusters(binaries, processes, accounts=ACCOUNTS, names=CLUSTERS)
        self.stack = Stack(processes, binaries, wish=Wish(rate_limits=False), clusters=clusters)

    def start(self, say: Say) -> None:
        """Start everything and return when every cluster was looked at."""
        self.stack.start_parts(say)
        for server in self.stack.clusters:
            for name in NAMESPACES:
                server.admin().apply(
                    {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
                )
        self._lay_wire()
        say("bot and workers")
        self.stack.start_product()

    def double(self) -> None:
        """Start what does not run of the second copies of the grants worker and timekeeper.

        Returns when they have settled: to start takes seconds of a processor.
        """
        configured, processes = self.stack.configured, self.stack.processes
        running = {process.name for process in processes if process.is_running()}
        for role in COPIED:
            if second(role) not in running:
                command = (sys.executable, "-m", "workers", role)
                environment = configured.environment(role, *ROLES[role])
                child = Child(name=second(role), command=command, environment=environment)
                processes.start(child)
        sleep(_SETTLED)

    def kill(self, role: str) -> None:
        """SIGKILL the second copy of a role, its supervisor too: nobody starts it again."""
        self.stack.processes.kill(second(role))

    def hang(self) -> None:
        """Let one cluster accept connections and never answer."""
        self.network.set(HANGING, Mode.BLACKHOLE)

    def mend(self) -> None:
        """Let it answer again."""
        self.network.set(HANGING, Mode.OK)

    def _lay_wire(self) -> None:
        path, yaml = self.stack.configured.path, YAML()
        document: dict[str, Any] = yaml.load(path)
        target = urlsplit(self.stack.clusters[HANGING].url).port or 0
        port = self.network.lay(HANGING, target)
        document["clusters"][HANGING]["server"] = f"https://127.0.0.1:{port}"
        with path.open("w", encoding="utf-8") as file:
            yaml.dump(document, file)


@contextmanager
def held(stack: Stack, name: str) -> Iterator[None]:
    """Inside, a process does nothing at all."""
    stack.processes[name].signal(signal.SIGSTOP)
    try:
        yield
    finally:
        stack.processes[name].signal(signal.SIGCONT)


def second(role: str) -> str:
    """Return the name of the second copy of a role among the processes."""
    return f"{role}-2"
