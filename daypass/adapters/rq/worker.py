"""RQ's worker with our settings: one queue, no fork, no scheduler, no remote commands."""

from contextlib import suppress
from threading import Event
from typing import Final

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker
from rq.exceptions import StopRequested
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.timeouts import JobTimeoutException
from rq.worker import WorkerStatus

from daypass.adapters.rq.enqueue import JOB_TIMEOUT
from daypass.adapters.rq.jobs import WakeUp, wake_ups_of
from daypass.adapters.rq.lines import Line

WORKER_TTL: Final = 20
"""Seconds without a sign of life after which RQ forgets a worker.

It blocks for 15 s less at a time, and takes a Redis that is silent 10 s longer for gone.
"""
AGAIN: Final = 0.5
"""Seconds until it is tried again when Redis went away in the middle of something."""
MAINTENANCE: Final = 15
"""Seconds between looks for jobs that crashed workers left behind."""

_log = structlog.get_logger()


class Waker(SimpleWorker):
    """Comes back at once when Redis does, and takes no orders over publish/subscribe."""

    max_connection_wait_time = 1.0
    ended: Event
    """Set when it is asked to end."""

    def handle_warm_shutdown_request(self) -> None:
        """Note that it is to end."""
        self.ended.set()

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Forget the wake-up and do what it says.

        It has no state and no result worth the dozen writes that RQ gives a job: what is due is in
        the clock, which brings back whatever fails or dies here. A job that may not be called goes
        RQ's own way, on which it fails and is kept.
        """
        if not self.is_wake_up(job):
            super().execute_job(job, queue)
            return
        with self.connection.pipeline() as both:
            both.lrem(queue.intermediate_queue_key, 1, job.id)
            both.delete(job.key)
            # Busy: a SIGTERM from here on is obeyed when the job is done.
            self.set_state(WorkerStatus.BUSY, pipeline=both)
            both.execute()
        self._perform(job)

    def is_wake_up(self, job: Job) -> bool:
        """Whether it asks for no more than the one function that this worker's jobs may call."""
        return isinstance(job, WakeUp) and job.is_plain()

    def _perform(self, job: Job) -> None:
        try:
            with self.death_penalty_class(JOB_TIMEOUT, JobTimeoutException, job_id=job.id):
                job.func(*job.args)
        except Exception:  # noqa: BLE001 - The outermost loop of a job.
            _log.exception("wake_up.failed", function=job.func_name, asked=job.args)

    def subscribe(self) -> None:
        """Listen to nobody: whoever can write to Redis could stop the worker."""

    def unsubscribe(self) -> None:
        """Undo nothing."""


def worker(client: Redis, line: Line, ended: Event | None = None) -> Waker:
    """Return a worker for one queue; it sets `ended` when it is asked to end.

    `client` must be its own: RQ changes the client's time limits to fit its blocking reads.
    """
    made = Waker(
        [line.queue],
        connection=client,
        job_class=wake_ups_of(line),
        serializer=JSONSerializer,
        worker_ttl=WORKER_TTL,
        maintenance_interval=MAINTENANCE,
        default_result_ttl=0,
        log_job_description=False,
    )
    made.ended = ended or Event()
    return made


def work(client: Redis, line: Line) -> None:
    """Work until SIGTERM, then finish the running job; goes on by itself when Redis comes back.

    RQ's own worker comes back only from what it waits in most of the time: elsewhere, and where
    Redis is silent instead of gone, it quits.
    """
    ended = Event()
    while not ended.is_set():
        with suppress(StopRequested):  # It comes out of wherever the signal found us.
            _work(client, line, ended)
            ended.wait(AGAIN)


def _work(client: Redis, line: Line, ended: Event) -> None:
    try:
        worker(client, line, ended).work(logging_level="WARNING", with_scheduler=False)
    except RedisError as error:
        _log.warning("worker.interrupted", queue=line.queue, why=str(error))
