"""What the worker processes of the RQ tests do: claim, say so in Redis, finish.

Run as `python -m tests.integration.rq_jobs URL` it is such a worker process.
"""

import os
import sys
from datetime import timedelta
from functools import partial
from typing import Final

from daypass.adapters.redis.agenda import RedisAgenda
from daypass.adapters.redis.client import connect
from daypass.adapters.rq.routes import Route
from daypass.adapters.rq.worker import work as work_for_rq
from workers.liveness import JOBS, to_nobody, to_supervisor

URL: Final = "TEST_WORKER_REDIS_URL"
VISIBILITY: Final = timedelta(seconds=1)
ROUTE: Final = Route(queue="grants", function="tests.integration.rq_jobs.work", per_keeper=True)
SLOW: Final = "dev"
CLAIMED: Final = "test:claimed"
GO_ON: Final = "test:go-on"
DONE: Final = "test:done"
STARTED: Final = "test:started"
FOREIGN: Final = "test:foreign"
_BOUND: Final = 20
"""Seconds that a job waits to be told to go on."""


def lines(due: str) -> Route | None:
    """Return this module's line for every set."""
    return ROUTE if due else None


def work(cluster: str) -> None:
    """Claim what is due, one by one: say so, wait for a word on the cluster SLOW, finish."""
    with connect(os.environ[URL]) as client:
        agenda = RedisAgenda(client, visibility=VISIBILITY)
        while claims := agenda.claim(cluster, 1):
            subject = claims[0].promise.subject
            client.rpush(CLAIMED, f"{os.getpid()} {subject}")
            if cluster == SLOW:
                client.blpop([GO_ON], timeout=_BOUND)
            agenda.finish(claims[0])
            client.rpush(DONE, f"{os.getpid()} {subject}")


def foreign(*_: object) -> None:
    """Leave a trace: nobody may call this."""
    with connect(os.environ[URL]) as client:
        client.rpush(FOREIGN, "called")


if __name__ == "__main__":
    os.environ[URL] = sys.argv[1]
    connect(sys.argv[1]).rpush(STARTED, os.getpid())
    say = to_supervisor() if "talks" in sys.argv else to_nobody
    work_for_rq(connect(sys.argv[1]), ROUTE, moves=partial(say, JOBS))
