"""An HTTP proxy on loopback before a real API server, that loses lines of watches as it is told."""

import json
import ssl
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from http.client import HTTPException, HTTPResponse, HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from sandbox.cluster.servers import ClusterServer

_HOP: Final = {"transfer-encoding", "content-length", "connection"}
Event = dict[str, Any]


class Spoiler:
    """Passes on what it is asked, as the server itself would; of watches what is not `lost`."""

    def __init__(self, server: ClusterServer) -> None:
        self.kept_back = 0
        """How many lines were lost so far."""
        self._watches: list[str] = []
        self.lost: Callable[[Event], bool] = lambda _: False
        self._ca, self._target = str(server.ca_file), urlsplit(server.url).port
        self._open: list[HTTPSConnection] = []
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(server.ca_file, server.ca_file.with_suffix(".key"))
        # The handshake belongs to the thread of its connection: none holds up the others.
        self._http.socket = context.wrap_socket(
            self._http.socket, server_side=True, do_handshake_on_connect=False
        )
        self.url = f"https://127.0.0.1:{self._http.server_address[1]}"

    @contextmanager
    def running(self) -> Iterator[None]:
        """Pass on until the end of the block, then cut everything."""
        thread = Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield
        finally:
            self._http.shutdown()
            thread.join(timeout=10)
            for one in self._open:
                with suppress(OSError, AttributeError):  # It was closed already.
                    one.sock.shutdown(2)
            self._http.server_close()

    def watches(self, plural: str) -> int:
        """How many watches of such things were asked for so far."""
        return sum(path.endswith(f"/{plural}") for path in self._watches)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        spoiler = self

        class Handler(BaseHTTPRequestHandler):
            """One request of one connection."""

            def log_message(self, *_: object) -> None:
                """Say nothing."""

            def passed(self) -> None:
                """Pass it on."""
                with suppress(OSError, HTTPException, AttributeError):  # Somebody hung up.
                    spoiler.pass_on(self)

            do_GET = do_POST = do_PATCH = do_DELETE = passed  # noqa: N815 - Theirs.

        return Handler

    def pass_on(self, asker: BaseHTTPRequestHandler) -> None:
        """Pass one request on, and what is answered back."""
        asked = urlsplit(asker.path)
        watch = "watch" in parse_qs(asked.query)
        if watch:
            self._watches.append(asked.path)
        far = HTTPSConnection(
            "127.0.0.1", self._target, context=ssl.create_default_context(cafile=self._ca)
        )
        self._open.append(far)
        with closing(far):
            self._exchange(asker, far, watch=watch)

    def _exchange(
        self, asker: BaseHTTPRequestHandler, far: HTTPSConnection, *, watch: bool
    ) -> None:
        body = asker.rfile.read(int(asker.headers.get("Content-Length") or 0))
        far.request(asker.command, asker.path, body, dict(asker.headers))
        answer = far.getresponse()
        asker.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in _HOP:
                asker.send_header(name, value)
        asker.end_headers()
        for part in self._lines(answer) if watch else (answer.read(),):
            asker.wfile.write(part)
            asker.wfile.flush()

    def _lines(self, answer: HTTPResponse) -> Iterator[bytes]:
        while line := answer.readline():
            if self.lost(json.loads(line)):
                self.kept_back += 1
            else:
                yield line
