"""The whole of Daypass, started once per run on the clusters of `tests.stack`, and how to use it.

Fixtures: `running` (the stack), `whole` (one test's hold of it). After each test nobody has access
any more, nothing is pending, no part is broken: tests differ by account and by request id.
"""

import shlex
import signal
import subprocess
from collections.abc import Generator, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from http import HTTPStatus
from typing import Final

import pytest
from kubernetes.client import ApiException
from redis import Redis

from daypass.adapters.redis import keys
from daypass.adapters.redis.client import connect
from daypass.adapters.redis.clock import RedisClock
from daypass.adapters.redis.ids import RandomIds
from daypass.adapters.redis.store import RedisStore
from daypass.domain.errors import ConflictError
from daypass.domain.ids import LeaseId, RequestId, lease_id
from daypass.domain.lease import PROVISION_DEADLINE, SKEW, Lease, LeaseState
from daypass.domain.request import Request
from daypass.ports import Change
from daypass.usecases.shared.rows import lapse
from sandbox.cluster.binaries import Binaries
from sandbox.cluster.servers import Clusters, ClusterServer
from sandbox.processes import Process
from sandbox.stack import ACCOUNTS, Stack, Wish
from tests.stack import FOUND, thrown_away
from tests.talk import JSON, SOON, Talk

PRODUCT: Final = ("bot", "grants", "notifications", "timekeeper")
MARK: Final = "app.kubernetes.io/managed-by"
_ACCOUNT_OF: Final = {email: account for account, email in ACCOUNTS.items()}
_RBAC: Final = "/apis/rbac.authorization.k8s.io/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole(Talk):
    """What people do in Slack and on the clusters, what is stored of it, and what goes wrong."""

    store: RedisStore
    clock: RedisClock
    client: Redis

    @property
    def prod(self) -> ClusterServer:
        """The cluster where somebody has to approve."""
        return self.stack.clusters["prod"]

    # ── What is stored ───────────────────────────────────────────────────────────────────────────

    def request(self, name: RequestId) -> Request:
        """A request as it is stored."""
        found = self.store.request(name)
        assert found is not None
        return found

    def lease(self, request: RequestId, number: int = 1) -> Lease:
        """A lease of a request as it is stored."""
        found = self.store.lease(lease_id(request, number))
        assert found is not None
        return found

    def reaches(self, request: RequestId, state: LeaseState, number: int = 1) -> Lease:
        """Wait until a lease is in that state; return it."""
        self.until(
            lambda: self.lease(request, number).state is state,
            f"lease {number} of {request} is {state}, now {self.lease(request, number)}",
        )
        return self.lease(request, number)

    def live(self) -> Mapping[LeaseId, Lease]:
        """Every lease that is not over, on both clusters."""
        return {**self.store.live_on("prod"), **self.store.live_on("dev")}

    # ── The clusters ─────────────────────────────────────────────────────────────────────────────

    def kubectl(self, line: str) -> "subprocess.CompletedProcess[str]":
        """Run a line that begins with `kubectl`, with the sandbox's kubeconfig."""
        kubectl = self.stack.clusters.binaries.kubectl
        command = shlex.split(line)
        assert command[0] == "kubectl", line
        return subprocess.run(
            [kubectl, *command[1:]],
            capture_output=True,
            check=False,
            env={"HOME": str(self.stack.folder), "KUBECONFIG": str(self.stack.kubeconfig)},
            text=True,
            timeout=60,
        )

    def is_served(self, who: str, path: str, cluster: str = "prod") -> bool:
        """Whether somebody, with their own token, may GET that."""
        server = self.stack.clusters[cluster]
        try:
            server.api(server.tokens[who]).get(path)
        except ApiException as error:
            if error.status == HTTPStatus.FORBIDDEN:
                return False
            raise
        return True

    def sees_pods(self, who: str, namespace: str = "payments", cluster: str = "prod") -> bool:
        """Whether somebody, with their own token, may list the pods of a namespace."""
        return self.is_served(who, f"/api/v1/namespaces/{namespace}/pods", cluster)

    def may_list_pods(self, who: str, namespace: str, cluster: str = "prod") -> bool:
        """What the cluster's access review says, as an administrator asks it."""
        attributes = {"namespace": namespace, "verb": "list", "resource": "pods"}
        spec = {"user": ACCOUNTS[who], "resourceAttributes": attributes}
        review = {"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview"}
        admin = self.stack.clusters[cluster].admin()
        answer = admin.post(
            "/apis/authorization.k8s.io/v1/subjectaccessreviews", {**review, "spec": spec}
        )
        return bool(answer["status"]["allowed"])

    def objects(self, *, cluster: str = "prod") -> list[JSON]:
        """Everything under our label that is no other install's, as an administrator sees it."""
        admin = self.stack.clusters[cluster].admin()
        kinds = ("rolebindings", "clusterrolebindings")
        items = [item for kind in kinds for item in admin.get(f"{_RBAC}/{kind}")["items"]]
        labels = ((item, item["metadata"].get("labels", {})) for item in items)
        return [item for item, own in labels if own.get(MARK) == "daypass" and self._is_ours(own)]

    def _is_ours(self, labels: Mapping[str, str]) -> bool:
        """Whether it is this install's, or nobody's: other tests have installs of their own."""
        return labels.get("daypass.dev/install") in (self.stack.install, None)

    def object_of(self, request: RequestId, number: int = 1) -> JSON:
        """The one object of a lease."""
        name = lease_id(request, number)
        objects = self.objects(cluster=self.lease(request, number).cluster)
        [found] = [o for o in objects if o["metadata"]["labels"]["daypass.dev/lease"] == name]
        return found

    def looks_now(self, cluster: str = "prod") -> None:
        """Let the grants worker reconcile at once instead of within half a minute."""
        self._is_due(f"daypass:due:{cluster}", f"reconcile:{cluster}")

    def lets_lapse(self, request: RequestId) -> None:
        """Let a request have been asked so long ago that its time is over now."""
        found = self.request(request)
        by = found.lapses_at - self.clock.now()
        older = replace(found, asked_at=found.asked_at - by, lapses_at=found.lapses_at - by)
        move = RandomIds().move()
        self.store.commit(Change(move=move, requests=(older,), promises=(lapse(older),)))

    def _is_due(self, promises: str, promise: str) -> None:
        """Make due what is promised; a worker that died before it claimed it leaves it due."""
        with connect(self.stack.valkey.url) as client, client.pipeline() as at_once:
            at_once.zadd(promises, {promise: 0}, xx=True).zscore(promises, promise)
            assert at_once.execute()[1] == 0, f"{promise} is promised"

    def sees_afresh(self, cluster: str = "prod") -> None:
        """Let the grants worker look at a cluster now; return when it has.

        One that is under way may have seen what was there before.
        """
        since = self.clock.now()
        self.looks_now(cluster)
        self.until(lambda: self.store.seen()[cluster].taken_at > since, f"a look at {cluster}")

    # ── Troubles ─────────────────────────────────────────────────────────────────────────────────

    @contextmanager
    def unreachable(self, cluster: str = "prod") -> Iterator[None]:
        """Inside, nobody answers at that cluster's address; its data stay."""
        self.stack.clusters.stop_api_server(cluster)
        try:
            yield
        finally:
            self.stack.clusters.start_api_server(cluster)

    def frozen(self, name: str) -> AbstractContextManager[None]:
        """Inside, that process does nothing at all, and does not know it."""
        return frozen(self.stack.processes[name])

    def ages(self, request: RequestId, by: timedelta = PROVISION_DEADLINE + SKEW) -> None:
        """Let a lease that is being granted or undone have been approved earlier, by so much."""

        def is_committed() -> bool:
            try:
                self._commit_older(self.lease(request), by)
            except ConflictError:  # A worker moved it meanwhile.
                return False
            return True

        self.until(is_committed, f"{request} is older")

    def _commit_older(self, lease: Lease, by: timedelta) -> None:
        attempt = lease.attempt and replace(
            lease.attempt, create_before=lease.attempt.create_before - by
        )
        older = replace(lease, approved_at=lease.approved_at - by, attempt=attempt)
        self.store.commit(Change(move=RandomIds().move(), leases=(older,)))

    def restart_bot(self) -> None:
        """Stop the bot in order and start it again; return when it listens."""
        restart_bot(self.stack)

    def revive(self, *names: str) -> None:
        """Start what has ended, and wait until it is ready."""
        for name in names or PRODUCT:
            if not self.stack.processes[name].is_running():
                self.stack.processes.start(self.stack.processes[name].child)
        self.slack.wait_for_app(within=SOON)

    def tidy(self) -> None:
        """Mend everything, and take back whatever the test left."""
        self.slack.clear_faults()
        self.revive()
        for pending in self.store.pending():
            self.says(pending.requester.name, f"cancel {pending.id}")
        for name, lease in self.live().items():
            if lease.grantable:
                self.says(_ACCOUNT_OF[lease.holder.email], f"release {name}")
        self.until(
            lambda: not self.live(), f"all leases are over, now {list(self.live().values())}"
        )
        # Each test has a minute's grants to itself.
        with connect(self.stack.valkey.url) as client:
            client.delete(
                *(keys.tally(one, who) for one in ("prod", "dev") for who in ACCOUNTS.values())
            )


@contextmanager
def frozen(process: Process) -> Iterator[None]:
    """Inside, a process does nothing at all, and does not know it."""
    process.signal(signal.SIGSTOP)
    try:
        yield
    finally:
        process.signal(signal.SIGCONT)


def restart_bot(stack: Stack) -> None:
    """Stop the bot in order and start it again; return when it listens."""
    before = stack.slack.connections()
    stack.processes.restart("bot")
    stack.slack.wait_for_app(connections=before + 1, within=SOON)


@pytest.fixture(scope="session")
def running(
    binaries: Binaries,
    clusters: Clusters,
    tmp_path_factory: pytest.TempPathFactory,
    pytestconfig: pytest.Config,
) -> Iterator[Stack]:
    """Everything runs. Slack's rate limits are off: tests talk faster than people."""
    with thrown_away(tmp_path_factory.mktemp("whole")) as processes:
        stack = Stack(processes, binaries, wish=Wish(rate_limits=False), clusters=clusters)
        with pytestconfig.stash[FOUND].more():
            stack.start(lambda _: None)
        yield stack


@pytest.fixture
def whole(running: Stack) -> Iterator[Whole]:
    """The running stack, for one test."""
    with connect(running.valkey.url) as client:
        store, clock = RedisStore(client), RedisClock(client)
        held = Whole(stack=running, store=store, clock=clock, client=client)
        held.until(running.is_ready, "everything runs")
        yield held
        held.tidy()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that failed on the whole stack shows the last lines of its logs."""
    report = yield
    whole = getattr(item, "funcargs", {}).get("whole")
    if report.failed and isinstance(whole, Whole):
        logs = whole.stack.processes
        report.sections += [(f"log of {name}", logs[name].last_lines()) for name in PRODUCT]
    item.stash[FAILED] = report.failed or item.stash.get(FAILED, False)
    return report


FAILED: Final = pytest.StashKey[bool]()
"""Whether a test has failed so far; fixtures look at it when they are torn down."""
