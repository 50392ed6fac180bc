"""Addresses have one spelling, and NO_PROXY means what it means to kubectl."""

import pytest

from daypass.domain.addresses import Proxies, address_of, proxy_fault

PROXY = "http://proxy.example.com:3128"


@pytest.mark.parametrize(
    ("url", "written"),
    [
        ("https://Api.Example.COM", "api.example.com:443"),
        ("https://api.example.com.:6443/path", "api.example.com:6443"),
        ("https://10.0.0.1:6443", "10.0.0.1:6443"),
        ("https://[fd00::1]:6443", "[fd00::1]:6443"),
        ("https://[FD00:0:0::0001]", "[fd00::1]:443"),
        ("http://u:p@proxy:3128", "proxy:3128"),
        ("http://proxy", "proxy:80"),
    ],
)
def test_address_has_one_spelling(url: str, written: str) -> None:
    """So two names of one server are told apart from two servers."""
    assert str(address_of(url)) == written


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://fd00::1:6443", r"IPv6 address without brackets; write \[ADDRESS\]:PORT"),
        ("https://fd00::1", "without brackets"),
        ("https://[fd00::1", "leads nowhere"),
        ("https://[10.0.0.1x]", "leads nowhere"),
        ("https://host:0", "leads nowhere; write a host"),
        ("https://host:65536", "leads nowhere"),
        ("https://host:x", "leads nowhere"),
        ("https://", "leads nowhere"),
        ("https://.", "leads nowhere"),
        ("https://a b", "leads nowhere"),
        ("https://a..b", "leads nowhere"),
        ("https://h\x00", "leads nowhere"),
        ("https://bücher", "leads nowhere"),
        (f"https://{'a' * 64}.com", "leads nowhere"),
        (f"https://{'a.' * 126}com", "leads nowhere"),
    ],
)
def test_says_what_is_wrong_with_an_address(url: str, said: str) -> None:
    """And what would be right."""
    with pytest.raises(ValueError, match=said):
        address_of(url)
    assert proxy_fault(url)


# As golang.org/x/net/http/httpproxy has it, tried against its own source.
@pytest.mark.parametrize(
    ("without", "server", "direct"),
    [
        ("", "https://api.example.com", False),
        ("*", "https://api.example.com", True),
        ("example.com", "https://example.com", True),
        ("example.com", "https://api.example.com", True),
        ("example.com", "https://notexample.com", False),
        ("EXAMPLE.com", "https://Api.Example.COM", True),
        (".example.com", "https://api.example.com", True),
        (".example.com", "https://example.com", False),
        ("*.example.com", "https://api.example.com", True),
        ("*.example.com", "https://example.com", False),
        ("api.example.com:6443", "https://api.example.com:6443", True),
        ("api.example.com:6443", "https://api.example.com", False),
        ("api.example.com:443", "https://api.example.com", True),
        (".example.com:443", "https://api.example.com", True),
        ("10.0.0.1", "https://10.0.0.1:6443", True),
        ("10.0.0.1", "https://10.0.0.11:6443", False),
        ("10.0.0.1:6443", "https://10.0.0.1:6443", True),
        ("10.0.0.1:443", "https://10.0.0.1:6443", False),
        ("10.0.0.0/8", "https://10.1.2.3:6443", True),
        ("10.0.0.0/8", "https://11.1.2.3:6443", False),
        ("10.0.0.0/8", "https://api.example.com", False),
        ("10.1.2.3/8", "https://10.9.9.9", True),
        ("fd00::/8", "https://[fd00::1]:6443", True),
        ("fd00::/8", "https://[2001:db8::1]:6443", False),
        ("fd00::/8", "https://10.0.0.1", False),
        ("fd00::1", "https://[fd00::1]:6443", True),
        ("FD00:0::1", "https://[fd00::1]:6443", True),
        ("[fd00::1]", "https://[fd00::1]:6443", True),
        ("[fd00::1]:6443", "https://[fd00::1]:6443", True),
        ("[fd00::1]:443", "https://[fd00::1]:6443", False),
        ("0.0.1", "https://10.0.0.1", False),
        ("10.0.0.0/99", "https://10.0.0.1", False),
        (":443", "https://api.example.com", False),
        ("other,10.0.0.1", "https://10.0.0.1", True),
        ("", "https://localhost:6443", True),
        ("", "https://127.0.0.1:6443", True),
        ("", "https://[::1]:6443", True),
    ],
)
def test_goes_without_a_proxy_where_that_is_said(
    without: str, server: str, *, direct: bool
) -> None:
    """Suffixes, networks, ports; this machine itself is never reached through a proxy."""
    proxies = Proxies(url=PROXY, without=tuple(filter(None, without.split(","))))
    assert proxies.towards(address_of(server)) == ("" if direct else PROXY)


def test_goes_by_itself_when_there_is_no_proxy() -> None:
    """Nothing is made up."""
    assert not Proxies().towards(address_of("https://api.example.com"))


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (PROXY, ""),
        ("https://u:p@[fd00::1]:3128", ""),
        ("socks5://proxy:1080", "is no address of a proxy that is supported; write http://HOST"),
        ("proxy:3128", "is no address of a proxy that is supported"),
        ("http://:3128", "leads nowhere"),
        ("http://secret@fd00::1", "has an IPv6 address without brackets"),
    ],
)
def test_says_what_is_wrong_with_a_proxy(url: str, said: str) -> None:
    """Without repeating it: it may hold a password."""
    fault = proxy_fault(url)
    assert fault.startswith(said)
    assert bool(fault) is bool(said)
    assert "secret" not in fault
    assert "proxy:" not in repr(Proxies(url=url))
