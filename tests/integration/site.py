"""Two real clusters, a Valkey and the worker roles; people ask through ports."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

from kubernetes.client import ApiException
from redis import Redis

from daypass.adapters.kubernetes.rights import rights
from daypass.adapters.redis.agenda import RedisAgenda
from daypass.adapters.redis.client import connect
from daypass.adapters.redis.clock import RedisClock
from daypass.adapters.redis.heartbeats import RedisHeartbeats
from daypass.adapters.redis.ids import RandomIds
from daypass.adapters.redis.pictures import RedisPictures
from daypass.adapters.redis.store import RedisStore
from daypass.adapters.slack.home import Home
from daypass.adapters.slack.people import SlackPeople
from daypass.adapters.yaml import load
from daypass.domain.discovery import missing
from daypass.domain.ids import LeaseId, PersonId, lease_id
from daypass.domain.lease import Lease, LeaseState
from daypass.domain.request import RequestState
from daypass.ports import AskPorts
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.release import Release, release
from daypass.usecases.requests.submit import Submit, submit
from sandbox.cluster.servers import Clusters, ClusterServer
from sandbox.configuration import write_configuration
from sandbox.processes import Child, Processes
from sandbox.seed import apply, worker_token
from sandbox.valkey import Valkey
from tests.contract.emulated_slack import EmulatedSlack
from tests.rules import the_level

ALICE, BOB, KIM = PersonId("U0ALICE"), PersonId("U0BOB"), PersonId("U0CAROL")
BINDINGS = "/apis/rbac.authorization.k8s.io/v1/namespaces/payments/rolebindings"
_KEY = "6b" * 32
INSTALL = "site"
"""Its own: the worker of another install on these clusters would take its objects for strays."""
_LEVELS = """\
  look:
  - {summary: Read, clusters: {env: prod}, role: view, namespaces: [checkout]}
  - summary: Logs
    clusters: {env: dev}
    role: {kind: Role, name: log-reader}
    namespaces: [payments]
  to-come: {summary: Not yet, clusters: {env: dev}, role: to-come, namespaces: [payments]}
  team-to-come: {summary: Not yet, clusters: {env: dev}, group: team-to-come}
"""
"""One name that is another role on each cluster, and two levels of which nothing is there yet."""
SOON = 30.0
"""Seconds that anything may take on a busy machine; no test says how fast it has to be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Two clusters, a store, the worker roles, and the ports by which people ask."""

    ask: AskPorts
    clusters: Clusters
    processes: Processes
    settings: Mapping[str, str]

    @property
    def prod(self) -> ClusterServer:
        """The cluster where somebody has to approve."""
        return self.clusters["prod"]

    def start(self, role: str, name: str = "", **settings: str) -> None:
        """Start one worker role; a second one under another name."""
        key = {"DAYPASS_MAC_KEY": _KEY} if role == "grants" else {}
        command = (sys.executable, "-m", "workers", role)
        environment = {**self.settings, **key, **settings}
        self.processes.start(Child(name=name or role, command=command, environment=environment))

    @property
    def redis(self) -> Redis:
        """The store as whoever may write to it all reaches it."""
        return connect(self.settings["DAYPASS_REDIS_URL"])

    def until(self, ready: Callable[[], bool]) -> None:
        """Wait until that is so."""
        self.processes.wait_until(ready, "timekeeper", seconds=SOON)

    def look(self) -> None:
        """Let the grants worker look at prod now."""
        self.redis.zadd("daypass:due:prod", {"reconcile:prod": 0})

    def lacking(self, level: str) -> tuple[str, ...]:
        """Return what prod was last seen to lack for a level that is fixed there."""
        found = the_level(level, self.ask.catalog)
        return missing(found, found.anywhere, self.ask.store.seen()["prod"])

    def granted(
        self, level: str, duration: timedelta = timedelta(minutes=10), **fields: Any
    ) -> LeaseId:
        """Let alice ask, bob approve where he has to, and wait until it is proven."""
        default = Submit(
            actor=ALICE, cluster="prod", levels=(level,), duration=duration, reason="INC-42"
        )
        request = submit(replace(default, **fields), self.ask).request
        if request.state is RequestState.PENDING:
            decide(Decide(actor=BOB, target=request.id, yes=True), self.ask)
        lease = lease_id(request.id, 1)
        self.until(lambda: self.lease(lease).state is LeaseState.ACTIVE)
        return lease

    def lease(self, name: LeaseId) -> Lease:
        """Return the lease as it is stored."""
        found = self.ask.store.lease(name)
        assert found is not None
        return found

    def released(self, lease: LeaseId, by: PersonId = ALICE) -> None:
        """Let its holder release it, and wait until it is proven gone."""
        release(Release(actor=by, target=lease), self.ask)
        self.until(lambda: self.lease(lease).state is LeaseState.ENDED)

    def may_list_pods(self, namespace: str, who: str = "alice", cluster: str = "prod") -> bool:
        """Whether somebody (alice), with their own token, is served."""
        server = self.clusters[cluster]
        try:
            server.api(server.tokens[who]).get(f"/api/v1/namespaces/{namespace}/pods")
        except ApiException as error:
            if error.status == HTTPStatus.FORBIDDEN:
                return False
            raise
        return True

    def objects(self) -> list[Mapping[str, Any]]:
        """Return what is ours or nobody's in payments, as an administrator sees it."""
        items: list[Mapping[str, Any]] = self.prod.admin().get(BINDINGS)["items"]
        return [one for one in items if _is_ours(one["metadata"].get("labels", {}))]


def _is_ours(labels: Mapping[str, str]) -> bool:
    named = labels.get("daypass.dev/install") in (INSTALL, None)
    return named and labels.get("app.kubernetes.io/managed-by") == "daypass"


def made_of(
    clusters: Clusters,
    valkey: Valkey,
    processes: Processes,
    *,
    slack: EmulatedSlack,
    folder: Path,
) -> Site:
    tokens = {server.name: folder / f"{server.name}-token" for server in clusters}
    for path in tokens.values():
        path.touch()
    _configure(folder, clusters, tokens)
    catalog = load(folder / "daypass.yaml").catalog
    for server in clusters:
        apply(server, rights(catalog, server.name))
        worker_token(server, tokens[server.name], install=INSTALL)
    client = connect(valkey.url)
    client.flushall()
    clock = RedisClock(client)
    ask = AskPorts(
        catalog=catalog,
        store=RedisStore(client),
        clock=clock,
        agenda=RedisAgenda(client),
        heartbeats=RedisHeartbeats(client),
        pictures=RedisPictures(client),
        ids=RandomIds(),
        people=SlackPeople(slack.web, Home(team="T0DEMO"), clock.now),
    )
    settings = {
        "DAYPASS_CONFIG": str(folder / "daypass.yaml"),
        "DAYPASS_REDIS_URL": valkey.url,
    }
    return Site(ask=ask, clusters=clusters, processes=processes, settings=settings)


def _configure(folder: Path, clusters: Clusters, tokens: Mapping[str, Path]) -> None:
    """Write the sandbox's rules with dev in small letters, and the levels of these tests."""
    write_configuration(folder / "daypass.yaml", clusters, tokens, install=INSTALL)
    written = (folder / "daypass.yaml").read_text()
    in_small_letters = "  dev:\n    username: '{email:lower}'\n"
    for old, new in (
        ("  dev:\n", in_small_letters),
        ("levels:\n", f"levels:\n{_LEVELS}"),
        ("- name: development\n", "- name: development\n  default_level: look\n"),
    ):
        written = written.replace(old, new, 1)
    (folder / "daypass.yaml").write_text(written)


def forged() -> dict[str, Any]:
    """Return a binding under our label that no lease of ours has."""
    group = "rbac.authorization.k8s.io"
    return {
        "apiVersion": f"{group}/v1",
        "kind": "RoleBinding",
        "metadata": {"name": "forged", "labels": {"app.kubernetes.io/managed-by": "daypass"}},
        "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": "edit"},
        "subjects": [{"apiGroup": group, "kind": "User", "name": "mallory"}],
    }
