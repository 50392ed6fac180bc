"""Jobs that can only wake: one function per queue, no callbacks, no webhooks, no objects.

Whoever can write to Redis can write a job; RQ itself would import and call whatever it names, and
end its worker over one that it cannot read. So nothing of a job is read but its call, and one that
is no wake-up is dropped: what is due is in the agenda.
"""

import json
import re
import zlib
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Final, cast

from redis import Redis
from redis.exceptions import ResponseError
from rq import Queue
from rq.exceptions import NoSuchJobError
from rq.intermediate_queue import IntermediateQueue
from rq.job import Job

from daypass.adapters.rq.routes import Route

LONGEST: Final = 2_048
"""Bytes of a call as it is stored; ours has about a hundred."""
LONGEST_SET: Final = 253
"""Characters of the name of a set: that of a cluster."""
IN_A_ROW: Final = 100
"""Jobs that are no wake-ups after which all that is in their queue goes: what is due is woken for
again within a tenth of a second, and whoever takes them one by one is late by a minute."""
_NAME: Final = re.compile(rb"[A-Za-z0-9_-]{1,64}")
_WRONG_TYPE: Final = "WRONGTYPE"

Dropped = Callable[[str], None]
"""Hears why a job was dropped."""


class WakeUp(Job):
    """A job that may call what its route allows and nothing else; use `wake_ups_of`."""

    route: ClassVar[Route]
    dropped: ClassVar["staticmethod[[str], None]"]

    def refresh(self) -> None:
        """Read the call, and no more.

        Raises NoSuchJobError, which RQ passes over, for what is no wake-up; then it is gone.
        """
        try:
            stored = self._stored()
            if stored is None:
                self._forget()
                raise NoSuchJobError(self.id)
            self._args = [*_arguments(stored, self.route)]
        except ForeignJobError as error:
            self._forget()
            self.dropped(str(error))
            raise NoSuchJobError(self.id) from error
        self._func_name, self._instance, self._kwargs = self.route.function, None, {}
        self.origin = self.route.queue

    def _forget(self) -> None:
        self.connection.lrem(
            _taken(f"{Queue.redis_queue_namespace_prefix}{self.route.queue}"), 1, self.id
        )
        self.connection.delete(self.key)

    def _stored(self) -> bytes | None:
        try:
            size = self.connection.hstrlen(self.key, "data")
            if size > LONGEST:
                raise ForeignJobError(f"a job of {size:,} bytes")
            return cast("bytes | None", self.connection.hget(self.key, "data"))
        except ResponseError as error:
            if not str(error).startswith(_WRONG_TYPE):
                raise
            raise ForeignJobError("a job that is no hash") from error


class ForeignJobError(Exception):
    """A job is no wake-up of its route."""


def wake_ups_of(of: Route, told: Dropped) -> type[WakeUp]:
    """Return the class of the jobs of one route; `told` hears of each that is dropped."""

    class RoutedWakeUp(WakeUp):
        route = of
        dropped = staticmethod(told)

    return RoutedWakeUp


def queue_of(told: Dropped, moves: Callable[[], None]) -> type[Queue]:
    """Return the class of a queue that passes over what names no job; `told` hears of it.

    `moves` is called with each job that is taken: a million that are none take longer than a worker
    may be silent.
    """

    class WakeUpQueue(Queue):
        taken = 0
        """Jobs since the last that was a wake-up."""

        @classmethod
        def dequeue_any(cls, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - RQ's.
            """Take jobs until one is a wake-up."""
            cls.taken = 0
            return super().dequeue_any(*args, **options)

        @classmethod
        def lmove(cls, connection: Redis, queue_key: str, timeout: int | None) -> Any:  # noqa: ANN401 - RQ's.
            """Take the name of the next job; behind IN_A_ROW that were none take the queue away."""
            while True:
                moves()
                if cls.taken == IN_A_ROW:
                    told(f"a queue that began with {IN_A_ROW} jobs that are none")
                    connection.delete(queue_key)
                    cls.taken = 0
                cls.taken += 1
                try:
                    moved = super().lmove(connection, queue_key, timeout)
                except ResponseError as error:
                    moved = _made_queue(error, connection, queue_key)
                if moved is None or _NAME.fullmatch(moved[1]):
                    return moved
                connection.lrem(_taken(queue_key), 1, cast("str", moved[1]))
                told("a job without a name")

    return WakeUpQueue


def _taken(queue_key: str) -> str:
    """Name the list of the jobs of a queue that somebody has taken and not begun."""
    return IntermediateQueue.get_intermediate_queue_key(queue_key)


def _made_queue(error: ResponseError, connection: Redis, queue_key: str) -> tuple[str, bytes]:
    """Remove what is no list where one has to be; return what names no job.

    Raises the error where that is not what is wrong.
    """
    if not str(error).startswith(_WRONG_TYPE):
        raise error
    for name in (queue_key, _taken(queue_key)):
        if connection.type(name) not in (b"list", b"none"):
            connection.delete(name)
    return queue_key, b""


def _arguments(stored: bytes, route: Route) -> Sequence[str]:
    """Return what a wake-up tells its function; raises ForeignJobError when it is none."""
    match _call(stored):
        case [route.function, None, [], {}] if not route.per_keeper:
            return ()
        case [route.function, None, [str(keeper)], {}] if (
            route.per_keeper and len(keeper) <= LONGEST_SET
        ):
            return (keeper,)
        case _:
            raise ForeignJobError(f"a job that calls something else than {route.function}")


def _call(stored: bytes) -> object:
    try:
        return json.loads(_plain(stored))
    except (ValueError, RecursionError) as error:
        raise ForeignJobError("a job that cannot be read") from error


def _plain(stored: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(stored, LONGEST)
    except zlib.error:
        return stored
