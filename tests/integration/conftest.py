"""What several modules of integration tests stand on."""

from collections.abc import Iterator

import pytest
from redis import Redis

from daypass.adapters.redis.client import connect
from sandbox.cluster.servers import Clusters
from sandbox.processes import Processes
from sandbox.valkey import Valkey
from tests.contract.emulated_slack import emulated_slack
from tests.integration.site import KIM, Site, made_of
from tests.leftovers import left_as_found


@pytest.fixture
def client(empty_valkey: Valkey) -> Iterator[Redis]:
    """Somebody who may write anything into the empty Valkey."""
    with connect(empty_valkey.url) as made:
        yield made


@pytest.fixture(scope="module")
def site(
    clusters: Clusters,
    valkey: Valkey,
    processes: Processes,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    """The worker roles run, and both clusters have been seen."""
    with left_as_found(*clusters), emulated_slack() as slack:
        slack.hands.change_account(KIM, email="Bob.Kim@Example.COM")
        folder = tmp_path_factory.mktemp("site")
        made = made_of(clusters, valkey, processes, slack=slack, folder=folder)
        for role in ("timekeeper", "grants"):
            made.start(role)
        made.until(lambda: set(made.ask.store.seen()) == {"prod", "dev"})
        yield made
        for role in ("grants", "timekeeper"):
            processes.stop(role)
