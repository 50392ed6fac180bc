"""An answer is there as a whole in time: one that comes byte by byte holds no thread for ever.

A socket's own time-out is for each read, and so none for a server that always sends a little more.
Headers and body are read through a file that knows until when the whole may take.
"""

import io
import socket
from collections.abc import Callable
from http.client import HTTPResponse
from time import monotonic
from typing import TYPE_CHECKING

from urllib3 import HTTPConnectionPool, PoolManager
from urllib3.connection import HTTPSConnection

from daypass.adapters.kubernetes.in_one_piece import InOnePiece
from daypass.adapters.kubernetes.tunnels import Tunnelled

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class Until(io.RawIOBase):
    """What a socket brings, for as long as its time-out says from now on, in all."""

    def __init__(self, connection: socket.socket, ticks: Callable[[], float] = monotonic) -> None:
        super().__init__()
        self._socket = connection
        self._file = connection.makefile("rb", buffering=0)
        self._ticks = ticks
        within = connection.gettimeout()
        self._until = None if within is None else ticks() + within

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def readinto(self, into: "WriteableBuffer") -> int | None:
        """Read what has come, waiting for it no longer than is left; TimeoutError after that."""
        if self._until is not None:
            left = self._until - self._ticks()
            if left <= 0:
                raise TimeoutError("the answer was not whole in time")
            self._socket.settimeout(left)
        return self._file.readinto(into)

    def close(self) -> None:
        """Let go of the socket."""
        self._file.close()
        super().close()


class _Opened:
    """What a response opens as a file, where it would open the socket itself."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def makefile(self, _: str) -> io.BufferedReader:
        return io.BufferedReader(Until(self._connection))


class _Answer(HTTPResponse):
    def __init__(self, sock: socket.socket, debuglevel: int = 0, method: str | None = None) -> None:
        super().__init__(_Opened(sock), debuglevel, method)  # type: ignore[arg-type] # All it uses.


class _Plain(InOnePiece):
    response_class = _Answer  # type: ignore[mutable-override] # Theirs is set so.


class _Tls(InOnePiece, HTTPSConnection):
    response_class = _Answer  # type: ignore[mutable-override] # Theirs is set so.


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain  # type: ignore[mutable-override] # Theirs is set so.


class _TlsPool(Tunnelled):
    ConnectionCls = _Tls  # type: ignore[mutable-override] # Theirs is set so.


def keep_deadlines(manager: PoolManager) -> None:
    """Let a read time-out be one for the whole answer, on each connection that is still to come."""
    manager.pool_classes_by_scheme = {"http": _PlainPool, "https": _TlsPool}
