"""The sandbox's clusters are real, know their people, and can be taken away and brought back."""

import json
import stat
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from kubernetes.client import ApiException

from bot.grammar.line import Line
from bot.grammar.parse import parse
from sandbox.cluster.binaries import Binaries
from sandbox.cluster.servers import Clusters
from sandbox.errors import SandboxError
from sandbox.kubeconfig import write_kubeconfig
from sandbox.processes import Processes
from sandbox.seed import apply, seed, worker_token
from sandbox.seed_objects import NAMESPACES, PLATFORM_ADMINS
from tests.leftovers import left_as_found
from tests.stack import ACCOUNTS, a_namespace

pytestmark = pytest.mark.real

_PODS = "/api/v1/namespaces/payments/pods"
_ROLES = "/apis/rbac.authorization.k8s.io/v1/clusterroles"
_WHO_AM_I = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}


def _username(clusters: Clusters, cluster: str, token: str) -> str:
    path = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
    answer = clusters[cluster].api(token).post(path, _WHO_AM_I)
    username: str = answer["status"]["userInfo"]["username"]
    return username


@pytest.fixture(scope="module")
def kubeconfig(clusters: Clusters, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For all accounts and clusters."""
    contexts = [context for server in clusters for context in server.contexts()]
    return write_kubeconfig(tmp_path_factory.mktemp("people") / "kubeconfig", contexts)


def _kubectl(
    binaries: Binaries, kubeconfig: Path, arguments: Sequence[str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [binaries.kubectl, "--kubeconfig", kubeconfig, *arguments],
        capture_output=True,
        check=False,
        env={"HOME": str(kubeconfig.parent)},
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("cluster", ["prod", "dev"])
@pytest.mark.parametrize("account", ACCOUNTS)
def test_token_means_the_person_when_used(clusters: Clusters, cluster: str, account: str) -> None:
    """An account's token is that person, under the name that the accounts give, on each cluster."""
    assert _username(clusters, cluster, clusters[cluster].tokens[account]) == ACCOUNTS[account]


def test_token_is_refused_when_used_on_the_other_cluster(clusters: Clusters) -> None:
    """The clusters do not share credentials."""
    with pytest.raises(ApiException) as refused:
        _username(clusters, "dev", clusters["prod"].tokens["alice"])
    assert refused.value.status == 401


def test_clusters_differ_when_they_share_etcd(clusters: Clusters, namespace: str) -> None:
    """What is made on prod is not on dev."""
    path = f"/api/v1/namespaces/{namespace}"
    assert clusters["prod"].admin().get(path)["metadata"]["name"] == namespace
    with pytest.raises(ApiException) as missing:
        clusters["dev"].admin().get(path)
    assert missing.value.status == 404


@pytest.mark.parametrize("role", ["view", "edit", "admin"])
def test_role_has_rules_when_started(clusters: Clusters, role: str) -> None:
    """The aggregation controller runs: without it these roles are empty and grant nothing."""
    assert clusters["dev"].admin().get(f"{_ROLES}/{role}")["rules"]


def test_namespace_has_its_service_account_when_made(
    clusters: Clusters, namespace: str, processes: Processes
) -> None:
    """The ServiceAccount controller runs."""
    path = f"/api/v1/namespaces/{namespace}/serviceaccounts"
    admin = clusters["prod"].admin()
    processes.wait_until(
        lambda: [item["metadata"]["name"] for item in admin.get(path)["items"]] == ["default"],
        "kube-controller-manager-prod",
        seconds=20,
    )


def test_server_counts_itself_once_when_asked_for_its_endpoints(
    clusters: Clusters, processes: Processes
) -> None:
    """The EndpointSlice of the API server tells how many there are: the proof asks each of them."""
    path = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes"
    admin = clusters["prod"].admin()
    processes.wait_until(
        lambda: len(admin.get(path)["endpoints"] or []) == 1, "kube-apiserver-prod", seconds=20
    )


def test_seed_shows_running_pods_when_listed(clusters: Clusters) -> None:
    """Each seeded namespace has pods, and they look alive."""
    pods = clusters["prod"].admin().get("/api/v1/pods")["items"]
    ours = [pod for pod in pods if pod["metadata"]["namespace"] in NAMESPACES]
    assert {pod["metadata"]["namespace"] for pod in ours} == set(NAMESPACES)
    assert {pod["status"]["phase"] for pod in ours} == {"Running"}


def test_seed_changes_nothing_when_done_again(clusters: Clusters) -> None:
    """Seeding is idempotent: the second time writes no new version of an object."""
    admin = clusters["dev"].admin()
    before = admin.get(_PODS)["items"]
    seed(clusters["dev"])
    assert admin.get(_PODS)["items"] == before


def test_apply_names_the_object_when_it_is_refused(clusters: Clusters) -> None:
    """A person who seeds something wrong learns which object it is."""
    wrong = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "No", "namespace": "x"}}
    with pytest.raises(SandboxError, match="ConfigMap No could not be made on prod"):
        apply(clusters["prod"], [wrong])


def test_group_gives_its_duties_when_impersonated(
    clusters: Clusters, binaries: Binaries, tmp_path: Path
) -> None:
    """The seeded group may list nodes, and reads no Secrets."""
    admin = write_kubeconfig(tmp_path / "kubeconfig", [clusters["prod"].admin_context()])
    group = ["--as=somebody", f"--as-group={PLATFORM_ADMINS}"]
    assert "node-1" in _kubectl(binaries, admin, [*group, "get", "nodes"]).stdout
    assert "Forbidden" in _kubectl(binaries, admin, [*group, "get", "secrets"]).stderr


def test_worker_is_its_service_account_when_it_has_its_token(
    clusters: Clusters, tmp_path: Path
) -> None:
    """The worker's token is its install's ServiceAccount, never an administrator."""
    account = {"name": "daypass-worker-known", "namespace": "daypass"}
    with left_as_found(clusters["prod"]):
        apply(
            clusters["prod"],
            [{"apiVersion": "v1", "kind": "ServiceAccount", "metadata": account}],
        )
        path = worker_token(clusters["prod"], tmp_path / "token", install="known")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        who = _username(clusters, "prod", path.read_text())
        assert who == "system:serviceaccount:daypass:daypass-worker-known"


def test_worker_token_says_where_it_was_refused(clusters: Clusters, tmp_path: Path) -> None:
    """A token that the cluster does not give: a clear error, no file."""
    refused = replace(clusters["dev"], admin_token="nobody's")
    with pytest.raises(SandboxError, match="No token for the worker on dev"):
        worker_token(refused, tmp_path / "token")
    assert not (tmp_path / "token").exists()


def test_kubectl_is_refused_by_rbac_when_nothing_was_granted(
    binaries: Binaries, kubeconfig: Path
) -> None:
    """Alice is known to the cluster, and may do nothing yet."""
    answer = _kubectl(
        binaries, kubeconfig, ["--context", "alice@prod", "-n", "payments", "get", "pods"]
    )
    assert 'pods is forbidden: User "alice@example.com" cannot list' in answer.stderr


def test_kubectl_says_who_it_is_when_given_a_context(binaries: Binaries, kubeconfig: Path) -> None:
    """The kubeconfig has a context for each account and cluster."""
    for cluster in ("prod", "dev"):
        for account, username in ACCOUNTS.items():
            arguments = ["--context", f"{account}@{cluster}", "auth", "whoami", "-o", "json"]
            review = json.loads(_kubectl(binaries, kubeconfig, arguments).stdout)
            assert review["status"]["userInfo"]["username"] == username


@pytest.mark.parametrize(
    "form", [(), ("-o", "yaml"), ("-o", "json")], ids=["table", "yaml", "json"]
)
def test_check_reads_what_kubectl_prints(
    binaries: Binaries, kubeconfig: Path, form: tuple[str, ...]
) -> None:
    """Pasted as it is, or with its lines run together as some chats do."""
    arguments = ["--context", "alice@prod", "auth", "whoami", *form]
    printed = _kubectl(binaries, kubeconfig, arguments).stdout
    for pasted in (printed, " ".join(printed.split())):
        line = parse(f"whoami --check prod {pasted}")
        assert isinstance(line, Line)
        assert (line.cluster, line.heard_of) == ("prod", "alice@example.com")


def test_audit_log_names_the_person_when_they_were_refused(
    clusters: Clusters, namespace: str
) -> None:
    """Each request is in the audit log with its user, as on a cluster that is looked after."""
    server = clusters["prod"]
    with pytest.raises(ApiException):
        server.api(server.tokens["eve"]).get(f"/api/v1/namespaces/{namespace}/secrets")
    events = [json.loads(line) for line in server.audit_log.read_text().splitlines()]
    ours = [event for event in events if namespace in event["requestURI"]]
    assert "eve@example.com" in {event["user"]["username"] for event in ours}


def test_cluster_keeps_its_objects_when_its_api_server_was_away(clusters: Clusters) -> None:
    """An outage: no answer while the server is away, then the same address and the same objects."""
    server = clusters["dev"]
    before = server.admin().get("/api/v1/namespaces/payments")["metadata"]["uid"]
    clusters.stop_api_server("dev")
    try:
        assert not server.admin().is_ready()
        assert clusters["prod"].admin().is_ready()
    finally:
        clusters.start_api_server("dev")
    assert server.admin().get("/api/v1/namespaces/payments")["metadata"]["uid"] == before


def test_start_shows_the_log_when_a_server_fails(binaries: Binaries, tmp_path: Path) -> None:
    """A server that ends at once is reported with the last lines of its log; nothing stays."""
    broken = Binaries(
        etcd=Path("/bin/ls"),
        kube_apiserver=binaries.kube_apiserver,
        kube_controller_manager=binaries.kube_controller_manager,
        kubectl=binaries.kubectl,
    )
    with Processes(tmp_path / "run") as processes:
        with pytest.raises(SandboxError, match=r"etcd \(/bin/ls\) ended with code 2") as failed:
            Clusters(broken, processes, accounts={}).start()
        assert "ls: " in str(failed.value)


def test_stop_leaves_no_process_when_the_clusters_ran(binaries: Binaries, tmp_path: Path) -> None:
    """Stopping ends all servers, in the reverse order of their start."""
    with Processes(tmp_path / "run") as processes:
        clusters = Clusters(binaries, processes, accounts=ACCOUNTS, names=("only",))
        clusters.start()
        assert all(process.is_running() for process in processes)
        clusters.stop()
        assert not any(process.is_running() for process in processes)
    assert not clusters["only"].admin().is_ready()


def test_an_object_is_replaced_whoever_wrote_to_it_meanwhile(clusters: Clusters) -> None:
    """A test that puts back what it read must not lose to the server's own controllers."""
    admin = clusters["dev"].admin()
    with a_namespace(clusters["dev"]) as namespace:
        place = f"/api/v1/namespaces/{namespace}/configmaps"
        made = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "one"}}
        read = admin.post(place, made)
        admin.replace(f"{place}/one", {**read, "data": {"by": "a controller"}})
        assert admin.replace(f"{place}/one", {**read, "data": {"by": "us"}})["data"]["by"] == "us"
