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
    """A daypass.yaml of the sandbox."""
    folder = tmp_path_factory.mktemp("worst-day")
    tokens = {server.name: folder / f"{server.name}-token" for server in clusters}
    for token in tokens.values():
        token.touch()
    made = folder / "daypass.yaml"
    write_configuration(made, clusters, tokens)
    return made


@pytest.fixture
def day(clusters: Clusters, config: Path, namespace: str, tmp_path: Path) -> Day:
    """The worst day of an install that no other test has, with its account and the MAC key."""
    own = tmp_path / "daypass.yaml"
    text = config.read_text().replace("install: sandbox", f"install: {namespace}")
    own.write_text(text.replace(str(config.parent), str(tmp_path)))
    for server in clusters:
        (tmp_path / f"{server.name}-token").touch()
        apply(server, rights(load(own).catalog, server.name))
        worker_token(server, tmp_path / f"{server.name}-token", install=namespace)
    return Day(
        clusters=clusters,
        config=own,
        install=namespace,
        namespace=namespace,
        environment={"DAYPASS_MAC_KEY": KEY.hex()},
    )
