"""Real parts for tests, started once per run: two seeded clusters and a Valkey.

Fixtures: `binaries`, `processes`, `clusters`, `valkey`, `empty_valkey`, `namespace`. A test that
stops or kills one of them starts it again. Each test works in a namespace of its own. What tests
put on the clusters besides (rights, guards, marks, roles) they take away: a module that leaves
anything fails.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
import redis

from daypass.adapters.kubernetes.static import NAMESPACE, bare
from sandbox.cluster.binaries import Binaries, find_binaries
from sandbox.cluster.servers import Clusters, ClusterServer
from sandbox.errors import SandboxError
from sandbox.processes import Processes
from sandbox.seed import apply, seed
from sandbox.valkey import Valkey, valkey_program
from tests.conftest import require_real
from tests.leftovers import Found
from tests.side_by_side import needs_clusters

ACCOUNTS: Final = {
    **{name: f"{name}@example.com" for name in ("alice", "bob", "carol", "dan", "eve")},
    "kim": "Bob.Kim@Example.COM",
    "kim-lower": "bob.kim@example.com",
}
"""Account to the username by which the clusters know it.

One person in two spellings, as two identity providers hand them on, is two users to a cluster.
"""
FOUND: Final = pytest.StashKey[Found]()
"""What belongs on the clusters, once they run."""


@pytest.fixture(scope="session")
def binaries() -> Binaries:
    """What the clusters run; the test is skipped where it was never built."""
    try:
        return find_binaries(os.environ)
    except SandboxError as error:
        require_real(str(error))


@pytest.fixture(scope="session")
def processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    """Everything that tests start as part of the stack ends with the test run."""
    with thrown_away(tmp_path_factory.mktemp("stack")) as running:
        yield running


@contextmanager
def thrown_away(folder: Path) -> Iterator[Processes]:
    """Processes that are killed in the end: nobody waits until they have put things in order."""
    with Processes(folder) as running:
        yield running
        for process in reversed(tuple(running)):
            running.kill(process.name)


@pytest.fixture(scope="session")
def clusters(binaries: Binaries, processes: Processes, pytestconfig: pytest.Config) -> Clusters:
    """`prod` and `dev`, seeded, with a token for each of ACCOUNTS."""
    started = Clusters(binaries, processes, accounts=ACCOUNTS)
    started.start()
    for server in started:
        seed(server)
        apply(server, [bare("v1", "Namespace", NAMESPACE)])
    pytestconfig.stash[FOUND] = Found(started)
    return started


@pytest.fixture(scope="module", autouse=True)
def _clusters_are_left_as_found(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a module leaves on shared clusters fails it, and is gone for the next one."""
    yield
    found = request.config.stash.get(FOUND, None)
    tests = (one for one in request.session.items if request.node in one.listchain())
    if found is not None and any(map(needs_clusters, tests)):
        left = found.restore()
        assert not left, f"{request.node.nodeid} leaves on the shared clusters: {left}"


@pytest.fixture(scope="session")
def valkey(processes: Processes) -> Valkey:
    """One Valkey for the run; other tests' keys may be in it."""
    try:
        program = valkey_program()
    except SandboxError as error:
        require_real(str(error))
    started = Valkey(processes, program)
    started.start()
    return started


@pytest.fixture
def empty_valkey(valkey: Valkey) -> Valkey:
    """The Valkey without any key."""
    with redis.Redis.from_url(valkey.url, socket_timeout=5) as client:
        client.flushall()
    return valkey


@pytest.fixture
def namespace(clusters: Clusters) -> Iterator[str]:
    """A new namespace on `prod`, deleted after the test."""
    with a_namespace(clusters["prod"]) as name:
        yield name


@contextmanager
def a_namespace(server: ClusterServer) -> Iterator[str]:
    """A new namespace on a cluster; its deletion is not waited for."""
    name = f"test-{secrets.token_hex(4)}"
    server.admin().apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    try:
        yield name
    finally:
        server.admin().delete(f"/api/v1/namespaces/{name}")
