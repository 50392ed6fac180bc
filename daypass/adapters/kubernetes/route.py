"""Where a cluster is, and how connections to it are made."""

import socket
import ssl
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from urllib3 import HTTPConnectionPool, PoolManager, ProxyManager
from urllib3.connection import HTTPConnection
from urllib3.util import make_headers

from daypass.adapters.kubernetes.tunnels import Tunnelled
from daypass.domain.addresses import address_of

POOL_SIZE: Final = 32
"""Connections kept open: 16 threads of the worker and some to spare."""
_ALIVE: Final = (
    ("TCP_KEEPIDLE", 30),
    ("TCP_KEEPALIVE", 30),
    ("TCP_KEEPINTVL", 15),
    ("TCP_KEEPCNT", 9),
)
"""Seconds, and how often, as client-go has them; macOS calls the first TCP_KEEPALIVE. What between
us and a server forgets who says nothing hears of us so."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Route:
    """One way to one API server, with one authority and one client certificate."""

    host: str
    server_name: str | None = None
    tls: ssl.SSLContext
    proxy: str = field(default="", repr=False)

    def manager(self) -> PoolManager:
        """Return what makes connections."""
        options: dict[str, Any] = {
            "ssl_context": self.tls,
            "server_hostname": self.server_name,
            "retries": False,  # The agenda retries, and knows what a write may have done.
            "maxsize": POOL_SIZE,
            "socket_options": _options(),
        }
        made = _through(self.proxy, options) if self.proxy else PoolManager(**options)
        made.pool_classes_by_scheme = {"http": HTTPConnectionPool, "https": Tunnelled}
        return made


def _through(proxy: str, options: dict[str, Any]) -> ProxyManager:
    """Return what makes connections through a proxy; its password is in no address, so in no error.

    A proxy that speaks TLS itself is verified by the authorities of the system.
    """
    parts = urlsplit(proxy)
    headers = {}
    if parts.username is not None:
        known_by = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers = make_headers(proxy_basic_auth=known_by)
    address = f"{parts.scheme}://{address_of(proxy)}"
    return ProxyManager(address, proxy_headers=headers, **options)


def _options() -> list[tuple[int, int, int]]:
    alive = [
        (socket.IPPROTO_TCP, int(getattr(socket, name)), value)
        for name, value in _ALIVE
        if hasattr(socket, name)
    ]
    ours = [(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1), *alive]
    return [*HTTPConnection.default_socket_options, *ours]
