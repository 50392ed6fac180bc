"""A crowd whose answers come late, for Redis is silent, holds few threads and no kubelet."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from threading import Event, active_count

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from daypass.adapters.prometheus.serve import ASKING, CROWDED, READERS, Health, serving
from tests.unit.adapters.prometheus.test_serve import HERE, get
from tests.unit.adapters.prometheus.test_serve_crowds import MANY, crowd


@dataclass(frozen=True)
class Silent(Collector):
    """A Redis of which no answer comes until it is let."""

    answers: Event = field(default_factory=Event)

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Wait for it."""
        self.answers.wait()
        yield GaugeMetricFamily("things", "Things.", value=3)

    def ready(self) -> str:
        """Wait for it as well."""
        self.answers.wait()
        return ""


@pytest.fixture
def silent() -> Iterator[Silent]:
    """A Redis that is silent; it answers at the end."""
    made = Silent()
    yield made
    made.answers.set()


@pytest.fixture
def port(silent: Silent) -> Iterator[int]:
    """Where what is asked of it is served."""
    registry = CollectorRegistry()
    registry.register(silent)
    with serving(HERE, registry, Health(lives=lambda: "", ready=silent.ready)) as found:
        yield found


def ask(port: int, every: ExitStack, path: str, many: int) -> list[socket.socket]:
    """Ask for it many times, and wait for no answer."""
    held = []
    for _ in range(many):
        held += crowd(port, every, 1)
        held[-1].sendall(f"GET {path} HTTP/1.0\r\n\r\n".encode())
    return held


@pytest.mark.parametrize("path", ["/metrics", "/readyz"])
def test_who_waits_for_redis_holds_few_threads(port: int, silent: Silent, path: str) -> None:
    """Who is cut off leaves a thread behind until Redis answers, and a connection to Redis."""
    before = active_count()
    with ExitStack() as every:
        ask(port, every, path, MANY)
        assert get(port, "/healthz") == (200, "ok\n")
        assert active_count() - before < MANY - READERS
        assert get(port, path) == (503, f"{CROWDED}\n")
        silent.answers.set()


def test_who_waits_for_one_thing_keeps_nobody_from_another(port: int, silent: Silent) -> None:
    """A kubelet that asks every second must not hide what is measured without Redis."""
    with ExitStack() as every:
        ask(port, every, "/readyz", READERS - 2)
        assert get(port, "/readyz") == (503, f"{CROWDED}\n")
        [measured] = ask(port, every, "/metrics", 1)
        silent.answers.set()
        assert measured.recv(12) == b"HTTP/1.0 200"


def test_who_asks_after_a_crowd_is_answered(port: int, silent: Silent) -> None:
    """There is room again once Redis has answered them."""
    with ExitStack() as every:
        held = ask(port, every, "/metrics", ASKING)
        silent.answers.set()
        assert all(one.recv(12) == b"HTTP/1.0 200" for one in held)
        assert "things 3.0" in get(port, "/metrics")[1]
