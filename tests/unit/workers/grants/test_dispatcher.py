"""A cluster that hangs holds up no other (law 3: on every reachable cluster, on time)."""

from collections.abc import Callable, Iterator
from functools import partial
from threading import Event

import pytest
from structlog.testing import capture_logs

from workers.grants.dispatcher import STRANGERS, Dispatcher

LONG = 30.0
"""Seconds after which a test gives up."""


class Bench:
    """Rounds of which `dev`'s hangs until told; says which were begun."""

    def __init__(self) -> None:
        self.go_on, self.hanging, self.served = Event(), Event(), Event()
        self.begun: list[str] = []

    def rounds(self, *clusters: str) -> dict[str, Callable[[], None]]:
        """Return a round for each cluster."""
        return {name: partial(self.round, name) for name in clusters}

    def round(self, cluster: str) -> None:
        """Be a round."""
        self.begun.append(cluster)
        if cluster == "dev":
            self.hanging.set()
            self.go_on.wait(LONG)
        if cluster == "prod":
            self.served.set()
        if cluster == "broken":
            raise ZeroDivisionError(cluster)


@pytest.fixture
def bench() -> Bench:
    """Return rounds to watch."""
    return Bench()


@pytest.fixture
def dispatcher(bench: Bench) -> Iterator[Dispatcher]:
    """Dispatcher that end with the test."""
    made = Dispatcher(bench.rounds("dev", "prod", "broken"))
    yield made
    bench.go_on.set()
    made.close()


def test_work_serves_another_cluster_when_one_hangs(bench: Bench, dispatcher: Dispatcher) -> None:
    """Law 3: one process, one hanging cluster: the other's ends are on time."""
    dispatcher.work("dev")
    assert bench.hanging.wait(LONG)
    dispatcher.work("prod")
    assert bench.served.wait(LONG)
    assert not bench.go_on.is_set()


def test_work_begins_no_second_round_when_one_is_under_way(
    bench: Bench, dispatcher: Dispatcher
) -> None:
    """A hanging cluster holds only its own share, however often it is woken for."""
    for _ in range(3):
        dispatcher.work("dev")
    assert bench.begun == ["dev"]


def test_work_begins_another_round_when_the_last_is_over(bench: Bench) -> None:
    """Each wake-up looks anew."""
    patient = Dispatcher(bench.rounds("prod"), patience=LONG)
    patient.work("prod")
    patient.work("prod")
    patient.close()
    assert bench.begun == ["prod", "prod"]


def test_work_logs_when_a_round_fails(dispatcher: Dispatcher) -> None:
    """A round that fails is said, and the process goes on."""
    with capture_logs() as logs:
        dispatcher.work("broken")
        dispatcher.close()
    assert [log["event"] for log in logs] == ["grants.round_failed"]


def test_work_does_nothing_when_the_cluster_is_unknown(
    bench: Bench, dispatcher: Dispatcher
) -> None:
    """What Redis says does not widen what this process does (law 8)."""
    with capture_logs() as logs:
        dispatcher.work("elsewhere")
    assert [log["event"] for log in logs] == ["grants.unknown_cluster"]
    assert bench.begun == []


def test_work_names_each_unknown_cluster_once_and_not_too_many(dispatcher: Dispatcher) -> None:
    """Whoever can write to Redis fills no log, and no memory."""
    with capture_logs() as logs:
        for n in range(2 * STRANGERS):
            dispatcher.work(f"n{n}")
            dispatcher.work("n0")
    assert [log["cluster"] for log in logs] == [f"n{n}" for n in range(STRANGERS)]
