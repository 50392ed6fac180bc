"""What is measured: the sandbox's stack with three clusters, one of them behind a wire."""

import sys
from collections.abc import Callable, Sequence
from time import sleep
from typing import Any, Final
from urllib.parse import urlsplit

from ruamel.yaml import YAML

from bench.commands import acks
from bench.empty import READY
from bench.places import NAMESPACES
from chaos.network import Mode, Network
from sandbox.cluster.binaries import Binaries
from sandbox.cluster.servers import Clusters
from sandbox.processes import Child, Processes
from sandbox.stack import ACCOUNTS, BOT, ROLES, Stack, Wish

CLUSTERS: Final = ("prod", "dev", "stage")
HANGING: Final = "stage"
"""The one that is reached through a wire, so that it can accept and never answer."""
COPIED: Final = ("grants", "timekeeper")
_OFFBOARD: Final = "24h"
"""Those of whom there are thousands are not in Slack: asked about, all that they hold would end."""
_SETTLED: Final = 5.0
_STARTED: Final = 30.0
_EMPTY: Final = "empty"
_SINGLY: Final = 100
Say = Callable[[str], None]


class Site:
    """A running stack, and what can be done to it; one copy of each role unless `double`."""

    def __init__(self, processes: Processes, binaries: Binaries, network: Network) -> None:
        self.network = network
        self.empty: Sequence[float] = ()
        """Command → ack of an app that does nothing else."""
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
        say("an app that does nothing")
        self.empty = self._empty_acks()
        say("bot and workers")
        self.stack.start_product()

    def _empty_acks(self) -> Sequence[float]:
        """Measure command → ack while an app is connected that only acknowledges."""
        processes, settings = self.stack.processes, self.stack.configured.environment("bot", *BOT)
        command = (sys.executable, "-m", "bench.empty")
        listening = processes.start(Child(name=_EMPTY, command=command, environment=settings))
        processes.wait_until(
            lambda: READY in listening.log.read_text(errors="replace"), _EMPTY, seconds=_STARTED
        )
        try:
            return acks(self.stack, _SINGLY)
        finally:
            processes.stop(_EMPTY)

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
        document["offboard_within"] = _OFFBOARD
        with path.open("w", encoding="utf-8") as file:
            yaml.dump(document, file)


def second(role: str) -> str:
    """Return the name of the second copy of a role among the processes."""
    return f"{role}-2"
