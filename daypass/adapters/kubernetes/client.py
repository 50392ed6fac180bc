"""HTTP to one API server: JSON in, JSON out, a deadline on every call, no retries, no typed models.

The client's pydantic models cost more than the call, so it is used without them.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any, Final

from daypass.adapters.kubernetes.access import Way
from daypass.adapters.kubernetes.channel import Body, Channel, Query, Sent
from daypass.adapters.kubernetes.decoding import decoded
from daypass.adapters.kubernetes.errors import (
    TooMuchError,
    TooSlowError,
    is_unknown,
    refusal,
    stopping_library_errors,
    unknown_to,
)
from daypass.adapters.kubernetes.portion import Portion
from daypass.adapters.kubernetes.reply import Reply
from daypass.adapters.kubernetes.wide import MOST_BYTES, NARROW, Wide
from daypass.adapters.kubernetes.words import cut
from daypass.domain.errors import TemporaryOutsideError

NAMES_ONLY: Final = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
"""Accept this, and a list brings metadata only."""
READY: Final = "/readyz"
_JSON: Final = "application/json"
_MERGE: Final = "application/merge-patch+json"
_STEPS: Final = "application/json-patch+json"
_CONNECT: Final = 2.0
"""Seconds; a server of ours is not farther than that."""
_PROBE: Final = 1.0
"""Seconds, so that a return is noticed within 2 s (law 3)."""
_RESTARTS: Final = 3
"""Of a list whose continuation has expired; then the cluster is in trouble."""
MOST_OF_A_PAGE: Final = 4 << 20
"""Bytes of a page with more than one object: as Python's objects they may take twenty times that,
and the dead man's switch has 256 MiB."""


MOST_ASKED: Final = timedelta(minutes=5)
"""For so long we leave alone who asks us to; what serves a namespace's webhook may ask for
years."""


class Api:
    """One API server; safe to use from several threads, raises only `OutsideError`."""

    def __init__(self, name: str, way: Way, timeout: timedelta) -> None:
        seconds = timeout.total_seconds()
        self.name = name
        self.way = way
        self.streams = Wide()
        self._timeout = (min(_CONNECT, seconds), seconds)
        self._channel = Channel(way, whole=True)

    def get(
        self,
        path: str,
        query: Query = (),
        *,
        accept: str = _JSON,
        most: int = MOST_BYTES,
        longer: int = 1,
    ) -> Reply:
        """Read one thing or one page, of at most so many bytes; it may take so much `longer`."""
        request = _Request(method="GET", path=path, query=query, accept=accept, most=most)
        connect, whole = self._timeout
        return self._call(request, (connect, longer * whole))

    def ask(
        self, path: str, body: Mapping[str, Any], *, kept: bool = True, most: int = MOST_BYTES
    ) -> Reply:
        """POST what changes nothing, such as a review; over a new connection if none is `kept`."""
        return self._call(_Request(method="POST", path=path, body=body, kept=kept, most=most))

    def write(
        self,
        method: str,
        path: str,
        body: Body,
        *,
        query: Query = (),
        most: int = MOST_BYTES,
    ) -> Reply:
        """POST, DELETE or PATCH; `TemporaryOutsideError` says if it may have happened.

        A patch is a merge, or several steps.
        """
        return self._call(
            _Request(method=method, path=path, query=query, body=body, writes=True, most=most)
        )

    def must_get(self, path: str) -> Reply:
        """Read what has to be there; anything but a success is an `OutsideError`."""
        reply = self.get(path)
        if not reply.good:
            raise refusal(self.what("GET", path), reply, writes=False)
        return reply

    def probe(self) -> None:
        """Ask whether it is ready, in less time than any other call may take.

        Raises:
            TemporaryOutsideError: no answer, or one of a server that is not ready.
        """
        what = self.what("GET", READY)
        seconds = min(_PROBE, *self._timeout)
        with stopping_library_errors(what, writes=False):
            status = self._sent(_IS_READY, (seconds, seconds))[0]
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise TemporaryOutsideError(f"{what}: the server is not ready ({status})")

    def items(
        self, path: str, query: Query = (), *, accept: str = _JSON, patient: bool = True
    ) -> Iterator[Mapping[str, Any]]:
        """Return everything in a list, page by page.

        Where the server forgot the place (410) it goes on from the place that the server offers,
        else from the start: an item may then come twice. Where the page is too much to be held in
        memory, or to be written in time, it asks for fewer, for anybody may write megabytes into
        an object; where that does not help it waits: a server that lists from etcd goes through
        what others wrote to find ours. Who is not `patient` has no time for what is late.
        """
        token, restarts, portion = "", 0, Portion(patient=patient)
        while True:
            place = [("continue", token)] if token else []
            reply = self._page(path, query, place, accept=accept, portion=portion)
            portion.grow()
            if reply.status == HTTPStatus.GONE and restarts < _RESTARTS:
                restarts += 1
            elif not reply.good:
                raise refusal(self.what("GET", path), reply, writes=False)
            items, token, over = _read_page(reply)
            del reply  # Two pages are never in memory.
            yield from items
            if over:
                return
            del items

    def _page(
        self, path: str, query: Query, place: Query, *, accept: str, portion: Portion
    ) -> Reply:
        """Read one page of a list, of as many objects as can be had at once."""
        while True:
            most = portion.most
            page = [*query, ("limit", str(most)), *place]
            try:
                size, longer = _size(most), portion.longer
                return self.get(path, page, accept=accept, most=size, longer=longer)
            except (TooMuchError, TooSlowError) as error:
                slow = isinstance(error, TooSlowError)
                if portion.is_least(slow=slow):
                    raise
                if slow:
                    self.probe()  # Where nothing answers no page is small enough.
                portion.shrink(slow=slow)

    def what(self, method: str, path: str) -> str:
        """Name a call in an error's text."""
        return f"{self.name}: {method} {cut(path)}"

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._channel.close()

    def _call(self, request: "_Request", timeout: tuple[float, float] | None = None) -> Reply:
        what = self.what(request.method, request.path)
        with stopping_library_errors(what, writes=request.writes):
            reply = _reply(*self._sent(request, timeout))
            if is_unknown(reply):
                raise unknown_to(what, self.way.known_by, reply)
            if reply.status == HTTPStatus.FORBIDDEN and not self._ready():
                raise TemporaryOutsideError(f"{what}: the server is still starting")
            return reply

    def _ready(self) -> bool:
        """Whether a refusal counts: a server that starts knows nobody's rights yet."""
        return self._sent(_IS_READY)[0] == HTTPStatus.OK

    def _sent(
        self, request: "_Request", timeout: tuple[float, float] | None = None
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Send a request; return status, headers and body. Raises what the library raises."""
        if request.kept:
            return self._exchanged(self._channel, request, timeout or self._timeout)
        # One that is kept is always to the same server.
        with closing(Channel(self.way, whole=True)) as channel:
            return self._exchanged(channel, request, timeout or self._timeout)

    def _exchanged(
        self, channel: Channel, request: "_Request", timeout: tuple[float, float]
    ) -> tuple[int, Mapping[str, str], bytes]:
        response = channel.send(request.sent, timeout)
        text = response.read(request.most + 1)
        if len(text) > request.most:
            response.close()
            what = self.what(request.method, request.path)
            said = f"{what}: the answer has more than {_said(request.most)}"
            good = response.status < HTTPStatus.MULTIPLE_CHOICES
            raise TooMuchError(said, text[:NARROW] if good else b"")
        return response.status, response.headers, text


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """`writes`: it changes something; not `kept`: it gets a new connection.

    `most`: bytes of its answer.
    """

    method: str
    path: str
    query: Query = ()
    body: Body | None = None
    accept: str = _JSON
    writes: bool = False
    kept: bool = True
    most: int = MOST_BYTES

    @property
    def sent(self) -> Sent:
        """It as it goes over the wire."""
        patch = _MERGE if isinstance(self.body, Mapping) else _STEPS
        kind = patch if self.method == "PATCH" else _JSON
        return Sent(
            method=self.method,
            path=self.path,
            query=self.query,
            headers={"Accept": self.accept, "Content-Type": kind},
            body=self.body,
        )


_IS_READY: Final = _Request(method="GET", path=READY, accept="*/*")


def _reply(status: int, headers: Mapping[str, str], text: bytes) -> Reply:
    good = HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES
    return Reply(
        status=status,
        body=_object(text) if good else status_object(text),
        retry_after=_seconds(headers.get("Retry-After", "")),
        date=headers.get("Date", ""),
        level=headers.get("X-Kubernetes-Pf-Prioritylevel-Uid", ""),
    )


def _object(text: bytes) -> Mapping[str, Any]:
    """Read an object of JSON; raises ValueError where it is none."""
    body = decoded(text)
    if not isinstance(body, dict):
        raise ValueError("no object")  # noqa: TRY004 - As for what is no JSON.
    return body


def status_object(text: bytes) -> Mapping[str, Any]:
    """Read a Status; a proxy in between may answer with a page of HTML instead."""
    try:
        return _object(text)
    except ValueError:
        return {}


def _seconds(text: str) -> timedelta | None:
    if not text.isdecimal():
        return None
    try:
        return min(timedelta(seconds=int(text)), MOST_ASKED)
    except (OverflowError, ValueError):  # More than there is time, or digits.
        return MOST_ASKED


def _said(size: int) -> str:
    return f"{size >> 20} MiB" if size >> 20 else f"{size >> 10} KiB"


def _size(objects: int) -> int:
    return MOST_OF_A_PAGE if objects > 1 else MOST_BYTES


def _read_page(reply: Reply) -> tuple[Iterable[Mapping[str, Any]], str, bool]:
    """Return the objects of a page, where the next begins, and whether there is none."""
    token = str((reply.body.get("metadata") or {}).get("continue") or "")
    return reply.body.get("items") or (), token, reply.good and not token
