"""Memory and processor time of what runs, from /proc (Linux)."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from time import sleep
from typing import Final

from sandbox.stack import Stack

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_USER, _SYSTEM = 11, 12  # Fields of /proc/PID/stat after the name; see proc(5).


def resident_megabytes(stack: Stack) -> Mapping[str, float]:
    """Return the largest single process of each group that the stack started."""
    sizes = dict.fromkeys((process.name for process in stack.processes), 0.0)
    for pid, name in _members(stack):
        sizes[name] = max(sizes[name], _megabytes(pid))
    return sizes


def cpu_shares(stack: Stack, seconds: float) -> Mapping[str, float]:
    """Watch for so long; return each group's share of one processor."""
    before = cpu_seconds(stack)
    sleep(seconds)
    return {name: (spent - before[name]) / seconds for name, spent in cpu_seconds(stack).items()}


def cpu_seconds(stack: Stack) -> Mapping[str, float]:
    """Return what each group that the stack started has taken of processors so far."""
    spent = dict.fromkeys((process.name for process in stack.processes), 0.0)
    for pid, name in _members(stack):
        spent[name] += _ticks(pid) / _TICKS
    return spent


def _members(stack: Stack) -> Iterator[tuple[int, str]]:
    """Return every process of each group that the stack started."""
    groups = {process.pid: process.name for process in stack.processes}
    for pid in (int(one.name) for one in Path("/proc").iterdir() if one.name.isdigit()):
        try:
            name = groups.get(os.getpgid(pid))
        except ProcessLookupError:
            continue
        if name is not None:
            yield pid, name


def _megabytes(pid: int) -> float:
    for line in _text(pid, "status").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _ticks(pid: int) -> int:
    fields = _text(pid, "stat").rpartition(")")[2].split()
    return int(fields[_USER]) + int(fields[_SYSTEM]) if fields else 0


def _text(pid: int, name: str) -> str:
    """Return a file of a process; empty when it is gone by now."""
    try:
        return Path(f"/proc/{pid}/{name}").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
