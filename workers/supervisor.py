"""Keeps worker processes alive: starts them, starts those anew that die, and ends them in order.

Knows nothing of what they do. A child whose supervisor is gone ends itself (see `follow`).
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event, Thread
from typing import Final

import structlog

WRONG_CONFIGURATION: Final = 78
"""EX_CONFIG of sysexits.h: starting it again would not help."""
_STANDARD_INPUT: Final = 0
_LOOK: Final = 0.1
"""Seconds between two looks at the children."""

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


class Supervised:
    """One place for a child: the process that is in it, or when the next one may start."""

    def __init__(self, command: Sequence[str], pace: Pace) -> None:
        self._command = command
        self._pace = pace
        self._wait = pace.first_wait
        self._started = self._next = time.monotonic()
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def runs(self) -> bool:
        """Whether a child is in it, as far as was seen at the last look."""
        return self._child is not None

    def look(self) -> int | None:
        """Start the child if it is time to; return the exit code of one that was found dead."""
        if self._child is None:
            if time.monotonic() >= self._next:
                self._start()
            return None
        code = self._child.poll()
        if code is not None:
            self._plan_next()
        return code

    def _start(self) -> None:
        # Nothing is ever written to the pipe: its end tells the child that we are gone.
        self._child = subprocess.Popen(self._command, stdin=subprocess.PIPE)  # noqa: S603 - our own
        self._started = time.monotonic()
        _log.info("supervisor.started", pid=self._child.pid)

    def _plan_next(self) -> None:
        now = time.monotonic()
        if now - self._started >= self._pace.healthy:
            self._wait = self._pace.first_wait
        self._next = now + self._wait
        self._wait = min(2 * self._wait, self._pace.longest_wait)
        self._close()

    def _close(self) -> None:
        if self._child is not None and self._child.stdin is not None:
            self._child.stdin.close()
        self._child = None

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


def supervise(
    command: Sequence[str],
    count: int,
    *,
    pace: Pace,
    stop: Event,
    told: Callable[[int], None] = lambda _: None,
) -> int:
    """Keep `count` processes of `command` running until `stop`; return our own exit code.

    That is 0, or theirs if one says that the configuration is wrong. `told` hears at every look
    how many run.
    """
    places = [Supervised(command, pace) for _ in range(count)]
    code = 0
    while not stop.is_set() and code != WRONG_CONFIGURATION:
        for died in [place.look() for place in places]:
            if died is not None:
                _log.error("supervisor.died", code=died)
            if died == WRONG_CONFIGURATION:
                code = died
        told(sum(place.runs for place in places))
        stop.wait(_LOOK)
    for place in places:
        place.ask_to_end()
    deadline = time.monotonic() + pace.grace
    for place in places:
        place.end_by(deadline)
    return code


def stop_on_signals() -> Event:
    """Return an event that SIGTERM or SIGINT sets."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def follow() -> None:
    """End this process, as SIGTERM would, when whoever holds its standard input is gone."""

    def wait() -> None:
        # Not sys.stdin: its lock, held by this thread, would make our own exit a crash.
        os.read(_STANDARD_INPUT, 1)
        os.kill(os.getpid(), signal.SIGTERM)

    Thread(target=wait, name="follow", daemon=True).start()
