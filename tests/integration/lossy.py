"""A wire that loses answers: a real TCP proxy on loopback, told what to lose."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import Final

_BLOCK: Final = 65_536


class LossyWire:
    """Forwards to `port`; after `lose` the next request with that word in it is never answered.

    The request itself arrives; instead of its answer the connection breaks.
    """

    def __init__(self, port: int) -> None:
        self._target = ("127.0.0.1", port)
        self._word = b""
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self.lost = Event()

    def lose(self, word: bytes) -> None:
        """Lose the answer to the next request that holds `word`."""
        self._word = word

    @contextmanager
    def running(self) -> Iterator[None]:
        """Forward until the end of the block."""
        Thread(target=self._accept, daemon=True).start()
        try:
            yield
        finally:
            self._server.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._server.accept()
                far = socket.create_connection(self._target)
                doomed = Event()
                Thread(target=self._ask, args=(near, far, doomed), daemon=True).start()
                Thread(target=self._answer, args=(near, far, doomed), daemon=True).start()

    def _ask(self, near: socket.socket, far: socket.socket, doomed: Event) -> None:
        with suppress(OSError), far:
            while asked := near.recv(_BLOCK):
                if self._word and self._word in asked:
                    self._word = b""
                    doomed.set()
                far.sendall(asked)

    def _answer(self, near: socket.socket, far: socket.socket, doomed: Event) -> None:
        with suppress(OSError), near:
            while (answer := far.recv(_BLOCK)) and not doomed.is_set():
                near.sendall(answer)
            if doomed.is_set():
                self.lost.set()
                near.shutdown(socket.SHUT_RDWR)
