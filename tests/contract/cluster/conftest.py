"""The cluster to play a contract on, once in memory and once real."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from daypass.adapters.kubernetes.rights import rights
from sandbox.cluster.servers import ClusterServer
from sandbox.seed import apply, worker_token
from tests.contract.cluster.stages import (
    CATALOG,
    RealStage,
    Stage,
    memory_stage,
    roles,
    worker_cluster,
)
from tests.guard import unguarded_by_all
from tests.leftovers import left_as_found
from tests.stack import a_namespace


@pytest.fixture(scope="module")
def worker_server(request: pytest.FixtureRequest) -> Iterator[ClusterServer]:
    """The dev cluster, where the worker has the rights of the contract's catalog, and no guard.

    Other tests' installs may have theirs there; to them what names no install is a forgery.
    """
    found: ClusterServer = request.getfixturevalue("clusters")["dev"]
    with unguarded_by_all(found), left_as_found(found):
        apply(found, rights(CATALOG, "dev"))
        yield found


@pytest.fixture(scope="module")
def worker_token_file(
    worker_server: ClusterServer, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The worker's token."""
    return worker_token(
        worker_server, tmp_path_factory.mktemp("worker") / "token", install=CATALOG.install
    )


@pytest.fixture(params=["memory", pytest.param("real", marks=pytest.mark.real)])
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    """A cluster to play on, and a namespace in it."""
    if request.param == "memory":
        yield memory_stage()
        return
    server: ClusterServer = request.getfixturevalue("worker_server")
    token: Path = request.getfixturevalue("worker_token_file")
    cluster = worker_cluster(server, token)
    with a_namespace(server) as namespace:
        apply(server, roles(namespace))
        yield RealStage(server=server, token=token, cluster=cluster, namespace=namespace)
    cluster.close()
