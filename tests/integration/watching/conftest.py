"""The dev cluster with a worker's rights, and somebody who may watch it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chaos.network import Network
from daypass.adapters.kubernetes.rights import rights
from sandbox.cluster.servers import Clusters, ClusterServer
from sandbox.seed import apply, worker_token
from sandbox.valkey import Valkey
from tests.builders import a_catalog
from tests.guard import unguarded_by_all
from tests.integration.watching.rig import INSTALL, NAME, Rig
from tests.integration.watching.spoiler import Spoiler
from tests.leftovers import left_as_found
from tests.stack import a_namespace


@pytest.fixture(scope="module")
def server(clusters: Clusters) -> Iterator[ClusterServer]:
    """The cluster, where nothing refuses a forgery."""
    found = clusters[NAME]
    with unguarded_by_all(found), left_as_found(found):
        apply(found, rights(a_catalog(), NAME))
        yield found


@pytest.fixture(scope="module")
def token(server: ClusterServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The worker's token."""
    return worker_token(server, tmp_path_factory.mktemp("worker") / "token", install=INSTALL)


@pytest.fixture
def network() -> Iterator[Network]:
    """Wires that break on demand."""
    network = Network()
    with network.running():
        yield network


@pytest.fixture
def spoiler(server: ClusterServer) -> Iterator[Spoiler]:
    """A proxy that loses nothing yet."""
    made = Spoiler(server)
    with made.running():
        yield made


@pytest.fixture
def rig(server: ClusterServer, token: Path, empty_valkey: Valkey) -> Iterator[Rig]:
    """Nobody watches yet."""
    with a_namespace(server) as namespace:
        made = Rig(server=server, token=token, namespace=namespace, url=empty_valkey.url)
        yield made
        made.close()
