"""The audit trail's head goes to the log, and no trouble of it reaches anything else (law 10)."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

import pytest
import structlog
from structlog.testing import capture_logs

from daypass.domain.audit import Action, AuditEvent
from daypass.domain.errors import UnreadableError
from daypass.ports import TIMEKEEPER, TrailPorts
from daypass.usecases.shared.judging import TIMEKEEPER_PROCESS
from daypass.usecases.shared.rows import retain_row
from tests.builders import NOON, World, a_world
from tests.unit.usecases.scenes import Failing, rows
from workers.checkpoints import seal
from workers.timekeeper import watches

EVENT = AuditEvent(at=NOON, action=Action.PERSON_PINNED, actor="bot", subject="U0ALICE")


@pytest.fixture(autouse=True)
def _plain_logs() -> Iterator[None]:
    structlog.reset_defaults()
    yield
    structlog.reset_defaults()


def test_head_is_logged_when_it_moved() -> None:
    """An idle system says nothing; one that moved says number, hash and how far it reaches."""
    world = a_world()
    with capture_logs() as logs:
        seal(world.trail)
        world.store.record(EVENT)
        seal(world.trail)
        seal(world.trail)
    (told,) = logs
    assert told["event"] == "audit.checkpoint"
    assert (told["head"], told["checkpoint"]) == (world.store.head(), 1)
    assert (told["events"], told["upto"]) == (1, world.store.last_event())


def test_head_that_follows_a_false_one_is_an_error_in_the_log() -> None:
    """Loud at the first checkpoint after it."""
    world = a_world()
    world.store.record(EVENT)
    seal(replace(world.trail, key=b"x" * 32))
    world.store.record(EVENT)
    with capture_logs() as logs:
        seal(world.trail)
    assert [(log["event"], log["log_level"]) for log in logs] == [
        ("audit.doubted", "error"),
        ("audit.checkpoint", "info"),
    ]


def broken(world: World) -> TrailPorts:
    """Return ports to a trail of which the newest checkpoint is damaged."""
    trail = Failing(world.trail.trail, "last", UnreadableError("it is damaged"), lambda _: True)
    return replace(world.trail, trail=cast("Any", trail))


@pytest.mark.parametrize("what", ["no key", "damaged"])
def test_trouble_with_the_trail_is_said_once_and_delays_nothing(what: str) -> None:
    """Law 10: beats, wake-ups and rows go on; the trouble is an error in the log."""
    world = a_world()
    ports = replace(world.trail, key=b"") if what == "no key" else broken(world)
    world.agenda.write([replace(retain_row(NOON), keeper="prod")], [])
    world.agenda.wakeups.clear()
    now = world.clock.advance(NOON - NOON.replace(hour=11))
    kept = watches(ports)
    with capture_logs() as logs:
        for tenths in range(25):
            for watch in kept:
                watch.look(tenths / 10)
    assert world.heartbeats.heard(TIMEKEEPER_PROCESS) == now
    assert set(world.agenda.wakeups) == {"prod", "dev"}
    assert rows(world, TIMEKEEPER)
    failing = [(log["event"], log["what"], log["log_level"]) for log in logs]
    assert failing == [("timekeeper.failing", "audit trail", "error")]


def test_timekeeper_retains() -> None:
    """The promise that always stands is seen to and made again."""
    world = a_world()
    for _ in range(2):
        for watch in watches(world.trail):
            watch.look(0.0)
    assert list(rows(world, TIMEKEEPER).values()) == [3600]
