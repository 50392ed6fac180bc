"""A TCP relay that can swallow or hold what the server says: the request arrives, no reply does."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import cycle
from typing import Self

_CHUNK = 65_536


class Relay:
    """Listens on loopback and passes bytes on to a server both ways, until it is closed.

    Of several `upstreams` each connection gets the next, as from a load balancer.
    """

    def __init__(self, *upstreams: tuple[str, int]) -> None:
        self._upstreams = cycle(upstreams)
        self._muted = threading.Event()
        self._flowing = threading.Event()
        self._flowing.set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"https://127.0.0.1:{self.port}"

    @property
    def port(self) -> int:
        """The port where it listens."""
        return int(self._listener.getsockname()[1])

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._flowing.set()
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

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold replies back, and deliver them afterwards."""
        self._flowing.clear()
        try:
            yield
        finally:
            self._flowing.set()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(next(self._upstreams), timeout=10)
                far.settimeout(None)
                self._open += [near, far]
                self._start(near, far, lambda: True)
                self._start(far, near, self._is_passed_on)

    def _is_passed_on(self) -> bool:
        """Wait while replies are held; say whether they are not swallowed."""
        self._flowing.wait()
        return not self._muted.is_set()

    def _start(
        self, source: socket.socket, sink: socket.socket, passed: Callable[[], bool]
    ) -> None:
        thread = threading.Thread(target=_pump, args=(source, sink, passed))
        self._threads.append(thread)
        thread.start()


def _pump(source: socket.socket, sink: socket.socket, passed: Callable[[], bool]) -> None:
    with suppress(OSError):
        while data := source.recv(_CHUNK):
            if passed():
                sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
