"""The story of a request or a lease, as the audit trail has it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

from daypass.domain.audit import Action, AuditEvent
from daypass.domain.errors import UnreadableError
from daypass.domain.ids import LeaseId, RequestId
from daypass.ports import Change
from daypass.usecases.audit.history import history
from tests.builders import World, a_world, unbounded
from tests.contract.store_stages import a_move
from tests.unit.usecases.scenes import FIRST, HOUR, SECOND, Failing, actions, grant, pass_time

REQUEST = RequestId("000000000001")


def told(world: World, lease: LeaseId | None = None) -> list[str]:
    """Return what is told of the first request."""
    return [one.action.value for one in history(REQUEST, lease, world.trail.trail)]


def test_tell_returns_all_that_happened_to_a_request_and_its_leases() -> None:
    """From the asking to the end, nothing of others."""
    world = a_world(unbounded())
    grant(world, "debug", "nodes")
    grant(world)
    pass_time(world, HOUR.total_seconds(), step=60)
    story = told(world)
    assert story[0] == "request.submitted"
    assert story.count("lease.ended") == 2
    assert len(story) == sum(len(actions(world, name)) for name in (REQUEST, FIRST, SECOND))


def test_tell_returns_the_story_of_one_lease_with_that_of_its_request() -> None:
    """The other leases of the request are left out."""
    world = a_world()
    grant(world, "debug", "nodes")
    assert len(told(world, FIRST)) == len(actions(world, REQUEST)) + len(actions(world, FIRST))


def test_tell_includes_objects_that_were_removed_for_a_lease() -> None:
    """Their events name the object, and the lease among the facts."""
    world = a_world()
    grant(world)
    removed = AuditEvent(
        at=world.clock.now(),
        action=Action.OBJECT_REMOVED,
        actor="reconcile",
        subject="RoleBinding payments/x",
        facts={"lease": FIRST},
    )
    world.store.record(removed)
    world.store.record(replace(removed, facts={"lease": "000000000002-1", "why": REQUEST}))
    assert told(world).count("object.removed") == 1


def test_tell_needs_no_word_of_the_request_on_when_it_was() -> None:
    """Whoever writes to the store may date it a day later; retention may let it go before."""
    world = a_world()
    grant(world)
    whole = told(world)
    request = world.store.request(REQUEST)
    assert request is not None
    written = replace(request, asked_at=world.clock.now() + timedelta(days=1))
    world.store.commit(Change(move=a_move(), requests=(written,)))
    assert told(world) == whole
    kept = world.store.request(REQUEST)
    assert kept is not None
    world.store.forget([kept], [], world.store.events[0])
    assert told(world) == whole


def test_tell_leaves_out_what_cannot_be_read() -> None:
    """`verify` says where the trail is damaged."""
    world = a_world()
    grant(world)
    whole = told(world)
    broken = Failing(
        world.trail.trail, "event", UnreadableError("it is damaged"), lambda one: one.id == "2-0"
    )
    left = list(history(REQUEST, None, cast("Any", broken)))
    assert len(left) == len(whole) - 1
