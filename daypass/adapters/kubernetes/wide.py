"""Objects that are far larger than ours: read one at a time.

etcd takes 1.5 MB for an object, which are 30 MB as Python's objects until what is kept of it is
taken out. As many side by side as there are threads are more than the dead man's switch has.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final

from daypass.adapters.kubernetes.client import Api, TooMuchError
from daypass.adapters.kubernetes.reply import Reply

NARROW: Final = 128 << 10
"""Bytes: ours have some 5 kB, and whatever somebody's webhook writes beside that."""


class Wide:
    """One at a time, whichever thread asks."""

    def __init__(self) -> None:
        self._one = Lock()

    @contextmanager
    def read(self, api: Api, place: str) -> Iterator[Reply]:
        """Read what is there; a wide answer is held by nobody else meanwhile."""
        try:
            reply = api.get(place, most=NARROW)
        except TooMuchError:
            with self._one:
                yield api.get(place)
            return
        yield reply
