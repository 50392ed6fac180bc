"""A wake-up as the Redis commands that enqueue it, so that they take part in our transaction.

The commands are RQ's own: it writes them into a pipeline that is read and never executed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from daypass.adapters.rq.routes import GRANTS_ROUTE, NOTIFICATIONS_ROUTE, Route, Routes, route_of

JOB_TIMEOUT: Final = 60
"""Seconds; a net under a function that bounds itself: every call has its own time limit."""
FAILURE_TTL: Final = 7 * 24 * 3600
"""Seconds that a failed job is kept for people to look at."""

Command = tuple[str | bytes | float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Enqueueing:
    """One job: its id, the key of its queue's list and the commands that put it there."""

    job: str
    queue: str
    commands: Sequence[Command]


class WakeUps:
    """Writes wake-ups; opens a connection only to ask Redis once for its version."""

    def __init__(self, client: Redis, routes: Routes = route_of) -> None:
        self._client = client
        self._routes = routes
        self._queues: dict[str, Queue] = {}

    def enqueueing(self, keeper: str) -> Enqueueing | None:
        """Return what wakes the worker of that set; None when nobody is woken for it."""
        route = self._routes(keeper)
        if route is None:
            return None
        queue = self._queue(route)
        with self._client.pipeline(transaction=False) as recorded:
            job = queue.enqueue_call(
                func=route.function,
                args=[keeper] if route.per_keeper else [],
                timeout=JOB_TIMEOUT,
                result_ttl=0,
                failure_ttl=FAILURE_TTL,
                description=f"{route.queue} {keeper}",
                pipeline=recorded,
            )
            commands = [tuple(command) for command, _ in recorded.command_stack]
        return Enqueueing(job=job.id, queue=queue.key, commands=commands)

    def _queue(self, route: Route) -> Queue:
        if route.queue not in self._queues:
            self._queues[route.queue] = Queue(
                route.queue, connection=self._client, serializer=JSONSerializer
            )
        return self._queues[route.queue]


def waiting(client: Redis) -> Mapping[str, int]:
    """Count the wake-ups that no worker took yet, by queue.

    Raises the library's errors.
    """
    routes = (GRANTS_ROUTE, NOTIFICATIONS_ROUTE)
    return {route.queue: Queue(route.queue, connection=client).count for route in routes}
