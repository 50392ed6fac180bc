"""Resident memory of what runs, from /proc (Linux)."""

import os
from collections.abc import Mapping
from pathlib import Path

from sandbox.stack import Stack


def resident_megabytes(stack: Stack) -> Mapping[str, float]:
    """Return the largest single process of each group that the stack started."""
    sizes = dict.fromkeys((process.name for process in stack.processes), 0.0)
    groups = {process.pid: process.name for process in stack.processes}
    for pid in (int(one.name) for one in Path("/proc").iterdir() if one.name.isdigit()):
        try:
            name = groups.get(os.getpgid(pid))
            size = _megabytes(pid)
        except (ProcessLookupError, FileNotFoundError):
            continue
        if name is not None:
            sizes[name] = max(sizes[name], size)
    return sizes


def _megabytes(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0
