"""Holds a process for a while."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from sandbox.stack import Stack


@contextmanager
def held(stack: Stack, name: str) -> Iterator[None]:
    """Inside, a process does nothing at all."""
    stack.processes[name].signal(signal.SIGSTOP)
    try:
        yield
    finally:
        stack.processes[name].signal(signal.SIGCONT)
