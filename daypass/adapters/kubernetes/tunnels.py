"""A way through a proxy: CONNECT, and TLS from us to the API server inside of it.

The proxy sees to which server we go, and nothing of what is said there. Until the tunnel stands
nothing was asked of the server: whatever fails before that did not happen.
"""

import ssl
from http.client import HTTPException
from typing import Final

import urllib3.exceptions as network
from urllib3 import HTTPSConnectionPool
from urllib3.connection import HTTPSConnection

from daypass.adapters.kubernetes.words import one_line

_LONGEST: Final = 100
"""Characters of a proxy's own words."""


class NotThroughError(network.ProxyError):
    """The proxy is not there, or does not let us through; `said` says so in words."""

    def __init__(self, said: str, error: Exception) -> None:
        super().__init__(said, error)
        self.said = said


class Tunnelled(HTTPSConnectionPool):
    """Connections to one API server, through a proxy where there is one."""

    def _prepare_proxy(self, conn: HTTPSConnection) -> None:  # type: ignore[override] # As theirs.
        try:
            super()._prepare_proxy(conn)
        except (OSError, HTTPException, network.HTTPError) as error:
            if isinstance(error, ssl.SSLError) and conn.has_connected_to_proxy:
                raise  # It is the server's certificate.
            raise NotThroughError(self._said(error), error) from error

    def _said(self, error: Exception) -> str:
        proxy = f"the proxy {self.proxy.netloc}" if self.proxy else "the proxy"
        if isinstance(error, network.HTTPError):
            return f"{proxy} cannot be reached"
        why = one_line(str(error), _LONGEST)
        if isinstance(error, ssl.SSLError):
            return f"{proxy} is not who it should be ({why})"
        return f"{proxy} does not let us through ({why})"
