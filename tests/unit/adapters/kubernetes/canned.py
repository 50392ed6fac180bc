"""An HTTP server on loopback that gives prepared answers and keeps what it was asked."""

import json
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Canned:
    """One answer; `text` instead of a JSON `body` where it is none; a `silent` one hangs up."""

    silent: bool = False
    status: int = 200
    body: Any = field(default_factory=dict)
    text: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def bytes(self) -> bytes:
        """What goes over the wire."""
        return (json.dumps(self.body) if self.text is None else self.text).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request as it arrived; `peer` is the connection's other end."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any
    peer: tuple[str, int]


class CannedServer:
    """Answers each request with the next of `answers`; `asked` are the requests so far.

    Whether it is ready it says itself, as often as it is asked.
    """

    def __init__(self, *answers: Canned) -> None:
        self.ready = True
        self.answers = deque(answers)
        self.asked: list[Asked] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join(timeout=10)
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"  # So that connections can be kept.

            def do_GET(self) -> None:
                asked = _asked(self)
                if self.path == "/readyz":
                    self._answer(Canned(status=200 if server.ready else 500, text="ok"))
                    return
                server.asked.append(asked)
                self._answer(server.answers.popleft())

            do_POST = do_GET  # noqa: N815 - Their name.
            do_DELETE = do_GET  # noqa: N815 - Their name.
            do_PATCH = do_GET  # noqa: N815 - Their name.

            def _answer(self, canned: Canned) -> None:
                if canned.silent:
                    self.close_connection = True
                    return
                self.send_response_only(canned.status)
                for name, value in canned.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(canned.bytes)))
                self.end_headers()
                self.wfile.write(canned.bytes)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - Its name.
                """Say nothing."""

        return Handler


def _asked(request: BaseHTTPRequestHandler) -> Asked:
    text = request.rfile.read(int(request.headers.get("Content-Length") or 0))
    return Asked(
        method=request.command,
        path=request.path,
        headers=dict(request.headers),
        body=json.loads(text) if text else None,
        peer=(request.client_address[0], request.client_address[1]),
    )
