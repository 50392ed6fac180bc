"""Answers that are far larger than ours: one at a time is held. Pure.

etcd takes 1.5 MB for an object, which are 60 MB as Python's objects until what is kept of it is
taken out. As many side by side as there are threads are more than the dead man's switch has, or a
worker.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from threading import Lock
from typing import Final, TypeVar

from daypass.adapters.kubernetes.errors import TooMuchError
from daypass.domain.errors import TemporaryOutsideError

NARROW: Final = 128 << 10
"""Bytes: ours have some 5 kB, and whatever somebody's webhook writes beside that."""
MOST_BYTES: Final = 16 << 20
"""Of one answer. etcd takes 2 MiB for an object, and JSON writes six bytes for a control character:
one object always fits."""
PATIENCE: Final = 5.0
"""Seconds, as for a call: whoever makes such answers may make them slow, too, and each that waits
for the others holds a thread that ends need."""
FOR_EVER: Final = -1.0
"""As a lock takes it."""
T = TypeVar("T")


class Wide:
    """One at a time, whichever thread asks; each kind of answer has its own."""

    def __init__(self) -> None:
        self._one = Lock()

    @contextmanager
    def answer(self, asked: Callable[[int], T], *, within: float = FOR_EVER) -> Iterator[T]:
        """Ask for so many bytes; a wide answer is held by nobody else meanwhile.

        Only within that: what is kept of it has to be taken out there. Raises TemporaryOutsideError
        where others are read for so many seconds.
        """
        try:
            narrow = asked(NARROW)
        except TooMuchError as error:
            if not self._one.acquire(timeout=within):
                raise TemporaryOutsideError(f"{error}, as have others that are read now") from error
            try:
                yield asked(MOST_BYTES)
            finally:
                self._one.release()
            return
        yield narrow

    @contextmanager
    def text(self, size: int) -> Iterator[None]:
        """Read a text of so many bytes that is there already."""
        with self._one if size > NARROW else nullcontext():
            yield
