"""The connection to Redis: retries, time limits, and the one place where its errors become ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from redis import Redis
from redis.backoff import ExponentialWithJitterBackoff
from redis.exceptions import (
    AuthenticationError,
    AuthorizationError,
    ConnectionError,  # noqa: A004 - the library's name
    MasterDownError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    TimeoutError,  # noqa: A004 - the library's name
)
from redis.sentinel import MasterNotFoundError

from daypass.adapters.redis.patience import PATIENCE, Patience
from daypass.adapters.redis.sentinel import is_watched, master_of
from daypass.domain.errors import OutsideError, PermanentOutsideError, TemporaryOutsideError

CONNECT_TIMEOUT: Final = 2.0
"""Seconds."""
ANSWER_TIMEOUT: Final = 5.0
"""Seconds; the slowest thing we ask for takes milliseconds."""
RETRIES: Final = 6
"""With the waits below about 2 s in all: a restart of Redis goes unnoticed."""
_FIRST_WAIT: Final = 0.05
"""Seconds."""
_LONGEST_WAIT: Final = 1.0
"""Seconds."""
_KEEP_ALIVE: Final = 30
"""Seconds after which an idle connection is tested."""


def connect(url: str, *, patience: float = PATIENCE) -> Redis:
    """Return a client for `url` that repeats what failed; opens no connection yet.

    Built by hand because `Redis.from_url` makes a client without any retry, and knows no Sentinel.
    A command may have been carried out although its answer was lost: all of ours may be repeated,
    for `patience` seconds.
    """
    wait = ExponentialWithJitterBackoff(base=_FIRST_WAIT, cap=_LONGEST_WAIT)
    options: dict[str, Any] = {
        "retry": Patience(wait, RETRIES, longest=patience),
        "socket_connect_timeout": CONNECT_TIMEOUT,
        "socket_timeout": ANSWER_TIMEOUT,
        "health_check_interval": _KEEP_ALIVE,
    }
    return master_of(url, options) if is_watched(url) else Redis.from_url(url, **options)


@contextmanager
def reading() -> Iterator[None]:
    """Turn the library's errors into ours; nothing was written."""
    try:
        yield
    except RedisError as error:
        raise _outside(error, unknown=False) from error


@contextmanager
def writing() -> Iterator[None]:
    """Turn the library's errors into ours; what was asked may have been done all the same."""
    try:
        yield
    except RedisError as error:
        raise _outside(error, unknown=True) from error


def _outside(error: RedisError, *, unknown: bool) -> OutsideError:
    match error:
        case MasterNotFoundError():  # Its own text lists every Sentinel with all its options.
            none = "Redis does not answer: no Sentinel names a master that is up"
            return TemporaryOutsideError(none, unknown=unknown)
        case AuthenticationError() | AuthorizationError():
            return PermanentOutsideError(f"Redis refuses our credentials: {error}")
        case ConnectionError() | TimeoutError():
            return TemporaryOutsideError(f"Redis does not answer: {error}", unknown=unknown)
        case OutOfMemoryError() | ReadOnlyError() | MasterDownError():
            return TemporaryOutsideError(f"Redis takes no writes: {error}")
        # It cannot write to its disk, or waits for a replica.
        case _ if str(error).startswith(("MISCONF", "NOREPLICAS")):
            return TemporaryOutsideError(f"Redis takes no writes: {error}")
        case _:
            return PermanentOutsideError(f"Redis refuses: {error}")
