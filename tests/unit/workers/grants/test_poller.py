"""What nobody woke the grants worker for is seen to all the same (law 10)."""

from datetime import timedelta
from threading import Event

import pytest
from structlog.testing import capture_logs

from daypass.domain.errors import PermanentOutsideError, TemporaryOutsideError
from tests.builders import World, a_world
from tests.unit.usecases.scenes import Failing, approve
from workers.grants.poller import OVERDUE, Poller


def begun(world: World) -> list[str]:
    """Return the clusters with which a look begins."""
    found: list[str] = []
    Poller(world.agenda, world.clusters, found.append, now=world.clock.now).look()
    return found


def test_begins_with_what_has_been_due_for_a_while() -> None:
    """A timekeeper that is gone, or a job that was lost, costs about two seconds."""
    world = a_world()
    approve(world)
    world.clock.advance(OVERDUE)
    assert begun(world) == ["prod"]


def test_leaves_alone_what_is_only_just_due() -> None:
    """Mostly somebody is being woken for it right now."""
    world = a_world()
    approve(world)
    world.clock.advance(OVERDUE - timedelta(milliseconds=1))
    assert begun(world) == []


def test_leaves_alone_what_is_no_cluster_of_ours() -> None:
    """Cards and time-outs are others' business, and so is a cluster that is not configured."""
    world = a_world()
    approve(world)
    world.clock.advance(timedelta(hours=2))
    found: list[str] = []
    Poller(world.agenda, {"dev"}, found.append, now=world.clock.now).look()
    assert found == []


def test_begins_everywhere_where_nothing_can_be_read() -> None:
    """What nobody can say is overdue is looked at all the same."""
    world, begun = a_world(), list[str]()
    agenda = Failing(world.agenda, "oldest", PermanentOutsideError("no"), lambda _: True)
    with pytest.raises(PermanentOutsideError):
        Poller(agenda, ("prod", "dev"), begun.append, now=world.clock.now).look()
    assert begun == ["prod", "dev"]


def test_begins_with_what_was_missed_although_the_clock_does_not_answer() -> None:
    """Nobody asked us to look there for long: that needs no row, and no answer."""
    world, found = a_world(), list[str]()
    clock = Failing(world.clock, "now", TemporaryOutsideError("down"), lambda _: True)
    looking = Poller(
        world.agenda, world.clusters, found.append, now=clock.now, missed=lambda name: name == "dev"
    )
    with pytest.raises(TemporaryOutsideError):
        looking.look()
    assert found == ["dev"]


def test_goes_on_when_a_look_fails() -> None:
    """It is said once, not each second."""
    world = a_world()
    stop = Event()
    down = TemporaryOutsideError("Redis does not answer")
    looks: list[int] = []

    def fails(_: object) -> bool:
        looks.append(1)
        if len(looks) == 2:
            stop.set()
        return True

    agenda = Failing(world.agenda, "oldest", down, fails)
    with capture_logs() as logs:
        Poller(agenda, world.clusters, lambda _: None, now=world.clock.now).keep_looking(stop)
    assert [log["event"] for log in logs] == ["grants.poller_fails"]
