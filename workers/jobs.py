"""The loop of a worker process: it takes the wake-ups of one queue and shows that it moves."""

from functools import partial

from prometheus_client import CollectorRegistry

from daypass.adapters.prometheus.meters import foreign_jobs
from daypass.adapters.redis.client import connect
from daypass.adapters.rq.routes import Route
from daypass.adapters.rq.worker import work
from workers.liveness import JOBS, Say


def take_jobs(redis_url: str, route: Route, say: Say) -> None:
    """Take jobs until SIGTERM; count those that are no wake-ups, and `say` at every turn."""
    dropped = foreign_jobs(CollectorRegistry())
    work(connect(redis_url), route, dropped=dropped, moves=partial(say, JOBS))
