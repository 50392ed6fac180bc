"""What a real API server says to credentials that come and go, by file, plugin and proxy."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from daypass.adapters.kubernetes.cluster import ApiCluster
from daypass.adapters.kubernetes.streaming import Change, Watched, _changes, following
from daypass.domain.access import ClusterAccess, Plugin
from daypass.domain.errors import TemporaryOutsideError
from sandbox.cluster.servers import Clusters, ClusterServer
from tests.unit.adapters.kubernetes.plugins import Script
from tests.unit.adapters.kubernetes.test_access import a_kubeconfig
from tests.unit.adapters.kubernetes.tunnelling import Proxy

pytestmark = pytest.mark.real


@pytest.fixture
def server(clusters: Clusters) -> ClusterServer:
    """A cluster that is only read."""
    return clusters["dev"]


@contextmanager
def reached(access: ClusterAccess) -> Iterator[ApiCluster]:
    """Reach it."""
    cluster = ApiCluster("dev", access, install="main", now=lambda: datetime.now(UTC))
    yield cluster
    cluster.close()


def test_token_that_was_replaced_costs_nothing(tmp_path: Path, server: ClusterServer) -> None:
    """The server's own 401 is known for what it is: the file is read, and the call goes on."""
    token = tmp_path / "token"
    token.write_text("nobody-knows-this")
    access = ClusterAccess(server=server.url, ca_file=server.ca_file, token_file=token)
    with reached(access) as cluster:
        with pytest.raises(TemporaryOutsideError, match=f"does not accept the token in {token}"):
            cluster.time()
        token.write_text(server.admin_token)  # Less than two seconds after it was looked at.
        cluster.time()
        assert next(cluster.watch("RoleBinding")).revision


def test_watch_names_the_token_that_it_was_refused_with(
    tmp_path: Path, server: ClusterServer
) -> None:
    """As every other call, and takes the one that is there by then."""
    token = tmp_path / "token"
    token.write_text(server.admin_token)
    access = ClusterAccess(server=server.url, ca_file=server.ca_file, token_file=token)
    with reached(access) as cluster:
        api = cluster._api
        watched = Watched(path="/api/v1/namespaces")
        first = next(following(api, watched, "", begin=lambda _: iter(()), shown=_revision))
        token.write_text("nobody-knows-this")
        api.way.renewed(api.way.credential())
        with pytest.raises(TemporaryOutsideError, match=f"does not accept the token in {token}"):
            next(_changes(api, watched, first, shown=_revision))
        token.write_text(server.admin_token)
        assert next(_changes(api, watched, first, shown=_revision)) == first


def _revision(change: Change) -> str:
    return change.revision


def test_plugin_that_is_asked_again_is_believed(tmp_path: Path, server: ClusterServer) -> None:
    """What it gave first the server does not know; what it gives next it does."""
    script = Script(tmp_path)
    plugin = Plugin(command=script.path)
    access = ClusterAccess(server=server.url, ca_file=server.ca_file, plugin=plugin)
    with reached(access) as cluster:
        said = f"does not accept what the plugin {script.path} gave"
        with pytest.raises(TemporaryOutsideError, match=said):
            cluster.time()
    script.answers({"token": server.admin_token, "expirationTimestamp": "2020-01-01T00:00:00Z"})
    with reached(access) as cluster:
        cluster.time()  # Over by our clock, good by the server's.


def test_tunnel_leads_calls_and_watches_to_it(tmp_path: Path, server: ClusterServer) -> None:
    """TLS is the server's own, verified by its own authority, whoever is in between."""
    with Proxy(urlsplit(server.url).port or 0) as proxy:
        cluster = {
            "server": server.url,
            "certificate-authority": str(server.ca_file),
            "proxy-url": proxy.url,
        }
        user = {"token": server.admin_token}
        access = ClusterAccess(kubeconfig=a_kubeconfig(tmp_path, cluster=cluster, user=user))
        with reached(access) as api:
            api.probe()
            api.time()
            assert next(api.watch("RoleBinding")).revision
    assert {one.towards for one in proxy.tunnels} == {urlsplit(server.url).netloc}
    assert not any(server.admin_token.encode() in one.bytes for one in proxy.tunnels)
