"""Granting and revoking on real parts: workers, Valkey, an API server, people's own tokens."""

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from kubernetes.client import ApiException

from daypass.adapters.kubernetes.rights import rights
from daypass.adapters.redis.agenda import RedisAgenda
from daypass.adapters.redis.client import connect
from daypass.adapters.redis.clock import RedisClock
from daypass.adapters.redis.heartbeats import RedisHeartbeats
from daypass.adapters.redis.ids import RandomIds
from daypass.adapters.redis.store import RedisStore
from daypass.adapters.slack.home import Home
from daypass.adapters.slack.people import SlackPeople
from daypass.adapters.yaml import load
from daypass.domain.ids import LeaseId, PersonId, lease_id
from daypass.domain.lease import EndCause, Lease, LeaseState
from daypass.domain.request import RequestState
from daypass.ports import AskPorts
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.release import Release, release
from daypass.usecases.requests.submit import Submit, submit
from sandbox.cluster.binaries import Binaries
from sandbox.cluster.servers import Clusters, ClusterServer
from sandbox.configuration import write_configuration
from sandbox.kubeconfig import write_kubeconfig
from sandbox.processes import Child, Processes
from sandbox.seed import apply, worker_token
from sandbox.valkey import Valkey
from tests.contract.emulated_slack import EmulatedSlack, emulated_slack
from tests.guard import unguarded_by_all
from tests.integration.test_sandbox_cluster import _kubectl
from tests.leftovers import left_as_found

pytestmark = pytest.mark.real

_ALICE, _BOB, _KIM = PersonId("U0ALICE"), PersonId("U0BOB"), PersonId("U0CAROL")
_BINDINGS = "/apis/rbac.authorization.k8s.io/v1/namespaces/payments/rolebindings"
_KEY = "6b" * 32
_INSTALL = "site"
"""Its own: the worker of another install on these clusters would take its objects for strays."""
_SOON = 30.0
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

    def start(self, role: str, **settings: str) -> None:
        """Start one worker role."""
        key = {"DAYPASS_MAC_KEY": _KEY} if role == "grants" else {}
        command = (sys.executable, "-m", "workers", role)
        environment = {**self.settings, **key, **settings}
        self.processes.start(Child(name=role, command=command, environment=environment))

    def until(self, ready: Callable[[], bool]) -> None:
        """Wait until that is so."""
        self.processes.wait_until(ready, "timekeeper", seconds=_SOON)

    def granted(
        self, level: str, duration: timedelta = timedelta(minutes=10), **fields: Any
    ) -> LeaseId:
        """Let alice ask, bob approve where he has to, and wait until it is proven."""
        default = Submit(
            actor=_ALICE, cluster="prod", levels=(level,), duration=duration, reason="INC-42"
        )
        request = submit(replace(default, **fields), self.ask).request
        if request.state is RequestState.PENDING:
            decide(Decide(actor=_BOB, target=request.id, yes=True), self.ask)
        lease = lease_id(request.id, 1)
        self.until(lambda: self.lease(lease).state is LeaseState.ACTIVE)
        return lease

    def lease(self, name: LeaseId) -> Lease:
        """Return the lease as it is stored."""
        found = self.ask.store.lease(name)
        assert found is not None
        return found

    def released(self, lease: LeaseId, by: PersonId = _ALICE) -> None:
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
        items: list[Mapping[str, Any]] = self.prod.admin().get(_BINDINGS)["items"]
        return [one for one in items if _is_ours(one["metadata"].get("labels", {}))]


def _is_ours(labels: Mapping[str, str]) -> bool:
    named = labels.get("daypass.dev/install") in (_INSTALL, None)
    return named and labels.get("app.kubernetes.io/managed-by") == "daypass"


@pytest.fixture(scope="module")
def site(
    clusters: Clusters,
    valkey: Valkey,
    processes: Processes,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    """The worker roles run, and both clusters have been seen."""
    with left_as_found(*clusters), emulated_slack() as slack:
        slack.hands.change_account(_KIM, email="Bob.Kim@Example.COM")
        folder = tmp_path_factory.mktemp("site")
        made = _made(clusters, valkey, processes, slack=slack, folder=folder)
        for role in ("timekeeper", "grants"):
            made.start(role)
        made.until(lambda: set(made.ask.store.seen()) == {"prod", "dev"})
        yield made
        for role in ("grants", "timekeeper"):
            processes.stop(role)


def _made(
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
    write_configuration(folder / "daypass.yaml", clusters, tokens, install=_INSTALL)
    written = (folder / "daypass.yaml").read_text()
    in_small_letters = "  dev:\n    username: '{email:lower}'\n"
    (folder / "daypass.yaml").write_text(written.replace("  dev:\n", in_small_letters))
    catalog = load(folder / "daypass.yaml").catalog
    for server in clusters:
        apply(server, rights(catalog, server.name))
        worker_token(server, tokens[server.name], install=_INSTALL)
    client = connect(valkey.url)
    client.flushall()
    clock = RedisClock(client)
    ask = AskPorts(
        catalog=catalog,
        store=RedisStore(client),
        clock=clock,
        agenda=RedisAgenda(client),
        heartbeats=RedisHeartbeats(client),
        ids=RandomIds(),
        people=SlackPeople(slack.web, Home(team="T0DEMO"), clock.now),
    )
    settings = {
        "DAYPASS_CONFIG": str(folder / "daypass.yaml"),
        "DAYPASS_REDIS_URL": valkey.url,
    }
    return Site(ask=ask, clusters=clusters, processes=processes, settings=settings)


def test_serves_holder_when_granted_and_nobody_when_over(site: Site) -> None:
    """Refused before, served during, refused after; never in another namespace (laws 1 and 4)."""
    assert not site.may_list_pods("payments")
    lease = site.granted("debug")
    assert site.may_list_pods("payments")
    assert not site.may_list_pods("checkout")
    site.released(lease)
    assert not site.may_list_pods("payments")
    assert site.objects() == []


@pytest.mark.parametrize(
    ("cluster", "level", "known", "other"),
    [("prod", "debug", "kim", "kim-lower"), ("dev", "log-reader", "kim-lower", "kim")],
    ids=["letters kept", "small letters"],
)
def test_serves_holder_under_the_spelling_that_the_cluster_knows(
    site: Site, cluster: str, level: str, known: str, other: str
) -> None:
    """Slack's capitals are the user's, unless the template says lower; proven is what works."""
    assert not site.may_list_pods("payments", known, cluster)
    lease = site.granted(level, actor=_KIM, cluster=cluster)
    assert site.may_list_pods("payments", known, cluster)
    assert not site.may_list_pods("payments", other, cluster)
    site.released(lease, by=_KIM)
    assert not site.may_list_pods("payments", known, cluster)


def test_says_everything_on_the_object_when_granted(site: Site) -> None:
    """The object itself names lease, end, requester and approver."""
    lease = site.granted("debug")
    [found] = site.objects()
    said = found["metadata"]["annotations"]
    assert found["metadata"]["labels"]["daypass.dev/lease"] == lease
    assert said["daypass.dev/requester"] == "alice@example.com"
    assert "bob" in said["daypass.dev/approvers"]
    assert said["daypass.dev/expires-at"].endswith("Z")
    site.released(lease)


def test_lets_holder_act_as_group_when_level_is_a_group(
    site: Site, binaries: Binaries, tmp_path: Path
) -> None:
    """Kubectl with --as works while the lease lives, as that group and no other."""
    kubeconfig = write_kubeconfig(tmp_path / "kubeconfig", site.prod.contexts())

    def acts_as(group: str) -> bool:
        who = ("--as=daypass:platform-admins", f"--as-group={group}")
        command = ("--context", "alice@prod", *who, "get", "nodes")
        return _kubectl(binaries, kubeconfig, command).returncode == 0

    assert not acts_as("platform-admins")
    lease = site.granted("platform-admins")
    assert acts_as("platform-admins")
    assert not acts_as("system:masters")
    site.released(lease)
    assert not acts_as("platform-admins")


def test_ends_by_itself_when_time_is_up(site: Site) -> None:
    """Nobody does anything, and it is over (law 3)."""
    lease = site.granted("debug", timedelta(seconds=2))
    site.until(lambda: site.lease(lease).state is LeaseState.ENDED)
    assert site.lease(lease).cause is EndCause.EXPIRED
    assert not site.may_list_pods("payments")


def test_revokes_when_cluster_comes_back(site: Site) -> None:
    """An end waits for nothing but the cluster (law 3)."""
    lease = site.granted("debug")
    site.clusters.stop_api_server("prod")
    try:
        release(Release(actor=_ALICE, target=lease), site.ask)
    finally:
        site.clusters.start_api_server("prod")
    site.until(lambda: site.lease(lease).state is LeaseState.ENDED)
    assert site.objects() == []


def test_removes_object_when_it_was_forged(site: Site) -> None:
    """Our label without a lease of ours does not last (law 1)."""
    with unguarded_by_all(site.prod):
        site.prod.admin().post(_BINDINGS, _forged())
    connect(site.settings["DAYPASS_REDIS_URL"]).zadd("daypass:due:prod", {"reconcile:prod": 0})
    site.until(lambda: site.objects() == [])


def test_refuses_to_start_when_cluster_with_live_leases_is_gone(site: Site, tmp_path: Path) -> None:
    """Nobody would end them; the exit code says that starting again does not help."""
    lease = site.granted("debug")
    site.processes.stop("grants")
    changed = tmp_path / "daypass.yaml"
    changed.write_text(
        Path(site.settings["DAYPASS_CONFIG"]).read_text().replace("  prod:\n", "  renamed:\n")
    )
    site.start("grants", DAYPASS_CONFIG=str(changed))
    assert site.processes["grants"].wait(_SOON) == 78
    assert "cluster prod is not in the configuration" in site.processes["grants"].last_lines()
    site.start("grants")
    site.released(lease)


def _forged() -> dict[str, Any]:
    group = "rbac.authorization.k8s.io"
    return {
        "apiVersion": f"{group}/v1",
        "kind": "RoleBinding",
        "metadata": {"name": "forged", "labels": {"app.kubernetes.io/managed-by": "daypass"}},
        "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": "edit"},
        "subjects": [{"apiGroup": group, "kind": "User", "name": "mallory"}],
    }
