"""A watch on a collection as API servers send it: a line for each change, bookmarks in between.

Kubernetes' "Efficient detection of changes".
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final, TypeVar

from urllib3 import BaseHTTPResponse

from daypass.adapters.kubernetes.channel import Channel, Query, Sent
from daypass.adapters.kubernetes.client import Api, status_object
from daypass.adapters.kubernetes.decoding import decoded
from daypass.adapters.kubernetes.errors import (
    is_unknown,
    reading,
    refusal,
    stopping_library_errors,
    unknown_to,
)
from daypass.adapters.kubernetes.reply import Reply
from daypass.adapters.kubernetes.wide import MOST_BYTES
from daypass.domain.errors import TemporaryOutsideError

_CONNECT: Final = 2.0
"""Seconds; as for every other call."""
SILENT: Final = 75.0
"""Seconds without a byte after which a watch is taken for dead: a server sends a bookmark at least
once a minute (`--watch-cache` keeps them, k8s.io/apiserver's `bookmarkFrequency`)."""
_LASTS: Final = 600
"""Seconds after which the server ends a watch by itself, and the next one goes on; a server's own
is 30 to 60 minutes."""
_READ: Final = 64 << 10
"""Bytes read at once, at most; a line is handed on as soon as it is there."""
_JSON: Final = "application/json"
BOOKMARK: Final = "BOOKMARK"
DELETED: Final = "DELETED"
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What is watched: a collection, those of it that are selected, and in which form."""

    path: str
    query: Query = ()
    accept: str = _JSON
    silent: float = SILENT
    """Seconds without a byte after which it is taken for dead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A line of a watch; `body` is empty where it was too long to be read."""

    revision: str
    type: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)


class ForgottenError(Exception):
    """The server does not know any more what came after that revision (410)."""


def following(
    api: Api,
    watched: Watched,
    since: str,
    *,
    begin: Callable[[str], Iterator[T]],
    shown: Callable[[Change], T],
) -> Iterator[T]:
    """Yield what is `shown` of each change after revision `since`, until the server ends it.

    Without `since`, or where the server has forgotten it or was set back to before it, first what
    it takes to `begin` at the newest revision; at most once: whoever asks again waits in between.

    Raises:
        OutsideError: the server does not answer, or refuses, or forgets what was the newest.
    """
    if since and not _is_to_come(since, _newest(api, watched)):
        try:
            yield from _changes(api, watched, since, shown=shown)
        except ForgottenError:
            pass
        else:
            return
    since = _newest(api, watched)
    yield from begin(since)
    try:
        yield from _changes(api, watched, since, shown=shown)
    except ForgottenError as error:
        what = api.what("WATCH", watched.path)
        raise TemporaryOutsideError(f"{what}: the server forgets what it just said") from error


def _is_to_come(since: str, newest: str) -> bool:
    """Whether a revision is later than all that there is: what is there was put back from before.

    A server takes it all the same, and says nothing until it has come as far again.
    """
    return since.isdecimal() and newest.isdecimal() and int(newest) < int(since)


def _newest(api: Api, watched: Watched) -> str:
    """Return the revision that a list of nearly nothing is at; of whatever comes first.

    Not of what is selected: a server may go through all that others wrote to find one of that.
    """
    what = api.what("GET", watched.path)
    reply = api.get(watched.path, [("limit", "1")])
    if not reply.good:
        raise refusal(what, reply, writes=False)
    with reading(what, writes=False):
        return str(reply.body["metadata"]["resourceVersion"])


def _changes(
    api: Api, watched: Watched, since: str, *, shown: Callable[[Change], T]
) -> Iterator[T]:
    """Yield what changes after revision `since`, until the server ends it; first that it began.

    Of a change that is far larger than ours nothing is held but what is `shown` of it.

    Raises:
        ForgottenError: it has to be begun anew.
        OutsideError: the server does not answer, or refuses.
    """
    what = api.what("WATCH", watched.path)
    with (
        stopping_library_errors(what, writes=False),
        closing(Channel(api.way, "watch", whole=False)) as channel,
        closing(_opened(channel, watched, since)) as response,
    ):
        if response.status == HTTPStatus.GONE:
            raise ForgottenError
        if response.status != HTTPStatus.OK:
            said = Reply(status=response.status, body=status_object(response.read(_READ)))
            if is_unknown(said):
                raise unknown_to(what, api.way.known_by, said)
            raise refusal(what, said, writes=False)
        yield shown(Change(revision=since, type=BOOKMARK))  # It answers: nothing was missed so far.
        for line in _lines(response):
            with api.streams.text(len(line or "")):
                change = _change(what, line, since)
                since, seen = change.revision, shown(change)
                del change, line
            yield seen


def _change(what: str, line: bytes | None, since: str) -> Change:
    if line is None:  # One object is too long to be read: of no bookmark.
        return Change(revision=since)
    with reading(what, writes=False):
        event = decoded(line)
        if event["type"] == "ERROR":
            raise _failed(what, event["object"])
        revision = str(event["object"]["metadata"]["resourceVersion"])
        return Change(revision=revision, type=event["type"], body=event["object"])


def _lines(response: BaseHTTPResponse) -> Iterator[bytes | None]:
    """Yield the lines of a watch as they come; None for one that is too long to be kept."""
    kept, too_long = bytearray(), False
    while piece := response.read1(_READ):
        *whole, rest = piece.split(b"\n")
        for end in whole:
            kept += end
            line, kept, too_long = [None if too_long else bytes(kept)], bytearray(), False
            yield line.pop()  # It is not held here while the next is waited for.
        kept += rest
        if len(kept) > MOST_BYTES:
            kept, too_long = bytearray(), True


def _opened(channel: Channel, watched: Watched, since: str) -> BaseHTTPResponse:
    query = [
        ("watch", "1"),
        *watched.query,
        ("resourceVersion", since),
        ("allowWatchBookmarks", "true"),
        ("timeoutSeconds", str(_LASTS)),
    ]
    sent = Sent(method="GET", path=watched.path, query=query, headers={"Accept": watched.accept})
    return channel.send(sent, (_CONNECT, watched.silent))


def _failed(what: str, status: dict[str, Any]) -> Exception:
    if status.get("code") == HTTPStatus.GONE:
        return ForgottenError()
    return TemporaryOutsideError(f"{what}: {status.get('message') or status.get('code')}")
