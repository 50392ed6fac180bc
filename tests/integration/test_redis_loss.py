"""Redis that is restarted, killed, emptied or set back, seen by our adapters and a real worker."""

import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

import pytest

from daypass.domain.epoch import Epoch
from daypass.domain.errors import OutsideError
from daypass.domain.ids import LeaseId, MoveId
from daypass.ports import Change, PromiseKind
from daypass.usecases.shared.judging import TIMEKEEPER_PROCESS
from daypass.usecases.shared.keep_rows import keep_rows
from daypass.usecases.shared.tick import tick
from sandbox.processes import Child, Processes
from sandbox.valkey import Valkey
from tests.builders import NOON
from tests.integration.holding import BOUND, Held, Process, a_worker, done_by, held_at
from tests.integration.servers import EXAMPLE, SECRETS, Backup, a_valkey


@pytest.fixture
def server(processes: Processes) -> Iterator[Valkey]:
    """A Valkey that this test may break."""
    with a_valkey(processes, "valkey-to-break") as started:
        yield started


@pytest.fixture
def held(server: Valkey) -> Iterator[Held]:
    """Our side of it, with the same client before and after every trouble."""
    ours = held_at(server.url)
    with ours.client:
        yield ours


@pytest.fixture
def worker(held: Held) -> Iterator[Process]:
    """A real RQ worker process on it."""
    with a_worker(held.url) as started:
        yield started


def test_same_client_goes_on_after_a_restart(held: Held, server: Valkey) -> None:
    """Commit, claim, scripts and time: nobody has to be started again."""
    held.commit(1)
    server.stop()
    server.start_again()
    held.until(lambda: held.clock.now() is not None)
    held.commit(2)
    claims = held.agenda.claim("prod", 9)
    assert [claim.promise.subject for claim in claims] == ["000000000001-1", "000000000002-1"]
    assert all(held.agenda.finish(claim) for claim in claims)


def test_time_never_goes_back_over_a_restart(held: Held, server: Valkey) -> None:
    """What was over stays over."""
    before = held.clock.now()
    server.kill()
    server.start_again()
    held.until(lambda: held.clock.now() > before)


def test_nothing_acknowledged_is_lost_when_the_server_is_killed(held: Held, server: Valkey) -> None:
    """With the append-only file synced on each write: value, event, index and row of every move."""
    acknowledged = _written_while_it_dies(held, server, times=3)
    names = [LeaseId(f"{number:012}-1") for number in acknowledged]
    assert [lease.id for lease in held.store.leases(names)] == names
    assert set(names) <= held.store.live_on("prod").keys()
    assert all(held.store.has_event(event) for event in acknowledged.values())
    rows = {claim.promise.subject for claim in held.agenda.claim("prod", 10**6)}
    assert set(names) <= rows


def _written_while_it_dies(held: Held, server: Valkey, times: int) -> dict[int, str]:
    """Write all the time while the server is killed so often; return what was acknowledged."""
    acknowledged, stop = dict[int, str](), Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            with suppress(OutsideError):
                acknowledged[number] = held.commit(number)

    writer = Thread(target=write)
    writer.start()
    try:
        for time in range(times):
            held.until(lambda time=time: len(acknowledged) >= 50 * (time + 1))  # type: ignore[misc]
            server.kill()
            server.start_again()
    finally:
        stop.set()
        writer.join(BOUND)
    held.until(lambda: held.clock.now() is not None)
    return acknowledged


def test_what_was_claimed_is_due_again_after_the_server_was_killed(
    held: Held, server: Valkey
) -> None:
    """A claim survives as what it is: due again when it runs out, and finished by nobody else."""
    held.commit(1)
    (claim,) = held.agenda.claim("prod", 1)
    server.kill()
    server.start_again()
    held.until(lambda: held.agenda.overdue(["prod"]) == {"prod": 1})
    (again,) = held.agenda.claim("prod", 1)
    assert again.promise.at == claim.until
    assert not held.agenda.finish(claim)
    assert held.agenda.finish(again)


def test_emptied_store_is_told_from_one_that_lives(held: Held) -> None:
    """No epoch, no event that was there; what is committed next is committed all the same."""
    held.store.commit(
        Change(move=MoveId("m0"), epoch=Epoch(id="e1", install="main", begun_at=NOON))
    )
    event = held.commit(1)
    held.client.flushall()
    assert held.store.epoch() is None
    assert not held.store.has_event(event)
    assert held.commit(2) != event
    assert not held.store.has_event(event)


def test_emptied_store_has_the_rows_that_must_stand_again_when_the_timekeeper_looks(
    held: Held,
) -> None:
    """Law 1: every cluster is due to be reconciled, and its worker is woken for it."""
    keep_rows(held.ledger)
    held.client.flushall()
    keep_rows(held.ledger)
    clusters = held.ledger.catalog.clusters
    assert held.agenda.overdue(clusters).keys() == clusters.keys()
    assert tick(held.ledger).woken == len(clusters)
    kinds = {claim.promise.kind for claim in held.agenda.claim("prod", 9)}
    assert kinds == {PromiseKind.RECONCILE}


def test_store_that_was_set_back_lacks_what_came_after(
    held: Held, server: Valkey, tmp_path: Path
) -> None:
    """An older copy put back: same epoch, but the last event is missed, also by newer ids."""
    epoch = Epoch(id="e1", install="main", begun_at=NOON)
    held.store.commit(Change(move=MoveId("m0"), epoch=epoch))
    kept = held.commit(1)
    backup = Backup(server, tmp_path)
    lost = held.commit(2)
    backup.put_back()
    held.until(lambda: held.clock.now() is not None)
    stored = held.store.epoch()
    assert stored is not None
    assert stored.id == "e1"
    assert (held.store.has_event(kept), held.store.has_event(lost)) == (True, False)
    assert held.store.lease(LeaseId("000000000002-1")) is None
    newer = held.commit(3)
    assert [int(part) for part in newer.split("-")] > [int(part) for part in lost.split("-")]
    assert not held.store.has_event(lost)


def test_worker_listens_on_when_the_store_was_emptied(held: Held, worker: Process) -> None:
    """FLUSHALL takes RQ's own keys too, and the worker's registration: it works on all the same."""
    held.commit(1)
    held.until(lambda: done_by(held, 1) == worker.pid)
    held.client.flushall()
    held.commit(2)
    held.until(lambda: done_by(held, 2) == worker.pid)


def test_worker_listens_on_when_the_store_was_set_back(
    held: Held, server: Valkey, tmp_path: Path, worker: Process
) -> None:
    """The same process, although the server under it is another one."""
    held.commit(1)
    held.until(lambda: done_by(held, 1) == worker.pid)
    backup = Backup(server, tmp_path)
    held.commit(2)
    held.until(lambda: done_by(held, 2) == worker.pid)
    backup.put_back()
    held.until(lambda: held.clock.now() is not None)
    held.commit(3)
    held.until(lambda: done_by(held, 3) == worker.pid)


@pytest.mark.parametrize("role", ["grants", "notifications", "timekeeper"])
def test_process_that_starts_without_redis_works_when_it_is_there(
    server: Valkey, held: Held, processes: Processes, role: str
) -> None:
    """Everything may come up in any order: nobody waits for a supervisor's patience."""
    server.kill()
    environment = {**SECRETS, "DAYPASS_CONFIG": str(EXAMPLE), "DAYPASS_REDIS_URL": server.url}
    command = (sys.executable, "-m", "workers", role)
    started = processes.start(Child(name=f"early-{role}", command=command, environment=environment))
    try:
        held.until(lambda: ".waits" in started.log.read_text())
        server.start_again()
        held.until(lambda: _works(held, role))
        assert "supervisor.died" not in started.log.read_text()
        assert started.is_running()
    finally:
        processes.kill(started.child.name)


def _works(held: Held, role: str) -> bool:
    if role == "timekeeper":
        return held.heartbeats.heard(TIMEKEEPER_PROCESS) is not None
    said = [held.client.hget(name, "queues") for name in held.client.keys("rq:worker:*")]
    return role.encode() in said
