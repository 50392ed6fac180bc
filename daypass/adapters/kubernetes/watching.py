"""A watch on one kind of our objects: what changes on the cluster, as it changes.

Its beginning is a revision, not a list: whoever watches compares everything once by other means,
and then hears of every change since. Kubernetes' "Efficient detection of changes".
"""

from collections.abc import Iterator
from contextlib import closing
from http import HTTPStatus
from typing import Any, Final

from kubernetes.client import ApiClient, Configuration

from daypass import VERSION
from daypass.adapters.kubernetes.client import MOST_BYTES, Api
from daypass.adapters.kubernetes.decoding import decoded
from daypass.adapters.kubernetes.errors import UNREADABLE, reading, refusal, stopping_library_errors
from daypass.adapters.kubernetes.manifests import KINDS, RBAC, found
from daypass.adapters.kubernetes.reply import Reply
from daypass.domain.errors import TemporaryOutsideError
from daypass.domain.grant import OURS
from daypass.domain.sighting import Sighting

_CONNECT: Final = 2.0
"""Seconds; as for every other call."""
_SILENT: Final = 75.0
"""Seconds without a byte after which a watch is taken for dead: a server sends a bookmark at least
once a minute (`--watch-cache` keeps them, k8s.io/apiserver's `bookmarkFrequency`)."""
_LASTS: Final = 600
"""Seconds after which the server ends a watch by itself, and the next one goes on; a server's own
is 30 to 60 minutes."""
_READ: Final = 64 << 10
"""Bytes read at once, at most; a line is handed on as soon as it is there."""


def watch(api: Api, kind: str, since: str) -> Iterator[Sighting]:
    """Yield what is seen of a kind under our label after revision `since`, one by one.

    Without `since`, or where the server has forgotten what came after it, the first says `anew`.
    Ends where the server ends it; to go on call it with the last `revision`.

    Raises:
        OutsideError: the server does not answer, or refuses.
    """
    revision = since
    while True:
        if not revision:
            revision = _newest(api, kind)
            yield Sighting(revision=revision, anew=True)
        gone = False
        for sighting in _watched(api, kind, revision):
            if sighting is None:
                gone = True
                break
            yield sighting
        if not gone:
            return
        revision = ""


def _newest(api: Api, kind: str) -> str:
    """Return the revision that a list of nearly nothing is at."""
    place = f"{RBAC}/{KINDS[kind]}"
    reply = api.get(place, [("labelSelector", OURS), ("limit", "1")])
    if not reply.good:
        raise refusal(api.what("GET", place), reply, writes=False)
    with reading(api.what("GET", place), writes=False):
        return str(reply.body["metadata"]["resourceVersion"])


def _watched(api: Api, kind: str, since: str) -> Iterator[Sighting | None]:
    """Yield sightings; None, and no more, where the server has forgotten that revision."""
    what = api.what("WATCH", f"{RBAC}/{KINDS[kind]}")
    with stopping_library_errors(what, writes=False), closing(_client(api.configuration)) as client:
        response = _opened(client, kind, since)
        if response.status == HTTPStatus.GONE:
            yield None
            return
        if response.status != HTTPStatus.OK:
            said = Reply(status=response.status, body=_status(response))
            raise refusal(what, said, writes=False)
        for line in _lines(response):
            if line is None:
                # One object is too long to be read: of no bookmark, so it is looked at otherwise.
                yield Sighting(revision=since, anew=True)
                continue
            with reading(what, writes=False):
                event = decoded(line)
                if event["type"] == "ERROR":
                    if event["object"].get("code") == HTTPStatus.GONE:
                        yield None
                        return
                    raise _failed(what, event["object"])
                since = str(event["object"]["metadata"]["resourceVersion"])
            yield _sighting(kind, event, since)


def _sighting(kind: str, event: dict[str, Any], revision: str) -> Sighting:
    if event["type"] == "BOOKMARK":
        return Sighting(revision=revision)
    try:
        seen = found(kind, event["object"])
    except UNREADABLE:
        return Sighting(revision=revision, anew=True)
    return Sighting(revision=revision, found=seen, gone=event["type"] == "DELETED")


def _lines(response: Any) -> Iterator[bytes | None]:  # noqa: ANN401 - urllib3's, through theirs.
    """Yield the lines of a watch as they come; None for one that is too long to be kept."""
    kept, too_long = bytearray(), False
    while piece := response.read1(_READ):
        *whole, rest = piece.split(b"\n")
        for end in whole:
            yield None if too_long else bytes(kept + end)
            kept, too_long = bytearray(), False
        kept += rest
        if len(kept) > MOST_BYTES:
            kept, too_long = bytearray(), True


def _opened(client: ApiClient, kind: str, since: str) -> Any:  # noqa: ANN401 - As above.
    query = [
        ("watch", "1"),
        ("labelSelector", OURS),
        ("resourceVersion", since),
        ("allowWatchBookmarks", "true"),
        ("timeoutSeconds", str(_LASTS)),
    ]
    parts = client.param_serialize(
        "GET",
        f"{RBAC}/{KINDS[kind]}",
        query_params=query,
        header_params={"Accept": "application/json"},
        auth_settings=["BearerToken"],
    )
    return client.call_api(*parts, _request_timeout=(_CONNECT, _SILENT)).response


def _status(response: Any) -> dict[str, Any]:  # noqa: ANN401 - urllib3's, through theirs.
    try:
        body = decoded(response.read(_READ))
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _failed(what: str, status: dict[str, Any]) -> TemporaryOutsideError:
    return TemporaryOutsideError(f"{what}: {status.get('message') or status.get('code')}")


def _client(configuration: Configuration) -> ApiClient:
    """Return a client with a connection of its own."""
    made = ApiClient(configuration)
    made.user_agent = f"daypass/{VERSION} watch"
    return made
