"""What is said of jobs that are no wake-ups: each is counted, and few lines are written."""

from structlog.testing import capture_logs

from daypass.adapters.rq.routes import GRANTS_ROUTE
from daypass.adapters.rq.worker import QUIET, Loudly


def test_thousands_of_foreign_jobs_are_one_line_a_minute() -> None:
    """Whoever can write to Redis does not fill the log."""
    now, counted = [0.0], list[str]()
    told = Loudly(GRANTS_ROUTE, counted.append, ticks=lambda: now[0])
    with capture_logs() as logs:
        for _ in range(1_000):
            told("a job that cannot be read")
        now[0] = QUIET
        told("a job without a name")
    assert [(log["event"], log["jobs"]) for log in logs] == [
        ("worker.job_dropped", 1),
        ("worker.job_dropped", 1_000),
    ]
    assert counted == ["grants"] * 1_001
