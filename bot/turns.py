"""Looks into clusters by turns: each reads a whole picture, of up to some tens of megabytes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Final, TypeVar

from daypass.domain.errors import TemporaryOutsideError

AT_ONCE: Final = 2
"""Looks at one time: of the largest picture one takes 115 MB, and a second of a processor."""
PATIENCE: Final = 2.0
"""Seconds that one waits for its turn: others need the thread, to approve, say."""


T = TypeVar("T")


class Turns:
    """Lets some look at one time; safe in several threads."""

    def __init__(self, most: int = AT_ONCE, *, patience: float = PATIENCE) -> None:
        self._free = BoundedSemaphore(most)
        self._patience = patience

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Be one of them inside; raises TemporaryOutsideError where others take too long."""
        with self._waited() as is_free:
            if not is_free:
                raise TemporaryOutsideError(
                    "too many look into clusters at one time",
                    remedy="Many people look into clusters at this moment: "
                    "try again in a few seconds.",
                )
            yield

    def spared(self, look: Callable[[], T]) -> T | None:
        """Return what a look says that an answer can do without; None where others take too long.

        Whoever only wants to know how something stands is answered all the same.
        """
        with self._waited() as is_free:
            return look() if is_free else None

    @contextmanager
    def _waited(self) -> Iterator[bool]:
        """Say whether it is one's turn; then it is up to the end."""
        is_free = self._free.acquire(timeout=self._patience)
        try:
            yield is_free
        finally:
            if is_free:
                self._free.release()
