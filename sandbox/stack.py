"""The whole of Daypass on loopback, from real parts: for demo, end-to-end tests and bench."""

import json
import socket
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import urllib3

from daypass.adapters.kubernetes.guard import guard
from daypass.adapters.kubernetes.lane import lane
from daypass.adapters.kubernetes.rights import rights
from daypass.adapters.redis.client import connect
from daypass.adapters.redis.clock import RedisClock
from daypass.adapters.redis.heartbeats import RedisHeartbeats
from daypass.adapters.redis.store import RedisStore
from daypass.adapters.yaml import load
from daypass.domain.errors import OutsideError
from daypass.domain.policy import keeps_time
from daypass.usecases.shared.judging import TIMEKEEPER_PROCESS
from sandbox.cluster.binaries import Binaries
from sandbox.cluster.ports import free_ports
from sandbox.cluster.servers import Clusters
from sandbox.configuration import Configured, write_configuration
from sandbox.errors import SandboxError
from sandbox.kubeconfig import write_kubeconfig
from sandbox.private import write_private
from sandbox.processes import Child, Processes
from sandbox.seed import apply, seed, worker_token
from sandbox.slack.client import Client
from sandbox.slack.tokens import fresh_tokens
from sandbox.valkey import Valkey, valkey_program

ACCOUNTS: Final = {name: f"{name}@example.com" for name in ("alice", "bob", "carol", "dan", "eve")}
ROLES: Final[Mapping[str, tuple[str, ...]]] = {
    "grants": ("CONFIG", "REDIS_URL", "MAC_KEY"),
    "notifications": ("CONFIG", "REDIS_URL", "SLACK_BOT_TOKEN", "SLACK_BASE_URL"),
    "timekeeper": ("CONFIG", "REDIS_URL", "AUDIT_KEY"),
}
BOT: Final = ("CONFIG", "REDIS_URL", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_BASE_URL")
_READY: Final = 30.0
_PORTS: Final = 100
_TRIES: Final = 3
_TAKEN: Final = "address already in use"
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How a stack is to be: the page's port, and whether Slack's rate limits hold.

    The port is the first free one from `first_port`; 0 is any. `workers` is the program that runs
    a worker's role. `install` is whose objects they are where stacks share clusters.
    """

    first_port: int = 0
    rate_limits: bool = True
    workers: str = "workers"
    install: str = "sandbox"


class Stack:
    """Starts in order, each part when what it needs is ready; `processes` stops it in reverse.

    Clusters that somebody else has started, for ACCOUNTS, may be given: they are used as they are.
    """

    def __init__(
        self,
        processes: Processes,
        binaries: Binaries,
        *,
        wish: Wish | None = None,
        clusters: Clusters | None = None,
    ) -> None:
        self.processes = processes
        self.folder = processes.run_directory
        self.clusters = clusters or Clusters(binaries, processes, accounts=ACCOUNTS)
        self.valkey = Valkey(processes, valkey_program())
        self._wish = wish or Wish()
        self._port = 0
        self._tokens = fresh_tokens()
        self._health: dict[str, str] = {}

    @property
    def page(self) -> str:
        """The address of the Slack emulator's page."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def install(self) -> str:
        """Whose objects it makes, where several stacks share clusters."""
        return self._wish.install

    @property
    def slack(self) -> Client:
        """Acts as anybody in the emulated Slack."""
        return Client(self.page)

    @property
    def kubeconfig(self) -> Path:
        """A kubeconfig with a context for each account and cluster."""
        return self.folder / "kubeconfig"

    @property
    def configured(self) -> Configured:
        """What the product's processes are told."""
        return Configured(
            folder=self.folder / "settings",
            redis=self.valkey.address,
            slack_url=f"{self.page}/api/",
            tokens=self._tokens,
        )

    def start(self, say: Say) -> None:
        """Start everything and return when a request would be granted.

        Raises SandboxError with the end of the log of whatever did not come up.
        """
        self.start_parts(say)
        say("bot and workers")
        self.start_product()

    def start_parts(self, say: Say) -> None:
        """Start all that is not Daypass itself, and write what it is to be told.

        Raises SandboxError with the end of the log of whatever did not come up.
        """
        say("Redis (an embedded Valkey)")
        self.valkey.start()
        say("two Kubernetes clusters, prod and dev")
        if not tuple(self.clusters):
            self.clusters.start()
        self._seed()
        say("Slack (an emulator)")
        self.start_slack()

    def _seed(self) -> None:
        folder = self.configured.folder
        folder.mkdir(mode=0o700, exist_ok=True)
        tokens = {server.name: folder / f"{server.name}-token" for server in self.clusters}
        for path in tokens.values():
            write_private(path, "not yet")
        install = self._wish.install
        write_configuration(self.configured.path, self.clusters, tokens, install=install)
        for server in self.clusters:
            seed(server)
        self.give_rights()
        for server in self.clusters:
            worker_token(server, tokens[server.name], install=self._wish.install)
        contexts = [context for server in self.clusters for context in server.contexts()]
        write_kubeconfig(self.kubeconfig, contexts)

    def give_rights(self) -> None:
        """Give the grants worker its rights, and no more, as an administrator does.

        May be done again. The guard holds a moment later.
        """
        catalog = load(self.configured.path).catalog
        for server in self.clusters:
            beside = [*lane(catalog.install), *guard(catalog, server.name)]
            apply(server, [*rights(catalog, server.name), *beside])

    def start_slack(self) -> None:
        """Start the emulator, empty; at the second time where it was."""
        for _ in range(_TRIES - 1):
            try:
                return self._start_slack()
            except SandboxError as error:
                if _TAKEN not in str(error):
                    raise
                self._port = 0  # Another sandbox was faster.
        return self._start_slack()

    def _start_slack(self) -> None:
        self._port = self._port or _free_port(self._wish.first_port)
        path = self.configured.folder / "slack-tokens.json"
        fields = ("bot", "app", "signing_secret")
        write_private(path, json.dumps({name: getattr(self._tokens, name) for name in fields}))
        limits = () if self._wish.rate_limits else ("--no-rate-limits",)
        command = ("sandbox.slack", "--port", str(self._port), "--tokens", str(path), *limits)
        self.processes.start(Child(name="slack", command=(sys.executable, "-m", *command)))
        self.processes.wait_until(self._slack_answers, "slack", seconds=_READY)

    def start_product(self) -> None:
        """Start bot and workers; return when they are connected and have seen both clusters."""
        for role, names in ROLES.items():
            self._start(role, (self._wish.workers, role), names)
        self._start("bot", ("bot",), BOT)
        self.processes.wait_until(self.is_ready, "bot", *ROLES, seconds=_READY)

    def health_of(self, role: str) -> str:
        """The address at which a role serves its metrics and says how it is."""
        return f"http://{self._health[role]}"

    def _start(self, name: str, module: tuple[str, ...], settings: tuple[str, ...]) -> None:
        self._health.setdefault(name, f"127.0.0.1:{free_ports(1)[0]}")
        environment = self.configured.environment(name, *settings)
        environment["DAYPASS_HEALTH"] = self._health[name]
        command = (sys.executable, "-m", *module)
        self.processes.start(Child(name=name, command=command, environment=environment))

    def is_ready(self) -> bool:
        """Whether the bot listens, a timekeeper was heard and every cluster was seen."""
        client = connect(self.valkey.url)
        try:
            seen, now = RedisStore(client).seen(), RedisClock(client).now()
            heard = RedisHeartbeats(client).heard(TIMEKEEPER_PROCESS)
        except OutsideError:
            return False
        listening = "bot.listening" in self.processes["bot"].log.read_text(errors="replace")
        kept = keeps_time(heard, now)
        return kept and listening and {server.name for server in self.clusters} <= seen.keys()

    def _slack_answers(self) -> bool:
        """Whether it is ours that answers, not another sandbox's that was faster."""
        headers = {"Authorization": f"Bearer {self._tokens.bot}"}
        with urllib3.PoolManager(retries=False, timeout=2) as http:
            try:
                answer = http.request("POST", f"{self.page}/api/auth.test", headers=headers)
                return bool(answer.json()["ok"])
            except (urllib3.exceptions.HTTPError, ValueError):
                return False


def _free_port(first: int) -> int:
    """Return the first port from `first` on which nobody listens, or any for 0.

    Raises SandboxError when a hundred of them are taken.
    """
    for port in range(first, first + _PORTS) if first else free_ports(1):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise SandboxError(f"No port from {first} to {first + _PORTS - 1} is free on 127.0.0.1.")
