"""Two clusters on loopback: one etcd, and an API server with its controllers for each.

Everything lives in the run directory and as long as the run: a start begins with empty clusters.
"""

import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

import urllib3

from sandbox.cluster.api import Api
from sandbox.cluster.binaries import Binaries
from sandbox.cluster.commands import (
    ClusterPlace,
    api_server_command,
    controllers_command,
    etcd_command,
)
from sandbox.cluster.ports import free_ports
from sandbox.errors import SandboxError
from sandbox.kubeconfig import Context, write_kubeconfig
from sandbox.private import write_private
from sandbox.processes import Child, Processes

CLUSTERS = ("prod", "dev")
_READY = 60.0  # Seconds for a server to be ready; it takes 3 to 6 on two idle cores.
_TRIES = 3  # Somebody may take a port between our looking and the server's listening.
_TAKEN = "address already in use"
_AUDIT_POLICY = """\
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules: [{level: Metadata}]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterServer:
    """How to reach one running cluster: as its administrator, and as each account."""

    name: str
    url: str
    ca_file: Path
    audit_log: Path
    admin_token: str = field(repr=False)
    tokens: Mapping[str, str] = field(repr=False)
    """Account to token."""

    def admin(self) -> Api:
        """The API as system:masters sees it; for seeding and for looking, never for the product."""
        return Api(url=self.url, ca_file=self.ca_file, token=self.admin_token)

    def api(self, token: str) -> Api:
        """The API as the bearer of a token sees it."""
        return Api(url=self.url, ca_file=self.ca_file, token=token)

    def has_default_roles(self) -> bool:
        """Whether the controllers have given `view`, `edit` and `admin` their rules."""
        roles = "/apis/rbac.authorization.k8s.io/v1/clusterroles"
        api = self.admin()
        return all(api.get(f"{roles}/{name}").get("rules") for name in ("view", "edit", "admin"))

    def contexts(self) -> tuple[Context, ...]:
        """One for each account."""
        return tuple(self._context(name, token) for name, token in self.tokens.items())

    def admin_context(self) -> Context:
        """The administrator's."""
        return self._context("admin", self.admin_token)

    def _context(self, user: str, token: str) -> Context:
        return Context(
            user=user, cluster=self.name, url=self.url, ca_file=self.ca_file, token=token
        )


class Clusters:
    """The clusters of one sandbox.

    `accounts` maps an account to the username by which the API servers know it.
    """

    def __init__(
        self,
        binaries: Binaries,
        processes: Processes,
        *,
        accounts: Mapping[str, str],
        names: Sequence[str] = CLUSTERS,
    ) -> None:
        self.binaries = binaries
        self._processes = processes
        self._accounts = accounts
        self._names = tuple(names)
        self._servers: dict[str, ClusterServer] = {}
        self._api_servers: dict[str, Child] = {}

    def __getitem__(self, name: str) -> ClusterServer:
        return self._servers[name]

    def __iter__(self) -> Iterator[ClusterServer]:
        return iter(self._servers.values())

    def start(self) -> None:
        """Returns when all servers are ready and `view`, `edit` and `admin` have their rules.

        Raises:
            SandboxError: a server did not come up; the text ends with its log's last lines.
        """
        for _ in range(_TRIES - 1):
            try:
                return self._start()
            except SandboxError as error:
                if _TAKEN not in str(error):
                    raise
                self.stop()
        return self._start()

    def stop(self) -> None:
        """Stops all servers that run, the last started first."""
        ours = {"etcd", *map(api_server, self._names), *map(controllers, self._names)}
        for name in reversed([process.name for process in self._processes]):
            if name in ours:
                self._processes.stop(name)

    def stop_api_server(self, cluster: str) -> None:
        """Makes one cluster unreachable at once; its data stays."""
        self._processes.kill(api_server(cluster))

    def start_api_server(self, cluster: str) -> None:
        """Makes it reachable again, at the same address and with the same data."""
        self._processes.start(self._api_servers[cluster])
        self._wait_for_api_server(cluster)

    def _start(self) -> None:
        folder = _emptied(self._processes.run_directory / "clusters")
        etcd_port, *ports = free_ports(2 + len(self._names))
        etcd = f"http://127.0.0.1:{etcd_port}"
        places = [
            ClusterPlace(name=name, folder=folder / name, api_port=port)
            for name, port in zip(self._names, ports[1:], strict=True)
        ]
        self._start_etcd(folder / "etcd", (etcd_port, ports[0]))
        self._start_api_servers(places, etcd)
        self._start_controllers(places)

    def _start_etcd(self, folder: Path, ports: tuple[int, int]) -> None:
        command = etcd_command(self.binaries, folder, ports)
        self._processes.start(Child(name="etcd", command=command))
        url = f"http://127.0.0.1:{ports[0]}/health"
        self._processes.wait_until(lambda: _answers(url), "etcd", seconds=_READY)

    def _start_api_servers(self, places: Sequence[ClusterPlace], etcd: str) -> None:
        for place in places:
            self._servers[place.name] = _prepared(place, self._accounts)
            self._api_servers[place.name] = Child(
                name=api_server(place.name),
                command=api_server_command(self.binaries, place, etcd),
            )
            self._processes.start(self._api_servers[place.name])
        for place in places:
            self._wait_for_api_server(place.name)

    def _wait_for_api_server(self, cluster: str) -> None:
        ready = self._servers[cluster].admin().is_ready
        self._processes.wait_until(ready, api_server(cluster), seconds=_READY)

    def _start_controllers(self, places: Sequence[ClusterPlace]) -> None:
        for place in places:
            context = self._servers[place.name].admin_context()
            write_kubeconfig(place.controllers_kubeconfig, [context])
            command = controllers_command(self.binaries, place)
            name = controllers(place.name)
            self._processes.start(Child(name=name, command=command))
        for server in self:
            self._processes.wait_until(
                server.has_default_roles, controllers(server.name), seconds=_READY
            )


def api_server(cluster: str) -> str:
    """The name of the cluster's API server among the processes."""
    return f"kube-apiserver-{cluster}"


def controllers(cluster: str) -> str:
    """The name of the cluster's kube-controller-manager among the processes."""
    return f"kube-controller-manager-{cluster}"


def _prepared(place: ClusterPlace, accounts: Mapping[str, str]) -> ClusterServer:
    """Writes what the API server reads at its start, with new tokens."""
    server = ClusterServer(
        name=place.name,
        url=place.url,
        ca_file=place.ca_file,
        audit_log=place.audit_log,
        admin_token=secrets.token_urlsafe(24),
        tokens={account: secrets.token_urlsafe(24) for account in accounts},
    )
    place.folder.mkdir(mode=0o700)
    place.audit_policy.write_text(_AUDIT_POLICY)
    write_private(place.tokens, tokens_csv(server, accounts))
    return server


def tokens_csv(server: ClusterServer, accounts: Mapping[str, str]) -> str:
    """The API server's token file: token, username, uid and, for the administrator only, groups."""
    people = [f"{server.tokens[name]},{user},{name}" for name, user in accounts.items()]
    return "\n".join([f'{server.admin_token},admin,admin,"system:masters"', *people, ""])


def _emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    return folder


def _answers(url: str) -> bool:
    with urllib3.PoolManager(retries=False, timeout=2) as http:
        try:
            return http.request("GET", url).status == HTTPStatus.OK
        except urllib3.exceptions.HTTPError:
            return False
