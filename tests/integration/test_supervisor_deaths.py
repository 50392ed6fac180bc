"""A child that cannot be started, or dies again and again, costs the others nothing."""

import sys
from pathlib import Path
from threading import Event

from prometheus_client import CollectorRegistry

from tests.ticks import Ticks
from workers.health import Children
from workers.supervisor import Look, Pace, Supervised, supervise

PACE = Pace(first_wait=1, longest_wait=4)
NOTHING = ("/nonexistent/python",)
DEATHS = 5
TRIES = 50
"""More than what others in this process open at a time."""


def descriptors() -> int:
    """Count what this process has open."""
    return len(list(Path("/proc/self/fd" if sys.platform == "linux" else "/dev/fd").iterdir()))


def test_a_child_that_cannot_be_started_is_tried_again_later() -> None:
    """Where no process is left to be had those that run go on, and this one comes when it can."""
    ticks = Ticks()
    place = Supervised(NOTHING, PACE, ticks)
    waits = []
    for _ in range(5):
        assert place.look() is None
        assert not place.runs
        waits.append(place.pause)
        ticks.move_on(place.pause)
    assert waits == [1, 2, 4, 4, 4]


def test_children_that_cannot_be_started_leave_nothing_open() -> None:
    """Tries without end would use up what may be open; others in this process open things too."""
    ticks, before = Ticks(), descriptors()
    place = Supervised(NOTHING, PACE, ticks)
    for _ in range(TRIES):
        place.look()
        ticks.move_on(place.pause)
    assert descriptors() - before < TRIES


def test_deaths_are_counted() -> None:
    """A loop of them looks well at each moment: there is always one that has just started."""
    looks, stop = list[Look](), Event()

    def told(look: Look) -> None:
        looks.append(look)
        if look.died >= DEATHS:
            stop.set()

    command = (sys.executable, "-c", "import sys; sys.exit(1)")
    assert supervise(command, 2, pace=Pace(first_wait=0, longest_wait=0), stop=stop, told=told) == 0
    assert DEATHS <= looks[-1].died <= DEATHS + 1


def test_a_role_tells_how_many_of_its_processes_died() -> None:
    """Each is told once, however often it is looked at."""
    registry = CollectorRegistry()
    children = Children(1, registry)
    for died in (0, 2, 2, 3):
        children.hear(Look(running=1, died=died))
    assert registry.get_sample_value("daypass_processes_died_total") == 3
