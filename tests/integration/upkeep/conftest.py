"""One install that is all well, for all tests of looking after it."""

from collections.abc import Iterator

import pytest

from sandbox.cluster.servers import Clusters
from tests.integration.upkeep.ground import Kept, kept


@pytest.fixture(scope="module")
def well(clusters: Clusters, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    """Everything is applied; whoever breaks a thing mends it."""
    with kept(clusters, tmp_path_factory.mktemp("kept")) as found:
        yield found
