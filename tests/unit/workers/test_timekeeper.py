"""The timekeeper's loop: whatever a look meets, the next look comes."""

from collections.abc import Iterator
from threading import Event

import pytest
import structlog
from structlog.testing import capture_logs

from daypass.domain.errors import TemporaryOutsideError
from workers.timekeeper import Watch, keep_time


@pytest.fixture(autouse=True)
def _plain_logs() -> Iterator[None]:
    structlog.reset_defaults()
    yield
    structlog.reset_defaults()


def test_keep_time_looks_again_when_a_look_failed() -> None:
    """Neither an outage nor a bug stops the looks; both ends of it are logged, once each."""
    stop, looks = Event(), list[int]()
    troubles = [TemporaryOutsideError("Redis does not answer"), ZeroDivisionError("a bug"), None]

    def look() -> None:
        looks.append(1)
        trouble = troubles[len(looks) - 1]
        if trouble is not None:
            raise trouble
        stop.set()

    with capture_logs() as logs:
        keep_time(Watch(look), stop)
    assert len(looks) == 3
    assert [log["event"] for log in logs] == ["timekeeper.failing", "timekeeper.works_again"]


def test_keep_time_does_not_look_when_it_was_stopped() -> None:
    """The end comes before the next look."""
    stop = Event()
    stop.set()

    def look() -> None:
        raise AssertionError("it looked")

    with capture_logs() as logs:
        keep_time(Watch(look), stop)
    assert logs == []
