"""A failover by Sentinels: another Redis takes over, and nothing of ours is started again."""

import sys
from collections.abc import Iterator

import pytest

from daypass.domain.ids import LeaseId
from daypass.usecases.shared.judging import TIMEKEEPER_PROCESS
from sandbox.processes import Child, Processes
from tests.integration.holding import Held, a_worker, done_by, held_at
from tests.integration.servers import EXAMPLE, Watched, watched


@pytest.fixture
def nodes(processes: Processes) -> Iterator[Watched]:
    """A master, its replica and three Sentinels."""
    with watched(processes) as started:
        yield started


@pytest.fixture
def held(nodes: Watched) -> Iterator[Held]:
    """Our side, by the address of the Sentinels."""
    ours = held_at(nodes.url)
    with ours.client:
        yield ours


def test_everything_goes_on_when_the_master_is_killed(nodes: Watched, held: Held) -> None:
    """Clock, commit, claim and the very same worker go on by the replica, which has it all."""
    with a_worker(held.url) as worker:
        first = nodes.master()
        event = held.commit(1)
        held.until(lambda: done_by(held, 1) == worker.pid)
        assert held.client.wait(1, 5_000) == 1
        before = held.clock.now()
        nodes.kill_master()
        held.until(lambda: bool(held.commit(2)))
        held.until(lambda: done_by(held, 2) == worker.pid)
    assert nodes.master() is not first
    assert held.clock.now() > before
    assert held.store.has_event(event)
    assert held.store.lease(LeaseId("000000000001-1")) is not None


def test_everything_goes_on_when_the_master_hangs(nodes: Watched, held: Held) -> None:
    """No connection is closed, nobody answers: our time limits find out, and so does the worker."""
    with a_worker(held.url) as worker:
        held.commit(1)
        held.until(lambda: done_by(held, 1) == worker.pid)
        first = nodes.freeze_master()
        held.until(lambda: bool(held.commit(2)))
        held.until(lambda: done_by(held, 2) == worker.pid)
        assert nodes.master() is not first
        nodes.thaw(first)
        held.commit(3)
        held.until(lambda: done_by(held, 3) == worker.pid)


def test_real_process_goes_on_when_the_master_is_killed(
    nodes: Watched, held: Held, processes: Processes
) -> None:
    """The address of Sentinels is a setting as any other: the timekeeper keeps time throughout."""
    environment = {"DAYPASS_CONFIG": str(EXAMPLE), "DAYPASS_REDIS_URL": nodes.url}
    command = (sys.executable, "-m", "workers", "timekeeper")
    child = Child(name="watched-timekeeper", command=command, environment=environment)
    started = processes.start(child)
    try:
        held.until(lambda: held.heartbeats.heard(TIMEKEEPER_PROCESS) is not None)
        first = nodes.master()
        nodes.kill_master()
        held.until(lambda: nodes.master() is not first)
        after = held.clock.now()
        held.until(lambda: (held.heartbeats.heard(TIMEKEEPER_PROCESS) or after) > after)
        assert started.is_running()
    finally:
        processes.kill(child.name)
