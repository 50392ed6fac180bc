"""Whoever reaches the health address fills neither the process that serves it nor its log."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from threading import active_count

import pytest
from prometheus_client import CollectorRegistry

from daypass.adapters.prometheus.serve import READERS, Health, serving
from tests.unit.adapters.prometheus.test_serve import HERE, WELL, get

MANY = 3 * READERS
PATIENCE = 5
"""Seconds: half of what one reader is waited for."""


@pytest.fixture
def port() -> Iterator[int]:
    """Where it is served."""
    with serving(HERE, CollectorRegistry(), WELL) as found:
        yield found


def crowd(port: int, every: ExitStack, many: int = MANY) -> list[socket.socket]:
    """Connect many times and say nothing."""
    address = "127.0.0.1", port
    return [
        every.enter_context(socket.create_connection(address, timeout=PATIENCE))
        for _ in range(many)
    ]


def test_connections_that_say_nothing_are_held_by_few_threads(port: int) -> None:
    """Each one kept would be a thread and a descriptor less for Redis, Slack and clusters."""
    before = active_count()
    with ExitStack() as every:
        held = crowd(port, every)
        assert get(port, "/healthz") == (200, "ok\n")
        assert held[0].recv(1) == b""
        assert active_count() - before < MANY - READERS


def test_a_slow_reader_is_left_alone_while_there_is_room(port: int) -> None:
    """Some come at one time, and each is answered when it has said what it wants."""
    with ExitStack() as every:
        slow, *_ = crowd(port, every, READERS - 1)
        assert get(port, "/healthz") == (200, "ok\n")
        slow.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
        assert slow.recv(12) == b"HTTP/1.0 200"


def test_who_asks_last_is_answered_however_many_say_nothing(port: int) -> None:
    """Else a kubelet would hear nothing, and restart what is well."""
    with ExitStack() as every:
        for _ in range(3):
            crowd(port, every)
            assert get(port, "/healthz") == (200, "ok\n")


def test_who_hangs_up_writes_nothing_into_the_log(
    port: int, capfd: pytest.CaptureFixture[str]
) -> None:
    """A traceback for each, and anybody who reaches us would fill a disk."""
    with ExitStack() as every:
        held = crowd(port, every)
        for one in held:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    assert get(port, "/healthz") == (200, "ok\n")
    assert capfd.readouterr().err == ""


def test_an_answer_that_cannot_be_made_is_still_said() -> None:
    """What is wrong with us is no reader's doing."""

    def fails() -> str:
        raise RuntimeError("no")

    ill = Health(lives=fails, ready=lambda: "")
    with serving(HERE, CollectorRegistry(), ill) as port:
        assert get(port, "/healthz")[0] == 500
