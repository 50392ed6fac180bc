"""Looks at something again and again, in a thread of its own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread


@contextmanager
def repeating(look: Callable[[], object], every: float, *, name: str) -> Iterator[None]:
    """Look every so many seconds until the end of the block; `look` lets nothing escape."""
    over = Event()

    def keep_looking() -> None:
        while not over.wait(every):
            look()

    thread = Thread(target=keep_looking, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
