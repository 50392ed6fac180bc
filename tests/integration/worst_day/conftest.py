"""Fixtures of the worst day."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import pytest

from daypass.adapters.kubernetes.rights import rights
from daypass.adapters.yaml import load
from sandbox.cluster.servers import Clusters
from sandbox.configuration import write_configuration
from sandbox.seed import apply, worker_token
from tests.guard import unguarded_by_all
from tests.integration.worst_day.day import KEY, Day
from tests.leftovers import left_as_found

_WORKER: Final = "worst-day"
"""Whose worker's account is used: no guard holds for it, so that any object may be put there."""


@pytest.fixture(scope="module")
def config(clusters: Clusters, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A daypass.yaml with the token of an account that has a worker's rights on both clusters.

    To the guards of other tests' installs what is put there by hand is a forgery.
    """
    with ExitStack() as stack:
        for server in clusters:
            stack.enter_context(unguarded_by_all(server))
        stack.enter_context(left_as_found(*clusters))
        yield _configured(clusters, tmp_path_factory.mktemp("worst-day"))


def _configured(clusters: Clusters, folder: Path) -> Path:
    made = folder / "daypass.yaml"
    tokens = {server.name: folder / f"{server.name}-token" for server in clusters}
    for token in tokens.values():
        token.touch()
    write_configuration(made, clusters, tokens)
    made.write_text(made.read_text().replace("install: sandbox", f"install: {_WORKER}"))
    for server in clusters:
        apply(server, rights(load(made).catalog, server.name))
        worker_token(server, tokens[server.name], install=_WORKER)
    return made


@pytest.fixture
def day(clusters: Clusters, config: Path, namespace: str, tmp_path: Path) -> Day:
    """The worst day of an install that no other test has, with the MAC key at hand."""
    own = tmp_path / "daypass.yaml"
    own.write_text(config.read_text().replace(f"install: {_WORKER}", f"install: {namespace}"))
    return Day(
        clusters=clusters,
        config=own,
        install=namespace,
        namespace=namespace,
        environment={"DAYPASS_MAC_KEY": KEY.hex()},
    )
