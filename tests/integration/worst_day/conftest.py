"""Fixtures of the worst day."""

from pathlib import Path

import pytest

from daypass.adapters.kubernetes.rights import rights
from daypass.adapters.yaml import load
from sandbox.cluster.servers import Clusters
from sandbox.configuration import write_configuration
from sandbox.seed import apply, worker_token
from tests.integration.worst_day.day import KEY, Day


@pytest.fixture(scope="module")
def config(clusters: Clusters, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A daypass.yaml of the sandbox; its workers' accounts exist."""
    folder = tmp_path_factory.mktemp("worst-day")
    tokens = {server.name: folder / f"{server.name}-token" for server in clusters}
    for token in tokens.values():
        token.touch()
    made = folder / "daypass.yaml"
    write_configuration(made, clusters, tokens)
    for server in clusters:
        apply(server, rights(load(made).catalog, server.name))
        worker_token(server, tokens[server.name])
    return made


@pytest.fixture
def day(clusters: Clusters, config: Path, namespace: str, tmp_path: Path) -> Day:
    """The worst day of an install that no other test has, with the MAC key at hand."""
    own = tmp_path / "daypass.yaml"
    own.write_text(config.read_text().replace("install: sandbox", f"install: {namespace}"))
    return Day(
        clusters=clusters,
        config=own,
        install=namespace,
        namespace=namespace,
        environment={"DAYPASS_MAC_KEY": KEY.hex()},
    )
