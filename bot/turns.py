"""Looks into clusters by turns: each reads a whole picture, of up to some tens of megabytes."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Final

from daypass.domain.errors import TemporaryOutsideError

AT_ONCE: Final = 2
"""Looks at one time: of the largest picture one takes 115 MB, and a second of a processor."""
PATIENCE: Final = 2.0
"""Seconds that one waits for its turn: others need the thread, to approve, say."""


class Turns:
    """Lets some look at one time; safe in several threads."""

    def __init__(self, most: int = AT_ONCE, *, patience: float = PATIENCE) -> None:
        self._free = BoundedSemaphore(most)
        self._patience = patience

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Be one of them inside; raises TemporaryOutsideError where others take too long."""
        if not self._free.acquire(timeout=self._patience):
            raise TemporaryOutsideError(
                "too many look into clusters at one time",
                remedy="Many people look into clusters at this moment: try again in a few seconds.",
            )
        try:
            yield
        finally:
            self._free.release()
