"""An HTTP server on loopback that gives prepared answers and keeps what it was asked."""

import json
import socket
import ssl
import sys
import threading
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, Literal, Self

DRIPS: Final = 100
"""Bytes that are nothing, of an answer that drips."""
EACH: Final = 0.02
"""Seconds before each; all of them are ten times as long as tests wait for an answer, and far more
than it takes to notice that nobody does any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Canned:
    """One answer; `text` instead of a JSON `body` where it is none; a `silent` one hangs up.

    One that `comes` late never does; else it takes long for its head or its body, byte by byte.
    """

    silent: bool = False
    comes: Literal["", "late", "head", "body"] = ""
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
    """One request as it arrived.

    `peer` is the connection's other end, `known_as` the common name of its certificate.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any
    peer: tuple[str, int]
    known_as: str = ""


class CannedServer:
    """Answers each request with the next of `answers`; `asked` are the requests so far.

    Whether it is ready it says itself, as often as it is asked. With `tls` it is what an API server
    is, else it speaks in clear.
    """

    def __init__(
        self, *answers: Canned, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None
    ) -> None:
        self.ready = True
        self.readiness_comes: Literal["", "late", "head", "body"] = ""
        self.answers = deque(answers)
        self.asked: list[Asked] = []
        self._host = f"[{host}]" if ":" in host else host
        kind = _OverSix if ":" in host else _OverFour
        self._server = kind((host, 0), self._handler())
        self._tls = tls
        if tls is not None:
            self._server.socket = tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._over = threading.Event()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http{'s' if self._tls else ''}://{self._host}:{self._server.server_port}"

    @property
    def readiness(self) -> Canned:
        """What it says of itself."""
        return Canned(status=200 if self.ready else 500, text="ok", comes=self.readiness_comes)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._thread.join(timeout=10)
        self._server.server_close()

    def _answer(self, request: BaseHTTPRequestHandler, canned: Canned) -> None:
        if not canned.silent and not canned.comes:
            with suppress(ConnectionError):  # Who asked has read as much as they want.
                _write(request, canned)
            return
        request.close_connection = True
        if canned.comes == "late":
            self._over.wait()
        elif canned.comes:
            with suppress(OSError):  # Nobody listens any more.
                _drip(request, canned, self._over)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"  # So that connections can be kept.

            def do_GET(self) -> None:
                asked = _asked(self)
                if self.path == "/readyz":
                    server._answer(self, server.readiness)
                    return
                server.asked.append(asked)
                server._answer(self, server.answers.popleft())

            do_POST = do_GET  # noqa: N815 - Their name.
            do_DELETE = do_GET  # noqa: N815 - Their name.
            do_PATCH = do_GET  # noqa: N815 - Their name.

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - Its name.
                """Say nothing."""

        return Handler


class _OverFour(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of who does not want to speak to us."""
        if not isinstance(sys.exception(), ssl.SSLError):
            super().handle_error(request, client_address)


class _OverSix(_OverFour):
    address_family = socket.AF_INET6  # type: ignore[mutable-override] # Theirs is set so.


def _write(request: BaseHTTPRequestHandler, canned: Canned) -> None:
    request.send_response_only(canned.status)
    for name, value in canned.headers.items():
        request.send_header(name, value)
    request.send_header("Content-Length", str(len(canned.bytes)))
    request.end_headers()
    request.wfile.write(canned.bytes)


def _drip(request: BaseHTTPRequestHandler, canned: Canned, over: threading.Event) -> None:
    """Answer as `_write` does, with DRIPS spaces in a header or before the body."""
    spaces = b" " * DRIPS if canned.comes == "body" else b""
    body = spaces + canned.bytes
    before = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n" % len(body)
    if canned.comes == "body":
        before, after = before + b"\r\n", canned.bytes
    else:
        before, after = before + b"X-Filler: ", b"x\r\n\r\n" + body
    request.wfile.write(before)
    for _ in range(DRIPS):
        over.wait(EACH)
        request.wfile.write(b" ")
    request.wfile.write(after)


def _asked(request: BaseHTTPRequestHandler) -> Asked:
    text = request.rfile.read(int(request.headers.get("Content-Length") or 0))
    return Asked(
        method=request.command,
        path=request.path,
        headers=dict(request.headers),
        body=json.loads(text) if text else None,
        peer=(request.client_address[0], request.client_address[1]),
        known_as=_common_name(request.connection),
    )


def _common_name(connection: socket.socket) -> str:
    """Return what the other end's certificate says."""
    if not isinstance(connection, ssl.SSLSocket):
        return ""
    subject = (connection.getpeercert() or {}).get("subject", ())
    return next((str(one[0][1]) for one in subject if one[0][0] == "commonName"), "")
