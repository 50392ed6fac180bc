"""A TCP relay that can swallow what the server says: the request arrives, the reply does not."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Self

_CHUNK = 65_536


class Relay:
    """Listens on loopback and passes bytes on to `upstream` both ways, until it is closed."""

    def __init__(self, upstream: tuple[str, int]) -> None:
        self._upstream = upstream
        self._muted = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"https://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        for one in [self._listener, *self._open]:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(timeout=10)
        for one in [self._listener, *self._open]:
            one.close()

    @contextmanager
    def muted(self) -> Iterator[None]:
        """Swallow replies, also those that are on their way."""
        self._muted.set()
        try:
            yield
        finally:
            self._muted.clear()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(self._upstream, timeout=10)
                far.settimeout(None)
                self._open += [near, far]
                self._start(near, far, threading.Event())
                self._start(far, near, self._muted)

    def _start(self, source: socket.socket, sink: socket.socket, muted: threading.Event) -> None:
        thread = threading.Thread(target=_pump, args=(source, sink, muted))
        self._threads.append(thread)
        thread.start()


def _pump(source: socket.socket, sink: socket.socket, muted: threading.Event) -> None:
    with suppress(OSError):
        while data := source.recv(_CHUNK):
            if not muted.is_set():
                sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
