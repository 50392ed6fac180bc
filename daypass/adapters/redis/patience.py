"""How long a command is tried again: a Redis that is silent must not hold anybody for minutes.

The library tries again what is tried in the middle of a try, each with its own time limit: a
command on a connection, that connection, and a sign of life on it.
"""

import time
from collections.abc import Callable
from typing import Any, Final, TypeVar

from redis.backoff import AbstractBackoff
from redis.retry import Retry

PATIENCE: Final = 8.0
"""Seconds after which nothing is tried again; with the last try's own time limits less than 15."""
NONE: Final = 0.0
"""For whoever is asked by somebody who waits ten seconds: a Prometheus."""
_T = TypeVar("_T")


class Patience(Retry):
    """Tries again for so long, whatever is a part of what.

    One belongs to one connection, which one thread has at a time: the library copies it.
    """

    def __init__(
        self,
        wait: AbstractBackoff,
        retries: int,
        *,
        longest: float = PATIENCE,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(wait, retries)
        self._longest = longest
        self._ticks = ticks
        self._until: float | None = None
        """Of what is being tried."""

    def call_with_retry(  # noqa: PLR0917 - The library's.
        self,
        do: Callable[[], _T],
        fail: Callable[..., Any],
        is_retryable: Callable[[Exception], bool] | None = None,
        with_failure_count: bool = False,  # noqa: FBT001, FBT002 - The library's.
    ) -> _T:
        """Do it; `fail` cleans up after each try that failed."""
        tries = 0

        def goes_on(error: Exception) -> bool:
            nonlocal tries
            tries += 1
            if is_retryable is not None and not is_retryable(error):
                return False
            if self._ticks() < until:
                return True
            # The library cleans up only where it goes on.
            fail(error, tries) if with_failure_count else fail(error)
            return False

        whole = self._until
        self._until = until = self._ticks() + self._longest if whole is None else whole
        try:
            return super().call_with_retry(do, fail, goes_on, with_failure_count)
        finally:
            self._until = whole
