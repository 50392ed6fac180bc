"""Keeps worker processes alive: starts them, replaces those that die or hang, ends them in order.

Knows nothing of what they do. A child whose supervisor is gone ends itself (see `follow`).
"""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import wait
from threading import Event, Thread, current_thread, main_thread
from typing import Final

import structlog

from daypass.adapters.rq.enqueue import JOB_TIMEOUT
from workers.liveness import Listener

WRONG_CONFIGURATION: Final = 78
"""EX_CONFIG of sysexits.h: starting it again would not help."""
QUIET: Final = JOB_TIMEOUT + 15.0
"""Seconds without a sign of life from a loop after which its process is said to be stuck.

No job runs longer than its time limit, and no wait for a Redis that is silent than 15 s.
"""
KILLED: Final = 2.0 * QUIET
"""Seconds after which it is killed. What it had claimed is due again by itself (ADR 0003)."""
_STANDARD_INPUT: Final = 0
"""Its file descriptor."""
_LOOK: Final = 1.0
"""Seconds between two looks at children of whom nothing is heard; so much silence one look may add.

Who dies hangs up, and that is heard.
"""
_DYING: Final = 0.02
"""Seconds until who has hung up is looked at again: so long the kernel may take to bury it."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Seconds: the waits before a new start, and how long an end may take."""

    first_wait: float = 0.2
    longest_wait: float = 10.0
    healthy: float = 30.0
    """A child that lived so long starts again after the first wait."""
    grace: float = 65.0
    """For a running job to finish, a little more than RQ lets it run; then it is killed."""
    quiet: float = QUIET
    """Without a sign of life from one of its loops; then a child is said to be stuck."""
    killed: float = KILLED
    """Then it is killed, and another starts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was seen at one look at the children."""

    running: int
    stuck: Sequence[str] = ()
    """Of each that is silent: which, since when, and what will happen."""
    killed: int = 0
    """How many were killed since the start because they were stuck."""
    died: int = 0
    """How many ended since the start, for whatever reason."""


class Supervised:
    """One place for a child: the process that is in it, or when the next one may start."""

    def __init__(
        self, command: Sequence[str], pace: Pace, ticks: Callable[[], float] = time.monotonic
    ) -> None:
        self._command = command
        self._pace = pace
        self._ticks = ticks
        self._wait = pace.first_wait
        self._started = self._next = ticks()
        self._child: subprocess.Popen[bytes] | None = None
        self._listener: Listener | None = None
        self._looked = self._started
        self.killed = 0
        """How many were killed here because they were silent."""
        self.died = 0
        """How many ended here."""

    @property
    def runs(self) -> bool:
        """Whether a child is in it, as far as was seen at the last look."""
        return self._child is not None

    @property
    def line(self) -> socket.socket | None:
        """What a word of its child, or its death, is heard on; None where nothing can come."""
        listener = self._listener
        return None if listener is None or listener.hung_up else listener.line

    @property
    def pause(self) -> float:
        """Seconds after which it is to be looked at, whether anything is heard or not."""
        if self._child is None:
            return max(0.0, self._next - self._ticks())
        return _LOOK if self.line is not None else _DYING

    def look(self) -> int | None:
        """Start the child if it is time to; return the exit code of one that was found dead."""
        if self._child is None:
            if self._ticks() >= self._next:
                self._start()
            return None
        code = self._child.poll()
        if code is not None:
            self.died += 1
            self._plan_next()
        else:
            self._listen()
        return code

    def stuck(self) -> str:
        """Say how long which loop of the child has been silent; empty if that is not too long."""
        if self._child is None or self._listener is None:
            return ""
        loop, silent = self._listener.longest()
        if silent <= self._pace.quiet:
            return ""
        return (
            f"process {self._child.pid}: its loop `{loop}` has shown no sign of life for "
            f"{silent:.0f} s; after {self._pace.killed:.0f} s it is killed and another is started"
        )

    def _listen(self) -> None:
        """Hear its signs of life; kill it if there was none for too long."""
        if self._child is None or self._listener is None:
            return
        now = self._ticks()
        # While we ourselves were stopped it may have been, too.
        self._listener.listen(min(now - self._looked, _LOOK))
        self._looked = now
        loop, silent = self._listener.longest()
        if silent > self._pace.killed:
            _log.error("supervisor.killed_silent", pid=self._child.pid, loop=loop, silent=silent)
            self.killed += 1
            self._child.kill()
            self._child.wait()

    def _start(self) -> None:
        self._started = self._looked = self._ticks()
        try:
            self._child, self._listener = _begun(self._command)
        except OSError as error:  # No process or descriptor is left: the others go on.
            _log.error("supervisor.cannot_start", why=str(error))
            self._plan_next()
        else:
            _log.info("supervisor.started", pid=self._child.pid)

    def _plan_next(self) -> None:
        now = self._ticks()
        if now - self._started >= self._pace.healthy:
            self._wait = self._pace.first_wait
        self._next = now + self._wait
        self._wait = min(2 * self._wait, self._pace.longest_wait)
        self._close()

    def _close(self) -> None:
        if self._listener is not None:
            self._listener.close()
        self._child = self._listener = None

    def ask_to_end(self) -> None:
        """Send SIGTERM: finish what you do, then end."""
        if self._child is not None:
            self._child.terminate()

    def end_by(self, deadline: float) -> None:
        """Wait for the end until `deadline` (monotonic), then kill."""
        if self._child is None:
            return
        try:
            self._child.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            _log.error("supervisor.killed", pid=self._child.pid)
            self._child.kill()
            self._child.wait()
        self._close()


def _begun(command: Sequence[str]) -> tuple[subprocess.Popen[bytes], Listener]:
    """Start a child, and what its signs of life are heard with."""
    # Nothing is ever said to the child: the end of its input tells it that we are gone.
    ours, its = socket.socketpair()
    with its:
        try:
            child = subprocess.Popen(command, stdin=its.fileno())  # noqa: S603 - our own
        except OSError:
            ours.close()
            raise
    return child, Listener(ours)


def supervise(
    command: Sequence[str],
    count: int,
    *,
    pace: Pace,
    stop: Event,
    told: Callable[[Look], None] = lambda _: None,
) -> int:
    """Keep `count` processes of `command` running until `stop`; return our own exit code.

    That is 0, or theirs if one says that the configuration is wrong. The last word of each one's
    command is its place, from 0: two are never in one. `told` hears what was seen at every look.
    """
    places = [Supervised((*command, str(place)), pace) for place in range(count)]
    code = 0
    with _bell() as bell:
        while not stop.is_set() and code != WRONG_CONFIGURATION:
            for died in [place.look() for place in places]:
                if died is not None:
                    _log.error("supervisor.died", code=died)
                if died == WRONG_CONFIGURATION:
                    code = died
            told(_seen(places))
            _listen(places, bell)
    for place in places:
        place.ask_to_end()
    deadline = time.monotonic() + pace.grace
    for place in places:
        place.end_by(deadline)
    return code


@contextmanager
def _bell() -> Iterator[socket.socket]:
    """Yield what can be read from as soon as a signal came to the main thread, if this is it."""
    ours, its = socket.socketpair()
    with ours, its:
        if current_thread() is not main_thread():
            yield ours
            return
        its.settimeout(0)
        before = signal.set_wakeup_fd(its.fileno(), warn_on_full_buffer=False)
        try:
            yield ours
        finally:
            signal.set_wakeup_fd(before)


def _listen(places: Sequence[Supervised], bell: socket.socket) -> None:
    """Wait until something is heard, or a place is to be looked at all the same."""
    lines = [line for place in places if (line := place.line) is not None]
    wait([bell, *lines], min((place.pause for place in places), default=_LOOK))


def _seen(places: Sequence[Supervised]) -> Look:
    return Look(
        running=sum(place.runs for place in places),
        stuck=tuple(filter(None, (place.stuck() for place in places))),
        killed=sum(place.killed for place in places),
        died=sum(place.died for place in places),
    )


def stop_on_signals() -> Event:
    """Return an event that SIGTERM or SIGINT sets."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def follow() -> None:
    """End this process, as SIGTERM would, when whoever holds its standard input is gone."""

    def hold() -> None:
        # Not sys.stdin: its lock, held by this thread, would make our own exit a crash.
        # An error, if the last we said was not heard any more.
        with suppress(ConnectionError):
            os.read(_STANDARD_INPUT, 1)
        os.kill(os.getpid(), signal.SIGTERM)

    Thread(target=hold, name="follow", daemon=True).start()
