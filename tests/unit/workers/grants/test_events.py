"""Operators find in the log what a worker brought about."""

from structlog.testing import capture_logs

from tests.builders import a_world
from tests.unit.usecases.scenes import FIRST, grant, let_go, work
from workers.grants.events import log_events


def test_logs_what_was_granted_and_ended_under_the_names_of_the_trail() -> None:
    """One line for each grant and each end, and none for the steps to it."""
    world = a_world()
    grant(world)
    let_go(world)
    work(world)
    with capture_logs() as logs:
        log_events(world.store.events)
    assert [(one["event"], one["lease"], one["cluster"]) for one in logs] == [
        ("lease.granted", FIRST, "prod"),
        ("lease.ended", FIRST, "prod"),
    ]
