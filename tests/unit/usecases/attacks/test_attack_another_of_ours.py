"""What another lease of ours gives is told neither as somebody else's nor as what stays (law 9)."""

from daypass.adapters.slack.views.direct import direct_message
from daypass.adapters.slack.views.scene import Scene
from daypass.adapters.slack.views.thread import gone
from daypass.domain.lease import Lease
from daypass.domain.notification import Notification, Topic
from tests.builders import World, a_world
from tests.unit.usecases.scenes import HOUR, approve, grant, lease_of, pass_time, work


def two_leases() -> tuple[World, Lease, Lease]:
    """Let alice hold a role on the whole cluster for half an hour, and in payments for an hour."""
    world = a_world()
    wide = grant(world, "nodes", duration=HOUR / 2)
    second = approve(world, "debug", duration=HOUR)
    work(world)
    return world, wide, lease_of(world, second.lease_ids[0])


def test_what_another_lease_gives_until_its_own_end_is_not_said_to_stay() -> None:
    """At half past twelve it goes, before what was granted last does."""
    world, _, debug = two_leases()
    request = world.store.request(debug.request)
    assert request is not None
    told = Notification(
        key="x", topic=Topic.GRANTED, to="U0ALICE", request=request, leases=(debug,), lease=debug
    )
    said = str(direct_message(told, Scene(command="/access", catalog=world.catalog)))
    assert "That stays when this ends" not in said, said


def test_what_another_lease_still_allows_is_not_said_to_be_made_by_somebody_else() -> None:
    """The longer one still allows what the shorter one did."""
    world = a_world()
    grant(world, "nodes", duration=HOUR)
    short = approve(world, "debug", duration=HOUR / 6)
    work(world)
    pass_time(world, (HOUR / 5).total_seconds(), step=30)
    debug = lease_of(world, short.lease_ids[0])
    assert debug.ended_at is not None
    assert "daypass-" not in debug.still or "What Daypass made is gone" not in gone(debug)
