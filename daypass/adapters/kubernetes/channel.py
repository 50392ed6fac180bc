"""HTTP to one API server, without the layers of the official client.

They copy each body, and choose the pool of connections anew for each call: a fifth of what a call
costs. So does who we are to the server belong here: it is asked for with each call.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from urllib3 import BaseHTTPResponse, HTTPConnectionPool, Timeout

from daypass import VERSION
from daypass.adapters.kubernetes.access import Way
from daypass.adapters.kubernetes.deadlines import keep_deadlines
from daypass.adapters.kubernetes.identity import Credential
from daypass.adapters.kubernetes.route import Route

Query = Sequence[tuple[str, str]]
Body = Mapping[str, Any] | Sequence[Mapping[str, Any]]


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
    They are made anew where the way changes: what is under way on the old ones ends there.
    """

    def __init__(self, way: Way, agent: str = "", *, whole: bool) -> None:
        self._way = way
        self._whole = whole
        self._agent = f"daypass/{VERSION} {agent}".rstrip()
        self._open: _Open | None = None

    def send(self, sent: Sent, timeout: tuple[float, float]) -> BaseHTTPResponse:
        """Return the answer when its headers are there; its body is still to be read.

        What a server refuses because it does not know who asks, it has not begun to do: that is
        sent once more where we have another credential by now. `timeout` is for connecting and for
        reading. Raises what urllib3 raises, and OutsideError where there is no credential.
        """
        credential = self._way.credential()
        answer = self._sent(sent, timeout, credential)
        if answer.status == HTTPStatus.UNAUTHORIZED and self._way.renewed(credential):
            answer.close()
            return self._sent(sent, timeout, self._way.credential())
        return answer

    def close(self) -> None:
        """Close what is kept open."""
        made, self._open = self._open, None
        if made is not None:
            made.pool.close()

    def _sent(
        self, sent: Sent, timeout: tuple[float, float], credential: Credential
    ) -> BaseHTTPResponse:
        made = self._opened(self._way.route(credential))
        connect, read = timeout
        query = f"?{urlencode(sent.query, quote_via=quote)}" if sent.query else ""
        token = {"Authorization": f"Bearer {credential.token}"} if credential.token else {}
        return made.pool.urlopen(
            sent.method,
            f"{made.root}{sent.path}{query}",
            body=None if sent.body is None else json.dumps(sent.body),
            headers={**sent.headers, "User-Agent": self._agent, **token},
            timeout=Timeout(connect=connect, read=read),
            redirect=False,
            preload_content=False,
        )

    def _opened(self, route: Route) -> "_Open":
        made = self._open
        if made is None or made.route is not route:
            # Two threads may both make one: the loser's serves one call. Nobody closes the old one:
            # who has it still uses it, and what is left of it goes with the last of them.
            manager = route.manager()
            if self._whole:
                keep_deadlines(manager)
            made = self._open = _Open(
                route=route,
                pool=manager.connection_from_url(route.host),
                root=urlsplit(route.host).path.rstrip("/"),
            )
        return made


@dataclass(frozen=True, slots=True, kw_only=True)
class _Open:
    """The connections over one route, and what stands before each path there."""

    route: Route
    pool: HTTPConnectionPool
    root: str
