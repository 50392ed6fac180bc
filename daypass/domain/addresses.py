"""Addresses of API servers and of proxies: one spelling of each, and which proxy leads where. Pure.

What an environment says of proxies is read as kubectl reads it (golang.org/x/net/http/httpproxy).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final
from urllib.parse import urlsplit

HTTPS_PORT: Final = 443
"""Where TLS is spoken when nobody says (RFC 9110)."""
_PORTS: Final[Mapping[str, int]] = {"http": 80, "https": HTTPS_PORT}
"""By the scheme of an address (RFC 9110)."""
_LABEL: Final = r"[A-Za-z0-9_](?:[-A-Za-z0-9_]{0,61}[A-Za-z0-9_])?"
_NAME: Final = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*")
"""A host's name as it is looked up (RFC 1035); what is no such name makes libraries stumble."""
_RIGHT_PROXY: Final = "write http://HOST:PORT, or https://HOST:PORT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A host in one spelling, IPv6 without brackets, and a port."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def ip(self) -> IPv4Address | IPv6Address | None:
        """The host as a number, where it is one."""
        return _ip(self.host)


def address_of(url: str) -> Address:
    """Return where a URL leads.

    Raises ValueError, worded `what is wrong; what would be right`, where that is nowhere.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise ValueError(_fault(url)) from error
    found, host = _ip(host), host.rstrip(".")
    in_brackets = parts.netloc.rpartition("@")[2].startswith("[")
    named = not in_brackets and _NAME.fullmatch(host) is not None
    if port == 0 or (found is None and not named):
        raise ValueError(_fault(url))
    return Address(
        host=found.compressed if found else host,
        port=port or _PORTS.get(parts.scheme, HTTPS_PORT),
    )


def _fault(url: str) -> str:
    host = url.partition("://")[2].partition("/")[0].rpartition("@")[2]
    if host.count(":") > 1 and "[" not in host:
        return "has an IPv6 address without brackets; write [ADDRESS]:PORT"
    return "leads nowhere; write a host or [IPv6 address], and a port from 1 to 65535"


def proxy_fault(url: str) -> str:
    """Return what is wrong with a proxy's address; "" where nothing is. It never repeats it."""
    if url.partition("://")[0].lower() not in _PORTS:
        return f"is no address of a proxy that is supported; {_RIGHT_PROXY}"
    try:
        address_of(url)
    except ValueError as error:
        return str(error)
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxies:
    """The proxy of an environment, which may hold a password, and what is reached without it."""

    url: str = field(default="", repr=False)
    without: tuple[str, ...] = ()

    def towards(self, server: Address) -> str:
        """Return the proxy that leads to a server; "" where it is reached by itself."""
        ip = server.ip
        if not self.url or server.host == "localhost" or (ip is not None and ip.is_loopback):
            return ""
        return "" if any(_means(entry.lower(), server) for entry in self.without) else self.url


DIRECT: Final = Proxies()
"""No proxy anywhere."""


def _means(entry: str, server: Address) -> bool:
    """Whether what stands in NO_PROXY means that server."""
    if entry == "*":
        return True
    if "/" in entry:
        return _in_network(entry, server)
    host, port = _split(entry)
    if port not in ("", f"{server.port}") or not host:
        return False
    if (written := _ip(host)) is not None or server.ip is not None:
        return written is not None and written == server.ip
    domain = host.removeprefix("*")
    if domain.startswith("."):
        return server.host.endswith(domain)
    return server.host == domain or server.host.endswith(f".{domain}")


def _in_network(entry: str, server: Address) -> bool:
    try:
        network = ip_network(entry, strict=False)
    except ValueError:
        return False
    return server.ip is not None and server.ip in network


def _split(entry: str) -> tuple[str, str]:
    """Return the host and the port of an entry; an IPv6 address with a port has brackets."""
    if entry.startswith("["):
        host, _, rest = entry[1:].partition("]")
        return host, rest.removeprefix(":")
    if entry.count(":") == 1:
        host, _, port = entry.partition(":")
        return host, port
    return entry, ""


def _ip(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
