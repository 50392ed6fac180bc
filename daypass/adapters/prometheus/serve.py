"""Serves `/metrics`, `/healthz` and `/readyz` of one process over HTTP, from threads of its own."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from socket import SHUT_RDWR, socket
from socketserver import ThreadingMixIn
from threading import BoundedSemaphore, Thread
from typing import TYPE_CHECKING, Any, Final
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from daypass.domain.errors import OutsideError, SettingsError
from daypass.ports import Heartbeats

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

_PATIENCE: Final = 10.0
"""Seconds."""
READERS: Final = 32
"""Connections at one time, each with a thread; a Prometheus, a kubelet and who looks are few."""
ASKING: Final = 8
"""Answers of each kind at one time that are asked of Redis, which may be silent for seconds: who is
cut off meanwhile leaves a thread behind that waits."""
CROWDED: Final = "too many ask at one time: ask again"
_TEXT: Final = "text/plain; charset=utf-8"
Check = Callable[[], str]
"""Returns what is wrong, empty for nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What is asked of a process: does it still move, and can it do its work?"""

    lives: Check
    ready: Check


def store_answers(heartbeats: Heartbeats) -> Check:
    """Return a check that says what is wrong with the store."""

    def check() -> str:
        try:
            heartbeats.heard("")
        except OutsideError as error:
            return str(error)
        return ""

    return check


def of_children(folder: str) -> CollectorRegistry:
    """Return a registry that adds up what child processes count in `folder`."""
    registry = CollectorRegistry()
    # The library says no types here.
    MultiProcessCollector(registry, path=folder)  # type: ignore[no-untyped-call]
    return registry


@contextmanager
def serving(
    address: tuple[str, int] | None, registry: CollectorRegistry, health: Health
) -> Iterator[int]:
    """Serve until the end of the block; yield the port, 0 where no address is set.

    Port 0 is any free one.

    Raises:
        SettingsError: somebody else listens there, or the address is not ours.
    """
    if address is None:
        yield 0
        return
    server = _server(address)
    server.set_app(_app(registry, health))
    thread = Thread(target=server.serve_forever, name="health", daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


class _Server(ThreadingMixIn, WSGIServer):
    """One slow reader does not hold up another; of too many the one who came first is cut off.

    Nobody asks who reads here: a crowd must cost no thread and no descriptor that our work needs,
    and keep no kubelet from its answer.
    """

    daemon_threads = True
    request_queue_size = READERS

    def __init__(self, address: tuple[str, int], how: type[WSGIRequestHandler]) -> None:
        self._readers: dict[socket, None] = {}
        """In the order in which they came."""
        super().__init__(address, how)

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - Its own.
        """Begin to serve one more; called by one thread."""
        here = list(self._readers)
        if len(here) >= READERS:
            self._cut_off(here[0])
        self._readers[request] = None
        super().process_request(request, client_address)

    def _cut_off(self, first: socket) -> None:
        self._readers.pop(first, None)
        with suppress(OSError):  # It was over just now.
            first.shutdown(SHUT_RDWR)

    def close_request(self, request: Any) -> None:  # noqa: ANN401 - Its own.
        """Let one go."""
        self._readers.pop(request, None)
        super().close_request(request)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of who hangs up or says nothing: anybody could fill a log with that."""


class _Quiet(WSGIRequestHandler):
    """A reader comes every few seconds: that is no news."""

    def setup(self) -> None:
        """Wait no longer than this for what a reader has to say."""
        self.request.settimeout(_PATIENCE)
        super().setup()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name.
        """Say nothing."""


def _server(address: tuple[str, int]) -> _Server:
    try:
        return _Server(address, _Quiet)
    except OSError as error:
        fault = f"DAYPASS_HEALTH: {address[0]}:{address[1]} cannot be listened on"
        raise SettingsError([f"{fault} ({error.strerror}); name a free port"]) from error


def _app(
    registry: CollectorRegistry, health: Health
) -> "Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]":
    # One for each: while a kubelet waits, others are measured.
    measuring, checking = BoundedSemaphore(ASKING), BoundedSemaphore(ASKING)

    def app(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        match environ["PATH_INFO"]:
            case "/metrics":
                return _in(measuring, lambda: _measured(registry, start), start)
            case "/healthz":
                return _said(health.lives(), start)
            case "/readyz":
                return _in(checking, lambda: _said(health.ready(), start), start)
            case _:
                start("404 Not Found", [("Content-Type", _TEXT)])
                return [b"here are /metrics, /healthz and /readyz\n"]

    return app


def _in(
    room: BoundedSemaphore, answer: Callable[[], Iterable[bytes]], start: "StartResponse"
) -> Iterable[bytes]:
    """Make an answer that may take its time; where too many are made already, say so at once."""
    if not room.acquire(blocking=False):
        return _said(CROWDED, start)
    try:
        return answer()
    finally:
        room.release()


def _measured(registry: CollectorRegistry, start: "StartResponse") -> Iterable[bytes]:
    measured = generate_latest(registry)
    start("200 OK", [("Content-Type", CONTENT_TYPE_LATEST)])
    return [measured]


def _said(wrong: str, start: "StartResponse") -> Iterable[bytes]:
    start("503 Service Unavailable" if wrong else "200 OK", [("Content-Type", _TEXT)])
    return [f"{wrong or 'ok'}\n".encode()]
