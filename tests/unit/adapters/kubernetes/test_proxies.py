"""A cluster behind a proxy, and one at an IPv6 address: real CONNECT, real TLS from end to end."""

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest

from daypass.adapters.kubernetes.access import Way
from daypass.adapters.kubernetes.client import Api
from daypass.adapters.kubernetes.cluster import CALL_TIMEOUT
from daypass.domain.access import ClusterAccess
from daypass.domain.addresses import Proxies
from daypass.domain.errors import PermanentOutsideError, TemporaryOutsideError
from tests.authority import Authority
from tests.unit.adapters.kubernetes.canned import Canned, CannedServer
from tests.unit.adapters.kubernetes.test_access import a_kubeconfig
from tests.unit.adapters.kubernetes.tunnelling import Proxy

FINE = Canned(body={"kind": "Namespace"})
NAME: Final = "api.example.com"
TOKEN: Final = "t-of-the-worker"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Signs the server."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def server(authority: Authority) -> Iterator[CannedServer]:
    """An API server that answers twice."""
    with CannedServer(FINE, FINE, tls=authority.server()) as one:
        yield one


def port(server: CannedServer) -> int:
    """Return where it listens."""
    return urlsplit(server.url).port or 0


@contextmanager
def reached(folder: Path, authority: Authority, server: str, *, proxies: Proxies) -> Iterator[Api]:
    """Reach a server with a token."""
    token = folder / "token"
    token.write_text(TOKEN)
    access = ClusterAccess(
        server=server, ca_file=authority.certificate, token_file=token, proxies=proxies
    )
    with closing(Api("prod", Way(access), CALL_TIMEOUT)) as api:
        yield api


def test_goes_through_a_tunnel_that_sees_nothing(
    tmp_path: Path, authority: Authority, server: CannedServer
) -> None:
    """The proxy knows to whom we speak, and not one word; TLS is the server's, by its own name."""
    with Proxy(port(server)) as proxy:
        secret = proxy.url.replace("//", "//us%40er:pa%3Ass%E2%82%AC@")
        to = f"https://{NAME}:6443"
        with reached(tmp_path, authority, to, proxies=Proxies(url=secret)) as api:
            for _ in range(2):
                assert api.get("/x").good
    (tunnel,) = proxy.tunnels  # One connection, kept.
    assert tunnel.towards == f"{NAME}:6443"
    assert tunnel.known_as == "Basic dXNAZXI6cGE6c3Pigqw="
    assert len(tunnel.bytes) > 1000
    assert TOKEN.encode() not in tunnel.bytes
    assert server.asked[0].headers["Authorization"] == f"Bearer {TOKEN}"
    assert "Proxy-Authorization" not in server.asked[0].headers


def test_goes_without_it_where_no_proxy_says_so(
    tmp_path: Path, authority: Authority, server: CannedServer
) -> None:
    """The very server is reached by itself."""
    proxies = Proxies(url="http://proxy.invalid:1", without=("127.0.0.0/8",))
    with reached(tmp_path, authority, server.url, proxies=proxies) as api:
        assert api.get("/x").good


def test_takes_nobody_else_at_the_end_of_a_tunnel(
    tmp_path: Path, authority: Authority, server: CannedServer
) -> None:
    """A proxy that leads elsewhere gets no token."""
    with (
        Proxy(port(server)) as proxy,
        reached(
            tmp_path, authority, "https://other.example.com", proxies=Proxies(url=proxy.url)
        ) as api,
        pytest.raises(TemporaryOutsideError, match="certificate names another server"),
    ):
        api.get("/x")
    assert server.asked == []


@pytest.mark.parametrize("status", [403, 407, 502])
def test_says_that_a_proxy_lets_nothing_through(
    tmp_path: Path, authority: Authority, status: int
) -> None:
    """With the proxy's address, not its password; nothing was written, nothing is unknown."""
    with Proxy(1, refuses=status) as proxy:
        secret = proxy.url.replace("//", "//user:hidden@")
        with (
            reached(tmp_path, authority, f"https://{NAME}", proxies=Proxies(url=secret)) as api,
            pytest.raises(
                TemporaryOutsideError, match=f"does not let us through .*{status}"
            ) as said,
        ):
            api.write("DELETE", "/x", {})
    assert f"the proxy {urlsplit(proxy.url).netloc}" in str(said.value)
    assert "hidden" not in str(said.value)
    assert not said.value.unknown


def test_says_that_a_proxy_is_away(tmp_path: Path, authority: Authority) -> None:
    """Not that the server is."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        away = f"127.0.0.1:{nobody.getsockname()[1]}"
        with (
            reached(
                tmp_path, authority, f"https://{NAME}", proxies=Proxies(url=f"http://{away}")
            ) as api,
            pytest.raises(
                TemporaryOutsideError, match=f"the proxy {away} cannot be reached"
            ) as said,
        ):
            api.write("DELETE", "/x", {})
    assert not said.value.unknown


def test_takes_no_proxy_that_nobody_vouches_for(
    tmp_path: Path, authority: Authority, server: CannedServer
) -> None:
    """One that speaks TLS is verified by the system's authorities, which do not know this one."""
    with (
        Proxy(port(server), tls=authority.server()) as proxy,
        reached(tmp_path, authority, f"https://{NAME}", proxies=Proxies(url=proxy.url)) as api,
        pytest.raises(TemporaryOutsideError, match=r"the proxy \S+ is not who it should be"),
    ):
        api.get("/x")
    assert proxy.tunnels == []


def test_speaks_tls_with_a_proxy_that_the_system_trusts(
    tmp_path: Path,
    authority: Authority,
    server: CannedServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One TLS inside of the other; the server is verified by its own authority all the same."""
    theirs = Authority(tmp_path, "of the proxy")
    monkeypatch.setenv("SSL_CERT_FILE", str(theirs.certificate))
    with (
        Proxy(port(server), tls=theirs.server()) as proxy,
        reached(tmp_path, authority, f"https://{NAME}", proxies=Proxies(url=proxy.url)) as api,
    ):
        for _ in range(2):
            assert api.get("/x").good
    assert [one.towards for one in proxy.tunnels] == [f"{NAME}:443"]


def test_takes_a_kubeconfigs_own_proxy_first(
    tmp_path: Path, authority: Authority, server: CannedServer
) -> None:
    """As kubectl does, whatever NO_PROXY says."""
    with Proxy(port(server)) as proxy:
        cluster = {
            "server": f"https://{NAME}",
            "certificate-authority": str(authority.certificate),
            "proxy-url": proxy.url,
        }
        path = a_kubeconfig(tmp_path, cluster=cluster, user={"token": "t-1"})
        proxies = Proxies(url="http://proxy.invalid:1", without=("*",))
        access = ClusterAccess(kubeconfig=path, proxies=proxies)
        with closing(Api("prod", Way(access), CALL_TIMEOUT)) as api:
            assert api.get("/x").good
    assert [one.towards for one in proxy.tunnels] == [f"{NAME}:443"]


@pytest.mark.parametrize(
    ("cluster", "said"),
    [
        ({"proxy-url": "socks5://user:hidden@x"}, "its proxy-url is no address of a proxy"),
        ({"proxy-url": "http://user:hidden@x:99999"}, "its proxy-url leads nowhere"),
        ({"server": "https://fd00::1:6443"}, "its server has an IPv6 address without brackets"),
        ({"server": "https://a:99999"}, "its server leads nowhere"),
    ],
)
def test_refuses_addresses_of_a_kubeconfig_that_are_none(
    tmp_path: Path, cluster: dict[str, Any], said: str
) -> None:
    """What is wrong, and what would be right; no password is shown."""
    whole = {"server": "https://10.0.0.1", **cluster}
    path = a_kubeconfig(tmp_path, cluster=whole, user={"token": "t"})
    with pytest.raises(PermanentOutsideError, match=said) as raised:
        Way(ClusterAccess(kubeconfig=path)).credential()
    assert "hidden" not in str(raised.value)


def six() -> bool:
    """Whether this machine has a loopback address of IPv6."""
    try:
        with socket.socket(socket.AF_INET6) as one:
            one.bind(("::1", 0))
    except OSError:
        return False
    return True


@pytest.mark.skipif(not six(), reason="this machine has no ::1")
@pytest.mark.parametrize("proxied", [False, True], ids=["direct", "through a proxy"])
def test_reaches_a_server_at_an_ipv6_address(
    tmp_path: Path, authority: Authority, *, proxied: bool
) -> None:
    """By its number in brackets, which its certificate has to name; in a tunnel, too."""
    with CannedServer(FINE, host="::1", tls=authority.server()) as server:
        assert "[::1]" in server.url
        with reached(tmp_path, authority, server.url, proxies=Proxies(url="http://x:1")) as api:
            assert api.get("/x").good
    if proxied:
        with (
            CannedServer(FINE, tls=authority.server()) as other,
            Proxy(port(other)) as proxy,
            reached(
                tmp_path, authority, "https://[fd00::1]:6443", proxies=Proxies(url=proxy.url)
            ) as api,
            pytest.raises(TemporaryOutsideError, match="certificate names another server"),
        ):
            api.get("/x")  # Its certificate names ::1, not fd00::1.
        assert [one.towards for one in proxy.tunnels] == ["[fd00::1]:6443"]
