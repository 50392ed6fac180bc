"""HTTP to one API server: what the client's configuration says of it, without the client's layers.

They copy each body, and choose the pool of connections anew for each call: a fifth of what a call
costs.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from kubernetes.client import ApiClient, Configuration
from urllib3 import BaseHTTPResponse, Timeout

from daypass import VERSION
from daypass.adapters.kubernetes.deadlines import keep_deadlines

Query = Sequence[tuple[str, str]]
Body = Mapping[str, Any] | Sequence[Mapping[str, Any]]

_BEARER: Final = "BearerToken"
"""What the client calls the token that it sends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A request; the path as it is to be written, the body as JSON says it."""

    method: str
    path: str
    query: Query = ()
    headers: Mapping[str, str]
    body: Body | None = None


class Channel:
    """Connections to one API server, which are kept open; safe to use from several threads.

    Where answers are `whole` a read time-out is one for all of an answer, else for each read.
    """

    def __init__(self, configuration: Configuration, agent: str = "", *, whole: bool) -> None:
        self._configuration = configuration
        self._client = ApiClient(configuration)
        manager = self._client.rest_client.pool_manager
        if whole:
            keep_deadlines(manager)
        self._pool = manager.connection_from_url(configuration.host)
        self._root = urlsplit(configuration.host).path.rstrip("/")
        self._agent = f"daypass/{VERSION} {agent}".rstrip()

    def send(self, sent: Sent, timeout: tuple[float, float]) -> BaseHTTPResponse:
        """Return the answer when its headers are there; its body is still to be read.

        `timeout` is for connecting and for reading. Raises what urllib3 raises, and OutsideError
        where there is no token.
        """
        connect, read = timeout
        query = f"?{urlencode(sent.query, quote_via=quote)}" if sent.query else ""
        return self._pool.urlopen(
            sent.method,
            f"{self._root}{sent.path}{query}",
            body=None if sent.body is None else json.dumps(sent.body),
            headers={**sent.headers, "User-Agent": self._agent, **self._authorized()},
            timeout=Timeout(connect=connect, read=read),
            redirect=False,
            preload_content=False,
        )

    def _authorized(self) -> Mapping[str, str]:
        # Reads the token afresh where its file has changed.
        token = self._configuration.get_api_key_with_prefix(_BEARER)
        return {"Authorization": token} if token else {}

    def close(self) -> None:
        """Close what is kept open."""
        self._client.close()  # type: ignore[no-untyped-call] # Theirs.
