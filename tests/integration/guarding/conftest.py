"""Two installs on the real prod, each with its rights and its guard."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path

import pytest

from daypass.adapters.kubernetes.access import Way
from daypass.adapters.kubernetes.client import Api
from daypass.adapters.kubernetes.guard import guard
from daypass.adapters.kubernetes.rights import rights
from daypass.domain.access import ClusterAccess
from sandbox.cluster.servers import Clusters, ClusterServer
from sandbox.private import write_private
from sandbox.seed import apply, worker_token
from tests.guard import unguarded_by_all, until_guarded
from tests.integration.guarding.ground import Ground, a_catalog_of
from tests.leftovers import left_as_found

INSTALLS = ("guarded", "neighbour")


@pytest.fixture(scope="module")
def apis(clusters: Clusters, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Api]]:
    """The workers of both installs, under their names, and `admin`."""
    with left_as_found(clusters["prod"]):
        yield from _apis(clusters["prod"], tmp_path_factory.mktemp("guard"))


def _apis(server: ClusterServer, folder: Path) -> Iterator[dict[str, Api]]:
    tokens = {"admin": write_private(folder / "admin", server.admin_token)}
    for install in INSTALLS:
        catalog = a_catalog_of(install)
        apply(server, [*rights(catalog, "prod"), *guard(catalog, "prod")])
        tokens[install] = worker_token(server, folder / install, install=install)
    for install in INSTALLS:
        until_guarded(server, install)
    # What names no install is every guard's business: the first to refuse it is the one told.
    with unguarded_by_all(server, *INSTALLS), ExitStack() as stack:
        yield {
            name: stack.enter_context(closing(_api(server, token)))
            for name, token in tokens.items()
        }


@pytest.fixture
def ground(clusters: Clusters, apis: dict[str, Api], namespace: str) -> Ground:
    """The first install."""
    return _ground(INSTALLS[0], clusters["prod"], apis, namespace)


@pytest.fixture
def neighbour(clusters: Clusters, apis: dict[str, Api], namespace: str) -> Ground:
    """The other one, in the same namespace."""
    return _ground(INSTALLS[1], clusters["prod"], apis, namespace)


def _ground(install: str, server: ClusterServer, apis: dict[str, Api], namespace: str) -> Ground:
    return Ground(
        server=server,
        install=install,
        worker=apis[install],
        admin=apis["admin"],
        namespace=namespace,
    )


def _api(server: ClusterServer, token: Path) -> Api:
    access = ClusterAccess(server=server.url, ca_file=server.ca_file, token_file=token)
    return Api(server.name, Way(access), timedelta(seconds=10))
