"""RQ's worker with our settings: one queue, no fork, no scheduler, no remote commands."""

from typing import Final

from redis import Redis
from rq import SimpleWorker
from rq.serializers import JSONSerializer

from daypass.adapters.rq.jobs import wake_ups_of
from daypass.adapters.rq.lines import Line

WORKER_TTL: Final = 30
"""Seconds without a sign of life after which RQ forgets a worker; it blocks for 15 s at a time."""
MAINTENANCE: Final = 15
"""Seconds between looks for jobs that crashed workers left behind."""


class Waker(SimpleWorker):
    """Comes back at once when Redis does, and takes no orders over publish/subscribe."""

    max_connection_wait_time = 1.0

    def subscribe(self) -> None:
        """Listen to nobody: whoever can write to Redis could stop the worker."""

    def unsubscribe(self) -> None:
        """Undo nothing."""


def worker(client: Redis, line: Line) -> Waker:
    """Return a worker for one queue.

    `client` must be its own: RQ changes the client's time limits to fit its blocking reads.
    """
    return Waker(
        [line.queue],
        connection=client,
        job_class=wake_ups_of(line),
        serializer=JSONSerializer,
        worker_ttl=WORKER_TTL,
        maintenance_interval=MAINTENANCE,
        default_result_ttl=0,
        log_job_description=False,
    )


def work(client: Redis, line: Line) -> None:
    """Work until SIGTERM, then finish the running job; returns early when Redis times out."""
    worker(client, line).work(logging_level="WARNING", with_scheduler=False)
