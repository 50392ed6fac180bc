"""Proxies to clusters have the names that every program knows, for whoever reaches a cluster."""

from pathlib import Path

import pytest

from daypass.adapters.kubernetes.access import Way
from daypass.adapters.kubernetes.identity import NOBODY
from daypass.domain.access import ClusterAccess
from daypass.domain.addresses import DIRECT, Proxies
from daypass.domain.errors import SettingsError
from daypass.settings import GrantsSettings, SweepSettings

GRANTS = {
    "DAYPASS_CONFIG": "daypass.yaml",
    "DAYPASS_REDIS_URL": "redis://127.0.0.1:6379/0",
    "DAYPASS_MAC_KEY": "ab" * 32,
}
PROXY = "http://user:hidden@proxy:3128"


@pytest.mark.parametrize(
    ("environ", "found"),
    [
        ({}, DIRECT),
        ({"HTTPS_PROXY": PROXY}, Proxies(url=PROXY)),
        ({"https_proxy": PROXY}, Proxies(url=PROXY)),
        ({"HTTPS_PROXY": PROXY, "https_proxy": "http://other"}, Proxies(url=PROXY)),
        ({"HTTPS_PROXY": "", "https_proxy": PROXY}, Proxies(url=PROXY)),
        ({"HTTPS_PROXY": "proxy:3128"}, Proxies(url="http://proxy:3128")),
        ({"HTTP_PROXY": PROXY, "ALL_PROXY": PROXY}, DIRECT),
        (
            {"HTTPS_PROXY": PROXY, "NO_PROXY": " .svc, 10.0.0.0/8 ,,", "no_proxy": "*"},
            Proxies(url=PROXY, without=(".svc", "10.0.0.0/8")),
        ),
        ({"HTTPS_PROXY": PROXY, "no_proxy": "*"}, Proxies(url=PROXY, without=("*",))),
    ],
)
def test_read_takes_proxies_as_kubectl_does(environ: dict[str, str], found: Proxies) -> None:
    """Capitals count first; API servers speak HTTPS only, so no other proxy is theirs."""
    assert GrantsSettings.read(GRANTS | environ).proxies == found
    assert SweepSettings.read(environ, configured=False).proxies == found


@pytest.mark.parametrize(
    ("name", "url", "said"),
    [
        ("HTTPS_PROXY", "socks5://user:hidden@proxy:1", "is no address of a proxy that is support"),
        ("https_proxy", "http://user:hidden@proxy:x", "leads nowhere; write a host"),
        ("HTTPS_PROXY", "http://user:hidden@fd00::1", "has an IPv6 address without brackets"),
    ],
)
def test_read_names_the_variable_when_a_proxy_is_none(name: str, url: str, said: str) -> None:
    """With all other faults, and never with the password that it may hold."""
    with pytest.raises(SettingsError, match=f"{name}: {said}") as raised:
        GrantsSettings.read({name: url})
    assert len(raised.value.faults) == 4
    assert "hidden" not in str(raised.value)
    assert "hidden" not in repr(GrantsSettings.read(GRANTS | {"HTTPS_PROXY": PROXY}))


def test_reaches_a_cluster_as_it_is_told_whatever_the_environment_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Settings come in as arguments; nobody below looks for more."""
    monkeypatch.setenv("HTTPS_PROXY", PROXY)
    server = "https://api.example.com"
    assert not Way(ClusterAccess(server=server)).route(NOBODY).proxy
    told = ClusterAccess(server=server, proxies=Proxies(url="http://other"))
    assert Way(told).route(NOBODY).proxy == "http://other"


def test_reaches_the_pods_own_cluster_through_a_proxy_unless_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As every client in a pod does: NO_PROXY has to name the service network."""
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "fd00::1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", "443")
    for without, proxy in (((), PROXY), (("fd00::/8",), "")):
        proxies = Proxies(url=PROXY, without=without)
        way = Way(ClusterAccess(in_cluster=True, proxies=proxies), pod=tmp_path)
        assert way._reach.host == "https://[fd00::1]:443"
        assert way._proxy() == proxy
