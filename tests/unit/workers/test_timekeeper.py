"""The timekeeper's loop: whatever a look meets, the next look comes."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Event

import pytest
import structlog
from structlog.testing import capture_logs

from daypass.adapters.prometheus.pulse import Pulse
from daypass.domain.errors import SettingsError, TemporaryOutsideError
from daypass.ports import Change, Promise
from daypass.usecases.shared.rows import look_row
from tests.builders import World, a_world
from workers.timekeeper import PERIOD, REST, Watch, keep_time, once_it_answers, wake


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
        keep_time([Watch(look)], stop)
    assert len(looks) == 3
    assert [log["event"] for log in logs] == ["timekeeper.failing", "timekeeper.works_again"]


def test_keep_time_does_not_look_when_it_was_stopped() -> None:
    """The end comes before the next look."""
    stop = Event()
    stop.set()

    def look() -> None:
        raise AssertionError("it looked")

    with capture_logs() as logs:
        keep_time([Watch(look)], stop)
    assert logs == []


def test_watch_looks_when_it_is_time_to() -> None:
    """What is needed once a second costs nothing in between."""
    looks = list[int]()
    watch = Watch(lambda: looks.append(1), every=1.0)
    seen = [(watch.look(at), len(looks)) for at in (5.0, 5.5, 5.9, 6.5, 7.0, 7.5)]
    assert seen == [(6.0, 1), (6.0, 1), (6.0, 1), (7.5, 2), (7.5, 2), (8.5, 3)]


def test_watch_looks_again_when_what_it_looked_at_says_so() -> None:
    """Where it fails after `every`, for it cannot say."""
    said = iter([0.5, 0.02])
    watch = Watch(lambda: next(said), every=0.1)
    with capture_logs():
        assert [watch.look(at) for at in (5.0, 5.5, 6.0)] == [5.5, 5.52, 6.1]


@pytest.mark.parametrize(
    ("due", "after"),
    [(-1.0, PERIOD), (0.25, 0.25), (10.0, REST), (None, REST)],
    ids=["overdue", "soon", "later", "nothing"],
)
def test_timekeeper_looks_again_when_something_is_due(due: float | None, after: float) -> None:
    """Nothing that is known of is late, and nothing is asked for in vain."""
    world = a_world()
    world.store.commit(Change(move=world.ids.move(), promises=tuple(promised(world, due))))
    assert wake(world.trail) == after


def promised(world: World, due: float | None) -> Iterator[Promise]:
    """Promise something on prod, so many seconds from now."""
    if due is not None:
        yield look_row("prod", world.clock.now() + timedelta(seconds=due))


def test_keep_time_goes_on_with_the_others_when_one_fails() -> None:
    """What goes wrong once a second delays no wake-up."""
    stop, looks = Event(), list[int]()

    def broken() -> float:
        raise ZeroDivisionError("a bug")

    def look() -> None:
        looks.append(1)
        if len(looks) == 2:
            stop.set()

    with capture_logs() as logs:
        keep_time([Watch(broken, name="rows"), Watch(look)], stop)
    assert len(looks) == 2
    assert [(log["event"], log["what"]) for log in logs] == [("timekeeper.failing", "rows")]


def test_keep_time_shows_that_it_moves_after_each_look() -> None:
    """Each may wait for a Redis that is silent: all together it would be taken for stuck."""
    stop, heard = Event(), list[str]()

    def last() -> None:
        heard.append("looked")
        stop.set()

    watches = [Watch(lambda: None), Watch(lambda: None), Watch(last)]
    keep_time(watches, stop, told=heard.append)
    assert heard == ["", "", "looked", ""]


def test_start_waits_for_an_answer_and_takes_no_for_one() -> None:
    """Redis that is away is waited for; one that forgets is refused at once."""
    asked = list[int]()

    def ask() -> None:
        asked.append(1)
        if len(asked) == 1:
            raise TemporaryOutsideError("Redis does not answer")
        raise SettingsError(["it forgets"])

    with capture_logs() as logs, pytest.raises(SettingsError, match="it forgets"):
        once_it_answers(ask, Event())
    assert len(asked) == 2
    assert [log["event"] for log in logs] == ["timekeeper.waits"]


def test_start_ends_when_it_is_asked_to() -> None:
    """SIGTERM also ends a timekeeper that never reached Redis."""
    stop = Event()

    def ask() -> None:
        stop.set()
        raise TemporaryOutsideError("Redis does not answer")

    with capture_logs():
        once_it_answers(ask, stop)
    assert stop.is_set()


def test_waiting_for_redis_is_no_stuck_process() -> None:
    """Whoever asks hears why it is not ready; a new start would not help."""
    stop, pulse = Event(), Pulse()

    def ask() -> None:
        stop.set()
        raise TemporaryOutsideError("Redis does not answer")

    once_it_answers(ask, stop, told=pulse.beat)
    assert pulse.lives() == ""
    assert pulse.ready() == "Redis does not answer"
