"""Worker processes under a real supervisor: replaced when they die, ended in order, no orphans."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing.connection import wait
from threading import Event

import pytest
from prometheus_client import CollectorRegistry

from tests.ticks import Ticks
from workers.health import Children
from workers.supervisor import WRONG_CONFIGURATION, Look, Pace, Supervised, supervise

BOUND = 20
"""Seconds for anything that a process has to do."""
PACE = Pace(first_wait=0.01, longest_wait=0.02, healthy=60, grace=BOUND)

CHILD = """
import os, signal, socket, sys
if "deaf" in sys.argv:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
line = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
line.send(str(os.getpid()).encode())
if "talks" in sys.argv:
    from threading import Event, Thread
    from workers.liveness import to_supervisor
    say, told = to_supervisor(), Event()
    def talk():
        while not told.wait(0.02):
            [say(loop) for loop in ("jobs", "poller")]
            if "mumbles" in sys.argv:
                break
        while not told.wait(0.02):
            say("jobs")
    Thread(target=talk, daemon=True).start()
if "echoes" in sys.argv:
    from workers.liveness import to_supervisor
    say = to_supervisor()
    while line.recv(1):
        say("jobs")
        line.send(b".")
sys.exit(int(line.recv(9) or 0))
"""
HASTY = replace(PACE, quiet=1, killed=4)
FOLLOWER = """
from threading import Event
from workers.liveness import to_supervisor
from workers.supervisor import follow
to_supervisor()("jobs")
follow()
Event().wait()
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """One that was started: its process id, and the line on which it waits for its exit code."""

    pid: int
    line: socket.socket

    def tell(self, code: int) -> None:
        """Let it exit with that code."""
        self.line.send(str(code).encode())

    def shows_life(self) -> None:
        """Let it say that it moves; returns once it has said so."""
        self.line.send(b".")
        assert self.line.recv(1) == b"."

    def is_gone(self) -> bool:
        """Wait until it has ended."""
        return self.line.recv(1) == b""


class Nursery:
    """Where children report."""

    def __init__(self) -> None:
        self.stop = Event()
        self.looks: list[Look] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self._server.settimeout(BOUND)
        self._thread = ThreadPoolExecutor(1)
        self._lines: list[socket.socket] = []

    def command(self, *words: str) -> tuple[str, ...]:
        """Return what starts a child that reports here."""
        return (sys.executable, "-c", CHILD, str(self._server.getsockname()[1]), *words)

    def supervise(self, count: int = 1, pace: Pace = PACE, *words: str) -> Future[int]:
        """Supervise children in a thread; the result is the exit code."""
        command, told = self.command(*words), self.looks.append
        return self._thread.submit(supervise, command, count, pace=pace, stop=self.stop, told=told)

    def next(self) -> Child:
        """Wait for the next child that starts."""
        line, _ = self._server.accept()
        line.settimeout(BOUND)
        self._lines.append(line)
        return Child(pid=int(line.recv(20)), line=line)

    def close(self) -> None:
        """End everything."""
        self.stop.set()
        for line in self._lines:
            line.close()
        self._server.close()
        self._thread.shutdown()


@pytest.fixture
def nursery() -> Iterator[Nursery]:
    """An empty nursery."""
    opened = Nursery()
    yield opened
    opened.close()


def test_supervisor_keeps_as_many_children_as_it_was_told(nursery: Nursery) -> None:
    """One that is killed is replaced, the others stay."""
    ended = nursery.supervise(2)
    first, second = nursery.next(), nursery.next()
    os.kill(first.pid, signal.SIGKILL)
    third = nursery.next()
    assert len({first.pid, second.pid, third.pid}) == 3
    nursery.stop.set()
    assert ended.result(BOUND) == 0
    assert second.is_gone()
    assert third.is_gone()


@pytest.mark.parametrize("code", [0, 1])
def test_child_is_started_again_when_it_exits(nursery: Nursery, code: int) -> None:
    """A worker is never done: an exit without error is a death too."""
    nursery.supervise()
    for _ in range(3):
        nursery.next().tell(code)
    assert nursery.next().pid


def test_supervisor_gives_up_when_the_configuration_is_wrong(nursery: Nursery) -> None:
    """Starting again would not help: everybody ends, and whoever started us sees why."""
    ended = nursery.supervise(2)
    first, second = nursery.next(), nursery.next()
    first.tell(WRONG_CONFIGURATION)
    assert ended.result(BOUND) == WRONG_CONFIGURATION
    assert second.is_gone()


def test_child_is_killed_when_it_does_not_end_in_time(nursery: Nursery) -> None:
    """The end is bounded, whatever a child does."""
    ended = nursery.supervise(1, replace(PACE, grace=0.1), "deaf")
    child = nursery.next()
    nursery.stop.set()
    assert ended.result(BOUND) == 0
    assert child.is_gone()


def test_death_is_heard_and_not_waited_for(nursery: Nursery) -> None:
    """Who dies hangs up; until the kernel has buried it, it is looked at often, then replaced."""
    place = Supervised(nursery.command(), PACE)
    place.look()
    child, line = nursery.next(), place.line
    os.kill(child.pid, signal.SIGKILL)
    assert line is not None
    assert wait([line], BOUND) == [line]
    code = place.look()
    while code is None:
        assert place.line is None
        wait([], place.pause)
        code = place.look()
    assert code == -signal.SIGKILL
    assert place.pause <= PACE.longest_wait


def test_silence_is_measured_from_the_last_sign_of_life(nursery: Nursery) -> None:
    """Who talks is left alone for ever; who does not is said to be stuck, then killed, once."""
    ticks = Ticks()
    place = Supervised(nursery.command("echoes"), HASTY, ticks)
    place.look()
    child = nursery.next()
    for _ in range(3 * int(HASTY.killed)):
        child.shows_life()
        ticks.move_on(1)
        place.look()
        assert not place.stuck()
    for _ in range(int(HASTY.killed)):
        ticks.move_on(1)
        place.look()
    assert f"process {child.pid}: its loop `jobs`" in place.stuck()
    os.kill(child.pid, 0)  # It still lives.
    ticks.move_on(1)
    place.look()
    assert child.is_gone()
    assert place.killed == 1
    place.end_by(0)


def test_nobody_is_killed_for_a_silence_of_the_supervisor(nursery: Nursery) -> None:
    """Where everything was stopped, as a machine that slept, the child is given its time again."""
    ticks = Ticks()
    place = Supervised(nursery.command("echoes"), HASTY, ticks)
    place.look()
    child = nursery.next()
    ticks.move_on(3_600)
    place.look()
    assert not place.killed
    child.shows_life()
    ticks.move_on(1)
    place.look()
    assert not place.stuck()
    place.end_by(0)


def test_a_child_that_hangs_is_said_killed_and_replaced(nursery: Nursery) -> None:
    """Revocation waits for no person: silence is said, then ended."""
    ended = nursery.supervise(2, HASTY, "talks")
    hangs, busy = nursery.next(), nursery.next()
    os.kill(hangs.pid, signal.SIGSTOP)
    third = nursery.next()
    assert hangs.is_gone()
    said = {text.split(":")[0] for look in nursery.looks for text in look.stuck}
    assert f"process {hangs.pid}" in said
    nursery.stop.set()
    assert ended.result(BOUND) == 0
    assert busy.is_gone()
    assert third.is_gone()
    assert nursery.looks[-1].killed


def test_one_loop_that_hangs_is_enough(nursery: Nursery) -> None:
    """A loop that goes on does not speak for one that hangs, and is not taken for it."""
    nursery.supervise(1, HASTY, "talks", "mumbles")
    assert nursery.next().is_gone()
    assert nursery.next().pid
    said = [text for look in nursery.looks for text in look.stuck]
    assert any("`poller`" in text for text in said)


def test_a_role_says_which_child_is_stuck() -> None:
    """/healthz and /readyz are 503 with its name while it hangs; a kill is counted once."""
    registry = CollectorRegistry()
    children = Children(1, registry)
    children.hear(Look(running=1))
    assert children.lives() == children.ready() == ""
    children.hear(Look(running=1, stuck=("process 7: hangs",)))
    assert children.lives() == children.ready() == "process 7: hangs"
    for _ in range(2):
        children.hear(Look(running=0, killed=1))
    assert children.lives() == ""
    assert children.ready() == "0 of 1 processes run"
    assert registry.get_sample_value("daypass_processes_killed_total") == 1


def test_child_ends_when_its_supervisor_is_gone() -> None:
    """No orphan goes on working with an old configuration."""
    ours, its = socket.socketpair()
    with ours, its:
        child = subprocess.Popen((sys.executable, "-c", FOLLOWER), stdin=its.fileno())
        assert ours.recv(1, socket.MSG_PEEK)  # What it said is never heard.
    assert child.wait(BOUND) == -signal.SIGTERM


@pytest.mark.parametrize("role", ["grants", "notifications", "timekeeper"])
def test_worker_names_every_wrong_setting_when_it_cannot_start(role: str) -> None:
    """All faults at once, and the exit code that says that starting again is useless."""
    ended = subprocess.run(
        (sys.executable, "-m", "workers", role),
        capture_output=True,
        check=False,
        env={"PATH": os.environ["PATH"], "DAYPASS_REDIS_URL": "http://x", "DAYPASS_CONFG": "y"},
        text=True,
        timeout=BOUND,
    )
    assert ended.returncode == WRONG_CONFIGURATION
    assert ended.stderr.startswith(f"{role} cannot start:\n")
    assert "DAYPASS_CONFIG" in ended.stderr
    assert "DAYPASS_REDIS_URL" in ended.stderr
    assert "Traceback" not in ended.stderr
