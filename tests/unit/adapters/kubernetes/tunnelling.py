"""A real CONNECT proxy on loopback: whatever host it is asked for, it leads to this machine."""

import selectors
import socket
import ssl
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final, Self

_PIECE: Final = 64 << 10
"""Bytes handed on at once."""


@dataclass(kw_only=True)
class Tunnel:
    """What went through, in both directions."""

    towards: str
    known_as: str
    bytes: bytearray = field(default_factory=bytearray)


class Proxy:
    """Leads each CONNECT to `to`, a port here; answers with `refuses` instead where that is set."""

    def __init__(self, to: int, *, refuses: int = 0, tls: ssl.SSLContext | None = None) -> None:
        self.tunnels: list[Tunnel] = []
        self._to = to
        self._refuses = refuses
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._scheme = "https" if tls else "http"
        if tls is not None:
            self._server.socket = tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"{self._scheme}://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join(timeout=10)
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            def do_CONNECT(self) -> None:
                known_as = self.headers.get("Proxy-Authorization", "")
                tunnel = Tunnel(towards=self.path, known_as=known_as)
                proxy.tunnels.append(tunnel)
                if proxy._refuses:
                    self.send_error(proxy._refuses)
                    return
                with socket.create_connection(("127.0.0.1", proxy._to)) as server:
                    self.send_response(200)
                    self.end_headers()
                    _hand_on(self.connection, server, tunnel.bytes)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - Its name.
                """Say nothing."""

        return Handler


def _hand_on(one: socket.socket, other: socket.socket, seen: bytearray) -> None:
    """Hand on what comes from either, until one of them is closed."""
    with selectors.DefaultSelector() as selector:
        selector.register(one, selectors.EVENT_READ, other)
        selector.register(other, selectors.EVENT_READ, one)
        while True:
            for key, _ in selector.select():
                source = one if key.fileobj is one else other
                try:
                    piece = source.recv(_PIECE)
                    key.data.sendall(piece)
                except OSError:
                    return
                if not piece:
                    return
                seen += piece
