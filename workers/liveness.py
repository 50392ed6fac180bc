"""Signs of life: what a child's loops say to its supervisor, over the socket at standard input.

Only the loops themselves say so, no thread that would go on while they hang.
"""

import os
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Final

JOBS: Final = "jobs"
"""The loop that takes jobs; before there is one, the tries to start."""
POLLER: Final = "poller"
_STANDARD_INPUT: Final = 0
"""Its file descriptor."""
_MUCH: Final = 65536
"""Bytes read at once: thousands of words."""

Say = Callable[[str], None]
"""Says that the loop of that name moves; never waits."""


def to_supervisor(descriptor: int = _STANDARD_INPUT) -> Say:
    """Return what a child's loops say that they move with.

    What a supervisor that is stopped or gone cannot hear is lost.

    Raises:
        OSError: no supervisor started us, for that is no socket.
    """
    line = socket.socket(fileno=os.dup(descriptor))

    def say(loop: str) -> None:
        with suppress(OSError):
            line.send(f"{loop}\n".encode(), socket.MSG_DONTWAIT)

    return say


def to_nobody(loop: str) -> None:
    """Be what loops say it with where nobody listens."""


class Listener:
    """How long each loop of one child has been silent."""

    def __init__(self, line: socket.socket) -> None:
        self.line = line
        """What it is heard on."""
        self.hung_up = False
        """Whether the child is about to be dead: nobody but it held the other end."""
        self.line.settimeout(0)
        self._part = ""
        self._silent = {JOBS: 0.0}

    def listen(self, passed: float) -> None:
        """Hear what was said in the `passed` seconds since we last listened."""
        *heard, self._part = (self._part + self._all()).split("\n")
        for loop in self._silent:
            self._silent[loop] += passed
        self._silent.update(dict.fromkeys(heard, 0.0))

    def longest(self) -> tuple[str, float]:
        """Return the loop that has been silent longest, and for how many seconds."""
        return max(self._silent.items(), key=lambda one: one[1])

    def close(self) -> None:
        """Hang up: the child ends itself if it still lives."""
        self.line.close()

    def _all(self) -> str:
        said = b""
        with suppress(OSError):  # There is no more, or the child is gone.
            while some := self.line.recv(_MUCH):
                said += some
            self.hung_up = True
        return said.decode()
