"""Which threads a test began: others in its process may still be ending those of theirs."""

import threading
from collections.abc import Collection


def running() -> frozenset[threading.Thread]:
    """Return the threads that are there now."""
    return frozenset(threading.enumerate())


def begun(before: Collection[threading.Thread], prefix: str) -> list[threading.Thread]:
    """Return those with such a name that are there now and were not `before`."""
    return [one for one in running() if one.name.startswith(prefix) and one not in before]
