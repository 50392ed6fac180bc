"""Starts the sandbox's processes and leaves none behind, however the sandbox itself ends.

Each child leads its own session and group, dies with us where the system can do that (Linux),
carries the run's id in its environment, and is written down in the run directory, so that the next
start can sweep. Start children from the main thread: a child is tied to the thread that made it.
"""

import fcntl
import os
import secrets
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from sandbox import launch, proctable
from sandbox.errors import SandboxError
from sandbox.leftovers import RUN_VARIABLE, Leftovers, Record
from sandbox.signals import ending_signals_ignored

GRACE = 5.0  # Seconds between SIGTERM and SIGKILL.
_POLL = 0.03  # Seconds between two looks at a child that is starting.
_PROXIES = {"http_proxy", "https_proxy", "all_proxy", "ftp_proxy", "no_proxy"}
_LAST_LINES = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """What to start: a command, and variables on top of our own environment less its proxies."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    directory: Path | None = None


class Process:
    """A child that was started; its log is `<run directory>/logs/<name>.log`."""

    def __init__(self, child: Child, popen: subprocess.Popen[bytes], log: Path) -> None:
        self.child = child
        self.pid = popen.pid
        self.log = log
        self._popen = popen

    @property
    def name(self) -> str:
        """The child's name, unique among the running ones."""
        return self.child.name

    def exit_code(self) -> int | None:
        """None while it runs; negative: the signal that ended it."""
        return self._popen.poll()

    def wait(self, seconds: float) -> int:
        """The exit code.

        Raises:
            subprocess.TimeoutExpired: it still runs after that time.
        """
        return self._popen.wait(seconds)

    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self.exit_code() is None

    def signal(self, number: signal.Signals) -> None:
        """Sends a signal to the child and its group; does nothing if the child has ended."""
        if self._popen.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, number)

    def last_lines(self) -> str:
        """The end of its log, for a person who has to find out why it failed."""
        with suppress(OSError):
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-_LAST_LINES:])
        return ""


class Processes:
    """The children of one sandbox, in the order in which they were first started, ended ones too.

    A context manager: on the way in it locks the run directory and sweeps what a killed run left
    there, on the way out it stops everything.
    """

    def __init__(self, run_directory: Path) -> None:
        self.run_directory = run_directory
        self.swept: tuple[str, ...] = ()
        self._run = secrets.token_hex(8)
        self._leftovers = Leftovers(run_directory)
        self._children: dict[str, Process] = {}
        self._lock: IO[str] | None = None

    def __enter__(self) -> Self:
        """Raises SandboxError if another sandbox runs in this directory."""
        self.run_directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = _locked(self.run_directory / "lock")
        self.swept = self._leftovers.sweep()
        shutil.rmtree(self.run_directory / "logs", ignore_errors=True)
        (self.run_directory / "logs").mkdir()
        self._write_down()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop_all()
        if self._lock is not None:
            self._lock.close()

    def __getitem__(self, name: str) -> Process:
        return self._children[name]

    def __iter__(self) -> Iterator[Process]:
        return iter(tuple(self._children.values()))

    def start(self, child: Child) -> Process:
        """Starts it; its output goes to its log, which is appended to by a second start.

        Raises:
            SandboxError: its command does not exist, or a child of that name still runs.
        """
        self._refuse(child)
        log = self.run_directory / "logs" / f"{child.name}.log"
        with log.open("ab") as output:
            popen = subprocess.Popen(  # Ended by stop and swept by its record.
                _launched(child.command),
                cwd=child.directory,
                env=self._environment(child),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._children[child.name] = Process(child, popen, log)
        self._write_down()
        return self._children[child.name]

    def stop(self, name: str, grace: float = GRACE) -> int:
        """SIGTERM, at most `grace` seconds, SIGKILL, to its group too. Returns the exit code."""
        process = self._children[name]
        process.signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(grace)
        return self.kill(name)

    def kill(self, name: str) -> int:
        """SIGKILL to it and its group at once, as a crash would. Returns the exit code."""
        process = self._children[name]
        process.signal(signal.SIGKILL)
        code = process.wait(GRACE)
        _kill(pid for pid in self._marked() if proctable.group_of(pid) == process.pid)
        self._write_down()
        return code

    def restart(self, name: str) -> Process:
        """Stops a child and starts the same command again."""
        self.stop(name)
        return self.start(self._children[name].child)

    def stop_all(self) -> None:
        """Stops everything, the last started first; a second Ctrl-C meanwhile changes nothing."""
        with ending_signals_ignored():
            for name in reversed(tuple(self._children)):
                self.stop(name)
            _kill(self._marked())
            self._write_down()

    def wait_until(self, ready: Callable[[], bool], *names: str, seconds: float) -> None:
        """Returns once `ready()`; it is asked again and again while the named children run.

        Raises:
            SandboxError: one of them ended, or the time is over; with the log's last lines.
        """
        end = time.monotonic() + seconds
        while not ready():
            ended = [name for name in names if not self._children[name].is_running()]
            if ended:
                code = self._children[ended[0]].exit_code()
                raise SandboxError(self._report(ended[0], f"ended with code {code}"))
            if time.monotonic() > end:
                raise SandboxError(self._report(names[0], f"was not ready after {seconds:g} s"))
            time.sleep(_POLL)

    def _refuse(self, child: Child) -> None:
        if shutil.which(child.command[0]) is None:
            raise SandboxError(f"{child.name}: the command {child.command[0]} was not found.")
        old = self._children.get(child.name)
        if old is not None and old.is_running():
            raise SandboxError(f"{child.name} runs already (pid {old.pid}).")

    def _environment(self, child: Child) -> dict[str, str]:
        return without_proxies(os.environ) | {**child.environment, RUN_VARIABLE: self._run}

    def _report(self, name: str, what: str) -> str:
        process = self._children[name]
        command = shlex.join(process.child.command[:1])
        return f"{name} ({command}) {what}. The end of {process.log}:\n{process.last_lines()}"

    def _marked(self) -> tuple[int, ...]:
        return proctable.pids_with(RUN_VARIABLE, self._run)

    def _write_down(self) -> None:
        started = ((process, proctable.started_at(process.pid)) for process in self)
        self._leftovers.write(
            self._run,
            [
                Record(name=process.name, pid=process.pid, started=start)
                for process, start in started
                if start is not None
            ],
        )


def without_proxies(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without proxy variables: everything here talks over loopback."""
    return {key: value for key, value in environment.items() if key.lower() not in _PROXIES}


def _launched(command: Sequence[str]) -> list[str]:
    """The command, tied to our life; not from other threads, with whose end the child would die."""
    if threading.current_thread() is not threading.main_thread():
        return list(command)
    return [sys.executable, "-I", "-S", launch.__file__, str(os.getpid()), *command]


def _locked(path: Path) -> IO[str]:
    lock = path.open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.seek(0)
        owner = lock.read().strip()
        lock.close()
        raise SandboxError(
            f"Another sandbox runs in {path.parent} (pid {owner}). Stop it first with Ctrl-C."
        ) from error
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    return lock


def _kill(pids: Iterable[int]) -> None:
    for pid in pids:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
