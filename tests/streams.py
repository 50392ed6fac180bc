"""Watches in tests: until the server ends them, with nothing that runs by itself."""

from collections.abc import Iterator


def looked(seen: Iterator[str], since: str = "") -> str:
    """Watch until the server ends it; return the revision to go on from, `since` for no other."""
    for one in seen:
        since = one
    return since
