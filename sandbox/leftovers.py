"""What a killed run left behind, as its run directory tells it, and its sweeping.

Ends a process only if pid and start time are those written down, or if it carries that run's id.
"""

import json
import os
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from sandbox import proctable
from sandbox.errors import SandboxError

RUN_VARIABLE = "DAYPASS_SANDBOX_RUN"  # In the environment of every child: the id of its run.
_PATIENCE = 5.0  # Seconds that a process may take to die of SIGKILL.


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A process that was started: its pid means it only together with its start."""

    name: str
    pid: int
    started: str


class Leftovers:
    """The file `processes.json` of a run directory."""

    def __init__(self, run_directory: Path) -> None:
        self._path = run_directory / "processes.json"

    def write(self, run: str, records: Iterable[Record]) -> None:
        """Replaces what was written down."""
        text = json.dumps({"run": run, "processes": [asdict(record) for record in records]})
        new = self._path.with_suffix(".new")
        new.write_text(text)
        new.replace(self._path)

    def sweep(self) -> tuple[str, ...]:
        """Kills what is left of the run that was written down; returns the names.

        Raises:
            SandboxError: something did not die.
        """
        try:
            written = json.loads(self._path.read_text())
            records = [Record(**record) for record in written["processes"]]
            run = str(written["run"])
        except (OSError, ValueError, KeyError, TypeError):
            return ()  # No run before us, or it died while writing its first line.
        return _sweep(_by_run(run) | _by_record(records))


def _by_record(records: Iterable[Record]) -> dict[int, Record]:
    return {r.pid: r for r in records if proctable.started_at(r.pid) == r.started}


def _by_run(run: str) -> dict[int, Record]:
    found = ((pid, proctable.started_at(pid)) for pid in proctable.pids_with(RUN_VARIABLE, run))
    return {
        pid: Record(name=f"pid {pid}", pid=pid, started=start)
        for pid, start in found
        if start is not None and pid != os.getpid()
    }


def _sweep(found: dict[int, Record]) -> tuple[str, ...]:
    for pid in found:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    for record in found.values():
        _wait_for_the_end(record)
    return tuple(record.name for record in found.values())


def _wait_for_the_end(record: Record) -> None:
    end = time.monotonic() + _PATIENCE
    while proctable.started_at(record.pid) == record.started:
        if time.monotonic() > end:
            raise SandboxError(f"{record.name} (pid {record.pid}) of an earlier run does not die.")
        time.sleep(0.02)
