"""A watch that goes on until it is stopped: from where it came to, however it broke."""

from collections.abc import Callable, Iterator
from threading import Event
from typing import Protocol

from workers.grants.patience import Patience

Look = Callable[[str], Iterator[str]]
"""Watches from a revision on, from the beginning by an empty one, and yields each from which one
may go on."""


class Failed(Protocol):
    """Hears why a watch broke, and whether the one before it broke, too."""

    def __call__(self, error: Exception, *, again: bool) -> float:
        """Return for how many seconds at least the server is left alone."""
        ...


def follow(look: Look, failed: Failed, *, stopped: Event, ticks: Callable[[], float]) -> None:
    """Watch again and again until `stopped`; from then on nobody hears that it broke."""
    since, broken, patience = "", False, Patience()
    while not stopped.is_set():
        began, least = ticks(), 0.0
        try:
            for came_to in look(since):
                since = came_to
                if stopped.is_set():
                    return
            broken = False
        except Exception as error:  # noqa: BLE001 - The outermost loop: without it all is looked at.
            if stopped.is_set():
                return
            least, broken = failed(error, again=broken), True
        stopped.wait(max(least, patience.pause(ticks() - began)))
