"""Commit: what a move does when somebody else was first."""

from collections.abc import Callable
from typing import Final, TypeVar

from daypass.domain.errors import ConflictError

TRIES: Final = 20
"""Far more writers than ever meet at one request."""
T = TypeVar("T")


def until_committed(move: Callable[[], T], *, still: Callable[[], bool] = lambda: True) -> T:
    """Run a read-judge-commit move again for as long as somebody else commits first.

    Not where `still` says that what it is about has moved itself: then somebody else sees to it.
    """
    for _ in range(TRIES - 1):
        try:
            return move()
        except ConflictError:
            if not still():
                raise
    return move()
