"""Becomes the command it is given, and dies with the process that started it (Linux).

Run as a script by `sandbox.processes`: `launch.py PARENT COMMAND...`. A function run between fork
and exec would do the same, but is not safe in a process that has threads. Standard library only.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1  # prctl(2)


def _die_with(parent: int) -> None:
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # It died before prctl was called: nobody will send the signal.
        sys.exit(1)


def _main(parent: str, *command: str) -> None:
    _die_with(int(parent))
    os.execvp(command[0], command)  # noqa: S606 - no shell is the point.


if __name__ == "__main__":
    _main(*sys.argv[1:])
