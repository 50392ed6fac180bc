"""A real API server puts the worker in a line of its own."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from time import monotonic
from typing import Final

import pytest
import urllib3
from structlog.testing import capture_logs

from daypass.adapters.kubernetes.cluster import ApiCluster
from daypass.adapters.kubernetes.lane import API_GROUP, lane
from daypass.adapters.kubernetes.rights import rights
from daypass.domain.access import ClusterAccess
from daypass.domain.discovery import Lane
from sandbox.cluster.servers import Clusters, ClusterServer
from sandbox.seed import apply, worker_token
from tests.builders import NOON
from tests.integration.guarding.ground import a_catalog_of
from tests.leftovers import left_as_found

pytestmark = pytest.mark.real

INSTALL: Final = "in-lane"
LEVELS: Final = f"/apis/{API_GROUP}/v1/prioritylevelconfigurations"
REVIEWS: Final = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
SOON: Final = 30.0
"""Seconds; an API server takes a new schema within one."""


@pytest.fixture
def prod(clusters: Clusters) -> Iterator[ClusterServer]:
    """The real prod; what the test's install has there goes when the test is over."""
    with left_as_found(clusters["prod"]):
        yield clusters["prod"]


def level_of(server: ClusterServer, token: str) -> str:
    """Return at which level the server works at what the bearer of a token asks, by its uid."""
    with urllib3.PoolManager(ca_certs=str(server.ca_file), retries=False, timeout=5) as http:
        headers = {"Authorization": f"Bearer {token}"}
        answer = http.request("POST", f"{server.url}{REVIEWS}", json={}, headers=headers)
        return answer.headers["X-Kubernetes-Pf-Prioritylevel-Uid"]


def uid_of(server: ClusterServer, level: str) -> str:
    """Return the uid of a level that is there."""
    return str(server.admin().get(f"{LEVELS}/{level}")["metadata"]["uid"])


def looking(server: ClusterServer, token: Path) -> ApiCluster:
    """Return the worker's way to the server."""
    access = ClusterAccess(server=server.url, ca_file=server.ca_file, token_file=token)
    return ApiCluster("prod", access, install=INSTALL, now=lambda: NOON)


def test_each_look_says_whether_it_was_in_the_lane(prod: ClusterServer, tmp_path: Path) -> None:
    """Once to the log, with what to do; a server that does not tell us is no alarm."""
    catalog = a_catalog_of(INSTALL)
    apply(prod, rights(catalog, "prod", laned=False))
    token = worker_token(prod, tmp_path / "token", install=INSTALL)
    with closing(looking(prod, token)) as cluster, capture_logs() as logs:
        assert cluster.discover().lane is Lane.UNKNOWN
        apply(prod, rights(catalog, "prod"))
        until = monotonic() + SOON
        while cluster.discover().lane is not Lane.MISSING:
            assert monotonic() < until, "it may see that there is none"
        assert cluster.discover().lane is Lane.MISSING
        said = [log["cluster"] for log in logs if log["event"] == "cluster.no_lane"]
        assert said == ["prod"]
        [level, schema] = lane(INSTALL)
        apply(prod, [level])
        assert cluster.discover().lane is Lane.MISSING
        apply(prod, [schema])
        until = monotonic() + SOON
        while cluster.discover().lane is not Lane.OURS:
            assert monotonic() < until, "it is in the lane"


def test_worker_waits_for_no_other_account(prod: ClusterServer, tmp_path: Path) -> None:
    """However many places of theirs somebody holds with bodies that never come whole."""
    catalog = a_catalog_of(INSTALL)
    apply(prod, rights(catalog, "prod"))
    token = worker_token(prod, tmp_path / "token", install=INSTALL).read_text()
    assert level_of(prod, token) == uid_of(prod, "workload-low")
    apply(prod, lane(INSTALL))
    own, until = uid_of(prod, f"daypass-worker-{INSTALL}"), monotonic() + SOON
    while level_of(prod, token) != own:
        assert monotonic() < until, "the worker has its own level"
