"""RQ's worker with our settings: one queue, no fork, no scheduler, no remote commands."""

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from threading import Event
from typing import Final, cast

import structlog
from redis import Redis
from redis.client import Pipeline
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker
from rq.exceptions import StopRequested
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.timeouts import JobTimeoutException
from rq.utils import now
from rq.worker import WorkerStatus

from daypass.adapters.rq.enqueue import JOB_TIMEOUT
from daypass.adapters.rq.jobs import Dropped, queue_of, wake_ups_of
from daypass.adapters.rq.routes import Route

WORKER_TTL: Final = 20
"""Seconds without a sign of life after which RQ forgets a worker.

It blocks for 15 s less at a time, and takes a Redis that is silent 10 s longer for gone.
"""
AGAIN: Final = 0.5
"""Seconds until it is tried again when Redis went away in the middle of something."""
BEAT: Final = 5.0
"""Seconds from one sign of life to the next: as often as it looks up from waiting for jobs."""
MAINTENANCE: Final = 15
"""Seconds between looks for jobs that crashed workers left behind."""

LEFT_FOR: Final = 60
"""Seconds, beyond those, that what it said of itself stays: as RQ has it."""
LEFT_BEHIND: Final = 100
"""Of those in one look."""
QUIET: Final = 60.0
"""Seconds from one line about jobs that were dropped to the next: somebody may send thousands."""

_log = structlog.get_logger()


def _unheard(_: str) -> None:
    """Count nothing."""


class Loudly:
    """Says that jobs were dropped, once in QUIET; `count` hears of every one."""

    def __init__(
        self, route: Route, count: Dropped, ticks: Callable[[], float] = time.monotonic
    ) -> None:
        self._route = route
        self._count = count
        self._ticks = ticks
        self._said: float | None = None
        self._since = 0

    def __call__(self, why: str) -> None:
        """Count one; say so if it is time to."""
        self._count(self._route.queue)
        self._since += 1
        if self._said is None or self._ticks() - self._said >= QUIET:
            _log.error("worker.job_dropped", queue=self._route.queue, why=why, jobs=self._since)
            self._said, self._since = self._ticks(), 0


def _to_nobody() -> None:
    """Be told nothing."""


class Waker(SimpleWorker):
    """Comes back at once when Redis does, and takes no orders over publish/subscribe."""

    max_connection_wait_time = 1.0
    ended: Event
    """Set when it is asked to end."""
    moves: Callable[[], None] = staticmethod(_to_nobody)
    """Called at every turn of its loop, whether Redis answers or not, and with every job."""

    _beaten = -BEAT
    """When it last told RQ that it lives, in ticks."""

    def register_birth(self) -> None:
        """Say that it lives, for a while: on no list, which nobody reads and the killed stay on."""
        self.birth_date = self.last_heartbeat = now()
        with self.connection.pipeline() as both:
            both.hset(self.key, mapping=self.serialize())
            both.expire(self.key, self.worker_ttl + LEFT_FOR)
            both.execute()

    def register_death(self) -> None:
        """Say that it lives no more."""
        self.connection.delete(self.key)

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        """Say that it moves: here each time, to RQ once in BEAT, for that is a write to disk."""
        self.moves()
        if pipeline is not None:
            super().heartbeat(timeout, pipeline)
        elif time.monotonic() - self._beaten >= BEAT:
            with self.connection.pipeline() as both:
                super().heartbeat(timeout, both)
                # It may have run out while we were stopped: then it is there anew, and for ever.
                both.expire(self.key, self.worker_ttl + LEFT_FOR)
                both.execute()
            self._beaten = time.monotonic()

    def set_state(self, state: str, pipeline: Pipeline | None = None) -> None:  # noqa: ARG002 - RQ's.
        """Note what it is at; nobody asks Redis for that, and it would be a write for each job."""
        self._state = state

    def handle_warm_shutdown_request(self) -> None:
        """Note that it is to end."""
        self.ended.set()

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Forget the wake-up and do what it says.

        It has no state and no result worth the dozen writes that RQ gives a job: what is due is in
        the agenda, which brings back whatever fails or dies here. Forgotten it is afterwards, for
        nobody is to wait for that; one that is left behind is taken away by the next look.
        """
        # Busy: a SIGTERM from here on is obeyed when the job is done.
        self.set_state(WorkerStatus.BUSY)
        try:
            self._perform(job)
        finally:
            with self.connection.pipeline() as both:
                both.lrem(queue.intermediate_queue_key, 1, job.id)
                both.delete(job.key)
                both.execute()

    def run_maintenance_tasks(self) -> None:
        """Forget the jobs that crashed workers left behind; RQ's own reads whatever it finds.

        One that another worker has taken just now is a wake-up lost, and comes again.
        """
        self.last_cleaned_at = now()  # type: ignore[assignment]  # RQ starts with None.
        for queue in self.queues:
            left = self.connection.lrange(queue.intermediate_queue_key, 0, LEFT_BEHIND - 1)
            for name in cast("Iterable[bytes]", left):
                self.connection.delete(Job.key_for(name.decode(errors="replace")))
                self.connection.lrem(queue.intermediate_queue_key, 1, cast("str", name))

    def check_for_suspension(self, burst: bool) -> None:  # noqa: FBT001 - RQ's.
        """Go on: whoever can write to Redis could suspend every worker."""

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


def worker(
    client: Redis,
    route: Route,
    ended: Event | None = None,
    *,
    dropped: Dropped = _unheard,
    moves: Callable[[], None] = _to_nobody,
) -> Waker:
    """Return a worker for one queue; it sets `ended` when it is asked to end.

    `dropped` hears of jobs that are no wake-ups, `moves` of every turn and every job. `client` must
    be its own: RQ changes the client's time limits to fit its blocking reads.
    """
    made = Waker(
        [route.queue],
        connection=client,
        job_class=wake_ups_of(route, dropped),
        queue_class=queue_of(dropped, moves),
        serializer=JSONSerializer,
        worker_ttl=WORKER_TTL,
        maintenance_interval=MAINTENANCE,
        default_result_ttl=0,
        log_job_description=False,
    )
    made.ended = ended or Event()
    made.moves = moves
    return made


def work(
    client: Redis,
    route: Route,
    *,
    dropped: Dropped = _unheard,
    moves: Callable[[], None] = _to_nobody,
) -> None:
    """Work until SIGTERM, then finish the running job; goes on by itself when Redis comes back.

    Calls `moves` at every turn and with every job: it is late by a job, or by a Redis that is
    silent, and no more.

    RQ's own worker comes back only from what it waits in most of the time: elsewhere, and where
    Redis is silent instead of gone, it quits.
    """
    ended, told = Event(), Loudly(route, dropped)
    while not ended.is_set():
        moves()
        with suppress(StopRequested):  # It comes out of wherever the signal found us.
            _work(partial(worker, client, route, ended, dropped=told, moves=moves), route)
            ended.wait(AGAIN)


def _work(make: Callable[[], Waker], route: Route) -> None:
    try:
        make().work(logging_level="WARNING", with_scheduler=False)
    except RedisError as error:
        _log.warning("worker.interrupted", queue=route.queue, why=str(error))
