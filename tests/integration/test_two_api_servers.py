"""A cluster with two API servers: nothing is proven before both have said it.

Both serve the same data. The second one gets what etcd tells it through a relay that can hold it
back, so that its cache lags for as long as a test wants.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from daypass.adapters.kubernetes.cluster import ApiCluster
from daypass.adapters.kubernetes.rights import rights
from daypass.domain.access import ClusterAccess
from daypass.domain.errors import TemporaryOutsideError
from daypass.domain.lease import Attempt, Lease, LeaseState
from daypass.domain.review import Question
from daypass.ports import GrantPorts
from daypass.usecases.grants.prove import prove, still_allowed
from sandbox.cluster.ports import free_ports
from sandbox.cluster.servers import Clusters, ClusterServer, api_server
from sandbox.processes import Child, Processes
from sandbox.seed import apply, worker_token
from tests.builders import a_lease, a_world
from tests.contract.cluster.mute import Relay
from tests.contract.cluster.stages import CATALOG, RealStage, an_object, roles
from tests.leftovers import left_as_found
from tests.stack import a_namespace
from tests.unit.usecases.scenes import with_cluster

pytestmark = pytest.mark.real

SECOND = "kube-apiserver-prod-2"
SEEN = 30.0
"""Seconds for the second server to start, and to say that it is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two API servers: `both` reaches them in turn, `first` the one that never lags."""

    processes: Processes
    first: ApiCluster
    both: ApiCluster
    stage: RealStage
    etcd: Relay
    audit_logs: tuple[Path, Path]

    def asks_both(self, question: Question) -> list[bool]:
        """Return both answers."""
        return sorted(one.allowed for one in self.both.reviews(question))

    def until_both_say(self, question: Question, *, allowed: bool) -> None:
        """Wait until their caches have it."""
        wanted = [allowed] * 2
        self.processes.wait_until(lambda: self.asks_both(question) == wanted, SECOND, seconds=SEEN)

    def ports(self) -> GrantPorts:
        """Return a worker's ports on both; its clock is in memory, so waiting takes no time."""
        return with_cluster(a_world().grants(), self.both)


@pytest.fixture(scope="module")
def pair(
    clusters: Clusters, processes: Processes, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pair]:
    """The real prod with one API server more, and a load balancer before both."""
    folder, server = tmp_path_factory.mktemp("pair"), clusters["prod"]
    with left_as_found(server), a_namespace(server) as namespace:
        yield from _paired(server, processes, namespace, folder)


def _paired(
    server: ClusterServer, processes: Processes, namespace: str, folder: Path
) -> Iterator[Pair]:
    apply(server, [*rights(CATALOG, "prod"), *roles(namespace)])
    token = worker_token(server, folder / "token", install=CATALOG.install)
    command = processes[api_server("prod")].child.command
    audit_log, port = folder / "audit.log", free_ports(1)[0]
    with Relay(_address(_option(command, "--etcd-servers"))) as etcd:
        second = _second(command, port=port, etcd=etcd.port, audit_log=audit_log)
        processes.start(Child(name=SECOND, command=second))
        own = replace(server, url=f"https://127.0.0.1:{port}")
        processes.wait_until(own.admin().is_ready, SECOND, seconds=SEEN)
        with Relay(_address(server.url), _address(own.url)) as balancer:
            first, both = (_cluster(server, url, token) for url in (server.url, balancer.url))
            stage = RealStage(server=server, token=token, cluster=first, namespace=namespace)
            made = Pair(
                processes=processes,
                first=first,
                both=both,
                stage=stage,
                etcd=etcd,
                audit_logs=(server.audit_log, audit_log),
            )
            processes.wait_until(lambda: _counted(made) == 2, SECOND, seconds=SEEN)
            yield made
            for one in (first, both):
                one.close()
        processes.stop(SECOND)  # In order: it strikes itself off the list of API servers.


def _second(command: tuple[str, ...], *, port: int, etcd: int, audit_log: Path) -> tuple[str, ...]:
    """Return a command for the same cluster, certificate, accounts and keys."""
    changed = {
        "--secure-port": str(port),
        "--etcd-servers": f"http://127.0.0.1:{etcd}",
        "--advertise-address": "192.0.2.2",
        "--audit-log-path": str(audit_log),
    }
    kept = [one for one in command if one.partition("=")[0] not in changed]
    return (*kept, *(f"{name}={value}" for name, value in changed.items()))


def _option(command: tuple[str, ...], name: str) -> str:
    return next(one for one in command if one.startswith(f"{name}=")).partition("=")[2]


def _address(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return str(parts.hostname), int(parts.port or 0)


def _cluster(server: ClusterServer, url: str, token: Path) -> ApiCluster:
    access = ClusterAccess(server=url, ca_file=server.ca_file, token_file=token)
    return ApiCluster("prod", access, install=CATALOG.install, now=lambda: datetime.now(UTC))


def _counted(pair: Pair) -> int:
    pair.both.discover()
    return len(pair.both.reviews(Question(user="nobody", verb="get", resource="pods")))


def _reviews(audit_log: Path, user: str) -> int:
    """Count the reviews that a server has answered to this user."""
    lines = map(json.loads, audit_log.read_text().splitlines())
    return sum(_is_ours(one, user) for one in lines)


def _is_ours(event: dict[str, Any], user: str) -> bool:
    review = event.get("objectRef", {}).get("resource") == "subjectaccessreviews"
    return bool(review and event["user"]["username"].endswith(user))


def test_asks_every_server_when_there_are_two(pair: Pair) -> None:
    """Counted from the cluster's own EndpointSlice, each is asked over a connection of its own."""
    before = [_reviews(log, "daypass-worker-contract") for log in pair.audit_logs]
    pair.both.reviews(Question(user="nobody", verb="get", resource="pods"))
    pair.processes.wait_until(
        lambda: (
            [_reviews(log, "daypass-worker-contract") for log in pair.audit_logs]
            == [count + 1 for count in before]
        ),
        SECOND,
        seconds=SEEN,
    )


def test_proves_access_when_every_server_confirms_it(pair: Pair) -> None:
    """Whoever is told that they have access is served by whichever server they meet (law 4)."""
    planned = an_object(pair.stage)
    [question, *_] = pair.both.questions(planned)
    with pair.etcd.held():
        ref = pair.first.create(planned)
        pair.processes.wait_until(
            lambda: pair.asks_both(question) == [False, True], SECOND, seconds=SEEN
        )
        with pytest.raises(TemporaryOutsideError, match="does not confirm"):
            prove(ref, [question], pair.ports())
    pair.until_both_say(question, allowed=True)
    assert prove(ref, [question], pair.ports()) == ""


def test_proves_end_when_no_server_allows_it_any_more(pair: Pair) -> None:
    """A server whose cache lags still lets the person in: it is not over (law 4)."""
    planned = an_object(pair.stage)
    [question, *_] = pair.both.questions(planned)
    ref = pair.first.create(planned)
    pair.until_both_say(question, allowed=True)
    lease = _over(planned.lease, ref=ref, proof=(question,))
    with pair.etcd.held():
        pair.first.delete(ref)
        pair.processes.wait_until(
            lambda: pair.asks_both(question) == [False, True], SECOND, seconds=SEEN
        )
        assert still_allowed(lease, None, pair.ports()) is None
    pair.until_both_say(question, allowed=False)
    assert still_allowed(lease, None, pair.ports()) == ""


def _over(name: Any, **fields: Any) -> Lease:
    now = datetime.now(UTC)
    attempt = Attempt(
        number=1,
        objects=(fields["ref"],),
        expires_at=now + timedelta(hours=1),
        create_before=now,
    )
    return a_lease(
        id=name,
        state=LeaseState.REVOKING,
        attempt=attempt,
        proof=fields["proof"],
        granted_at=now,
    )
