"""Many things at once, for commands that ask clusters."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

THREADS: Final = 16
"""Calls at once to one cluster: as many as a grants worker makes."""
A = TypeVar("A")
B = TypeVar("B")


def at_once(do: Callable[[A], B], things: Sequence[A], most: int = THREADS) -> Sequence[B]:
    """Do the same to each in a bounded pool of threads; see `ports.Each`."""
    with ThreadPoolExecutor(most) as threads:
        return list(threads.map(do, things))
