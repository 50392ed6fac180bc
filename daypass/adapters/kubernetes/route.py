"""Where a cluster is, and how connections to it are made."""

import socket
import ssl
from dataclasses import dataclass
from typing import Final

from urllib3 import PoolManager
from urllib3.connection import HTTPConnection

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

    def manager(self) -> PoolManager:
        """Return what makes connections."""
        return PoolManager(
            ssl_context=self.tls,
            server_hostname=self.server_name,
            retries=False,  # The agenda retries, and knows what a write may have done.
            maxsize=POOL_SIZE,
            socket_options=_options(),
        )


def _options() -> list[tuple[int, int, int]]:
    alive = [
        (socket.IPPROTO_TCP, int(getattr(socket, name)), value)
        for name, value in _ALIVE
        if hasattr(socket, name)
    ]
    ours = [(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1), *alive]
    return [*HTTPConnection.default_socket_options, *ours]
