"""HTTP to one API server: JSON in, JSON out, a timeout on every call, no retries, no typed models.

The client's pydantic models cost more than the call, so its `ApiClient` is used without them.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import Any, Final

from kubernetes.client import ApiClient, Configuration

from daypass import VERSION
from daypass.adapters.kubernetes.errors import refusal, stopping_library_errors
from daypass.adapters.kubernetes.reply import Reply
from daypass.domain.errors import TemporaryOutsideError

Query = Sequence[tuple[str, str]]

NAMES_ONLY: Final = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
"""Accept this, and a list brings metadata only."""
READY: Final = "/readyz"
_JSON: Final = "application/json"
_CONNECT: Final = 2.0
_PAGE: Final = 500
_RESTARTS: Final = 3


class Api:
    """One API server; safe to use from several threads, raises only `OutsideError`."""

    def __init__(self, name: str, configuration: Configuration, timeout: timedelta) -> None:
        seconds = timeout.total_seconds()
        self.name = name
        self._timeout = (min(_CONNECT, seconds), seconds)
        self._client = ApiClient(configuration)
        self._client.user_agent = f"daypass/{VERSION}"

    def get(self, path: str, query: Query = (), *, accept: str = _JSON) -> Reply:
        """Read one thing or one page."""
        return self._call("GET", path, query=query, accept=accept)

    def ask(self, path: str, body: Mapping[str, Any]) -> Reply:
        """POST what changes nothing, such as a review."""
        return self._call("POST", path, body=body)

    def write(self, method: str, path: str, body: Mapping[str, Any]) -> Reply:
        """POST or DELETE; a `TemporaryOutsideError` says whether it may have happened."""
        return self._call(method, path, body=body, writes=True)

    def items(
        self, path: str, query: Query = (), *, accept: str = _JSON
    ) -> Iterator[Mapping[str, Any]]:
        """Return everything in a list, page by page.

        Where the server forgot the place (410) it goes on from the place that the server offers,
        else from the start: an item may then come twice.
        """
        token, restarts = "", 0
        while True:
            place = [("continue", token)] if token else []
            reply = self.get(path, [*query, ("limit", str(_PAGE)), *place], accept=accept)
            if reply.status == HTTPStatus.GONE and restarts < _RESTARTS:
                restarts += 1
            elif not reply.good:
                raise refusal(self.what("GET", path), reply, writes=False)
            yield from reply.body.get("items") or ()
            token = _next_page(reply)
            if not token and reply.good:
                return

    def what(self, method: str, path: str) -> str:
        """Name a call in an error's text."""
        return f"{self.name}: {method} {path}"

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._client.close()  # type: ignore[no-untyped-call] # Theirs.

    def _call(  # noqa: PLR0913 - An HTTP request has that many parts.
        self,
        method: str,
        path: str,
        *,
        query: Query = (),
        body: Mapping[str, Any] | None = None,
        accept: str = _JSON,
        writes: bool = False,
    ) -> Reply:
        what = self.what(method, path)
        with stopping_library_errors(what, writes=writes):
            reply = _reply(*self._sent(method, path, query=query, body=body, accept=accept))
            if reply.status == HTTPStatus.FORBIDDEN and not self._ready():
                raise TemporaryOutsideError(f"{what}: the server is still starting")
            return reply

    def _ready(self) -> bool:
        """Whether a refusal counts: a server that starts knows nobody's rights yet."""
        return self._sent("GET", READY, accept="*/*")[0] == HTTPStatus.OK

    def _sent(
        self,
        method: str,
        path: str,
        *,
        query: Query = (),
        body: Mapping[str, Any] | None = None,
        accept: str,
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Send a request; return status, headers and body. Raises what the library raises."""
        request = self._client.param_serialize(
            method,
            path,
            query_params=list(query),
            header_params={"Accept": accept, "Content-Type": _JSON},
            body=body,
            auth_settings=["BearerToken"],
        )
        response = self._client.call_api(*request, _request_timeout=self._timeout)
        text = response.read()  # type: ignore[no-untyped-call] # Theirs.
        return response.status, response.headers, text


def _reply(status: int, headers: Mapping[str, str], text: bytes) -> Reply:
    good = HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES
    return Reply(
        status=status,
        body=json.loads(text) if good else _status_object(text),
        retry_after=_seconds(headers.get("Retry-After", "")),
    )


def _status_object(text: bytes) -> Mapping[str, Any]:
    """Read a Status; a proxy in between may answer with a page of HTML instead."""
    try:
        body = json.loads(text)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _seconds(text: str) -> timedelta | None:
    return timedelta(seconds=int(text)) if text.isdecimal() else None


def _next_page(reply: Reply) -> str:
    return str((reply.body.get("metadata") or {}).get("continue") or "")
