"""Where a cluster is, and how connections to it are made."""

import base64
import ssl
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urlsplit

from kubernetes.client import ApiClient, Configuration
from urllib3 import HTTPConnectionPool, PoolManager

from daypass.adapters.kubernetes.tunnels import Tunnelled
from daypass.domain.addresses import address_of

POOL_SIZE: Final = 32
"""Connections kept open: 16 threads of the worker and some to spare."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Route:
    """One way to one API server, with one authority and one client certificate."""

    host: str
    server_name: str | None = None
    tls: ssl.SSLContext
    proxy: str = field(default="", repr=False)

    def manager(self) -> PoolManager:
        """Return what makes connections."""
        made = ApiClient(self._configuration()).rest_client.pool_manager
        made.connection_pool_kw["ssl_context"] = self.tls
        made.pool_classes_by_scheme = {"http": HTTPConnectionPool, "https": Tunnelled}
        return made

    def _configuration(self) -> Configuration:
        made = Configuration()
        made.host = self.host
        made.tls_server_name = self.server_name
        made.retries = False  # The agenda retries, and knows what a write may have done.
        made.keep_alive = True
        made.connection_pool_maxsize = POOL_SIZE
        made.no_proxy = ""  # It is settled which way leads there, whatever the environment says.
        made.proxy = None
        if self.proxy:
            made.proxy = f"{urlsplit(self.proxy).scheme}://{address_of(self.proxy)}"
            made.proxy_headers = _shown(self.proxy)
        return made


def _shown(proxy: str) -> dict[str, str]:
    """Return what a proxy is shown; its password is in no address, so in no error.

    It is written in UTF-8, as kubectl does.
    A proxy that speaks TLS itself is verified by the authorities of the system.
    """
    parts = urlsplit(proxy)
    if parts.username is None:
        return {}
    known_by = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    said = base64.b64encode(known_by.encode(errors="surrogateescape")).decode()
    return {"Proxy-Authorization": f"Basic {said}"}
