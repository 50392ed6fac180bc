"""What the operating system says about processes; nothing here ends one.

A pid alone may have been given to somebody else since: with its start time it is unmistakable.
"""

import os
import subprocess
from pathlib import Path

_PROC = Path("/proc")
_STATE, _START = 0, 19  # Fields of /proc/PID/stat after the name; see proc(5).


def has_proc() -> bool:
    """Whether /proc answers here (Linux); elsewhere `ps` is asked; environments stay unknown."""
    return (_PROC / "self" / "stat").exists()


def started_at(pid: int) -> str | None:
    """The start of a running process as an opaque word, or None if there is none or it is dead."""
    return _started_in_proc(pid) if has_proc() else _started_by_ps(pid)


def group_of(pid: int) -> int | None:
    """The process group of a running process."""
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None


def pids_with(variable: str, value: str) -> tuple[int, ...]:
    """Our own user's running processes that were started with this environment variable."""
    wanted = f"{variable}={value}".encode()
    pids = [int(path.name) for path in _PROC.glob("[0-9]*")] if has_proc() else []
    return tuple(sorted(pid for pid in pids if wanted in _environment(pid) and started_at(pid)))


def _environment(pid: int) -> list[bytes]:
    try:
        return (_PROC / str(pid) / "environ").read_bytes().split(b"\0")
    except OSError:  # Gone meanwhile, or another user's.
        return []


def _stat(pid: int) -> list[str]:
    try:
        text = (_PROC / str(pid) / "stat").read_text()
    except OSError:
        return []
    return text.rpartition(")")[2].split()  # The name in brackets may itself hold brackets.


def _started_in_proc(pid: int) -> str | None:
    fields = _stat(pid)
    return fields[_START] if fields and fields[_STATE] not in {"Z", "X"} else None


def _started_by_ps(pid: int) -> str | None:
    answer = subprocess.run(
        ["ps", "-o", "lstart=,stat=", "-p", str(pid)],
        capture_output=True,
        check=False,
        text=True,
        timeout=5,
    )
    *start, state = answer.stdout.split() or [""]
    return " ".join(start) if start and not state.startswith("Z") else None
