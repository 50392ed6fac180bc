"""A wire is what it is said to be: open, refused, reset, silent for a while, or slow."""

import gc
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from threading import Thread
from typing import Final
from warnings import catch_warnings, simplefilter

import pytest

from chaos.network import Mode, Network

_NAME: Final = "wire"
_SILENCE: Final = 0.3
ENDS, ASKERS = 10, 10
"""Networks that end, each with so many connections that have only just begun."""


@contextmanager
def _echo() -> Iterator[int]:
    """A server that says everything back; yields its port."""
    server = socket.create_server(("127.0.0.1", 0))

    def answer(near: socket.socket) -> None:
        with suppress(OSError), near:
            while said := near.recv(1024):
                near.sendall(said)

    def serve() -> None:
        with suppress(OSError):
            while True:
                near, _ = server.accept()
                Thread(target=answer, args=(near,), daemon=True).start()

    Thread(target=serve, daemon=True).start()
    try:
        yield server.getsockname()[1]
    finally:
        server.close()


@pytest.fixture
def network() -> Iterator[Network]:
    """One wire, to an echo."""
    laid = Network()
    with _echo() as target, laid.running():
        laid.lay(_NAME, target)
        yield laid


def _connected(network: Network) -> socket.socket:
    return socket.create_connection(("127.0.0.1", network.port(_NAME)), timeout=5)


def _asked(near: socket.socket, word: bytes = b"word") -> bytes:
    near.sendall(word)
    return near.recv(1024)


@pytest.mark.parametrize("mode", [Mode.OK, Mode.SLOW])
def test_wire_carries_when_it_is_open(network: Network, mode: Mode) -> None:
    """What is sent arrives, at once or late."""
    network.set(_NAME, mode)
    with _connected(network) as near:
        assert _asked(near) == b"word"


def test_wire_refuses_when_told_and_carries_again(network: Network) -> None:
    """Nobody listens, what was open is cut; afterwards it begins at the same port."""
    with _connected(network) as near:
        assert _asked(near) == b"word"
        network.set(_NAME, Mode.REFUSE)
        with pytest.raises(ConnectionError):
            _asked(near)
    with pytest.raises(ConnectionRefusedError):
        _connected(network)
    network.set(_NAME, Mode.OK)
    with _connected(network) as near:
        assert _asked(near) == b"word"


def test_wire_resets_when_told(network: Network) -> None:
    """Every connection is cut, the open ones and each new one."""
    network.set(_NAME, Mode.RESET)
    with pytest.raises(ConnectionError), _connected(network) as near:
        _asked(near)


def test_wire_delivers_later_when_it_was_a_black_hole(network: Network) -> None:
    """Nothing arrives while it lasts, and nothing that was sent is lost by it."""
    with _connected(network) as near:
        assert _asked(near) == b"word"
        network.set(_NAME, Mode.BLACKHOLE)
        near.sendall(b"late")
        near.settimeout(_SILENCE)
        with pytest.raises(TimeoutError):
            near.recv(1024)
        network.set(_NAME, Mode.OK)
        near.settimeout(5)
        assert near.recv(1024) == b"late"


def _ends_at_work(target: int, nears: ExitStack) -> None:
    """Let a network end to which many have connected just now, and sent more than is read."""
    laid = Network()
    with laid.running():
        laid.lay(_NAME, target)
        for _ in range(ASKERS):
            near = nears.enter_context(_connected(laid))
            near.settimeout(0)
            with suppress(OSError):
                near.send(b"x" * (1 << 20))


def test_network_that_ends_leaves_nothing_open() -> None:
    """Not what came at that moment, nor what holds more than its other side reads.

    Whatever is still open is found by whichever test runs when it is thrown away, and fails that.
    """
    with _echo() as target, ExitStack() as nears, catch_warnings(record=True) as said:
        simplefilter("always", ResourceWarning)
        for _ in range(ENDS):
            _ends_at_work(target, nears)
        gc.collect()
    assert not said
