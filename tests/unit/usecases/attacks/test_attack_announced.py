"""What a process remembers, and what the trail keeps, of objects that come and go by thousands."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

from daypass.domain.audit import Action
from daypass.domain.errors import PermanentOutsideError
from daypass.domain.ids import LeaseId
from daypass.domain.lease import LeaseState, ObjectRef
from daypass.ports import PromiseKind
from daypass.usecases.grants.recheck import recheck
from daypass.usecases.grants.remove import NAMED
from daypass.usecases.grants.tell_once import QUIET
from daypass.usecases.shared.keep_rows import LOOK_EVERY
from tests.builders import World, a_world
from tests.unit.usecases.scenes import (
    FIRST,
    Failing,
    actions,
    due,
    failing,
    grant,
    lease_of,
    let_go,
    look,
    revoke_due,
    stray,
)

LATE = ObjectRef(kind="RoleBinding", namespace="team-a", name="late")
FORGED = "no end"
DAMAGED = PermanentOutsideError("Redis refuses: WRONGTYPE")


def flood(world: World, count: int, namespace: str = "team-a", **fields: Any) -> None:
    for number in range(count):
        ref = ObjectRef(kind="RoleBinding", namespace=namespace, name=f"flood-{number:05}")
        stray(world, LeaseId("x"), ref=ref, **fields)


def told(world: World, action: Action, subject: str) -> list[dict[str, str]]:
    """Return the facts of what the trail says of a subject."""
    found = [one for one in world.store.events if one.action is action and one.subject == subject]
    return [dict(one.facts) for one in found]


def pass_on(world: World, seconds: float) -> None:
    """Let time pass while the timekeeper lives."""
    world.clock.advance(timedelta(seconds=seconds))
    world.heartbeats.beat("timekeeper")


def test_process_forgets_what_is_gone() -> None:
    """Whoever makes 2,000 objects for each look makes every worker grow for as long as it lives."""
    world = a_world()
    for _ in range(3):
        flood(world, 500)
        world.clock.advance(LOOK_EVERY)
        look(world)
    assert world.clusters["prod"].objects == ()
    assert len(world.grants().witness.announced) < 100


def test_process_forgets_what_somebody_else_took_away() -> None:
    """What it announced, and could not delete, is gone by another hand."""
    world = a_world()
    flood(world, 50)
    refusing = failing(world, "delete", PermanentOutsideError("no"))
    look(world, refusing)
    assert len(world.grants().witness.announced) == 50
    for found in world.clusters["prod"].objects:
        world.clusters["prod"].remove(found.ref)
    world.clock.advance(LOOK_EVERY)
    look(world)
    assert world.grants().witness.announced == set()


def test_trail_of_one_look_names_some_of_a_crowd_and_counts_the_rest() -> None:
    """How many, where, and examples: two events for each of thousands would fill Redis."""
    world = a_world()
    world.clock.advance(timedelta(seconds=1))
    flood(world, 3_000)
    flood(world, NAMED + 1, "team-b")
    before = len(world.store.events)
    look(world)
    assert world.clusters["prod"].objects == ()
    assert len(world.store.events) - before == 2 * (2 * NAMED + 2)
    rest = f"{3_000 - NAMED}"
    names = "flood-00003, flood-00004, flood-00005 and 2,994 more"
    (removed,) = told(world, Action.OBJECT_REMOVED, "RoleBinding team-a/*")
    assert removed == {"count": rest, "objects": names, "leases": "x", "why": FORGED}
    (condemned,) = told(world, Action.OBJECT_CONDEMNED, "RoleBinding team-a/*")
    assert condemned == removed
    (last,) = told(world, Action.OBJECT_REMOVED, "RoleBinding team-b/*")
    assert last["objects"] == "flood-00003"


def test_crowd_that_is_kept_is_told_once_and_never_said_to_be_removed() -> None:
    """Each look tries it again."""
    world = a_world()
    flood(world, 100, finalizers=("example.com/held",))
    for _ in range(3):
        world.clock.advance(LOOK_EVERY)
        look(world)
    assert len(told(world, Action.OBJECT_CONDEMNED, "RoleBinding team-a/*")) == 1
    assert "object.removed" not in actions(world)


def test_crowd_goes_although_nothing_can_be_written_down() -> None:
    """A trail that takes no event keeps nothing on a cluster."""
    world = a_world()
    world.clock.advance(timedelta(seconds=1))
    flood(world, 100)
    store = Failing(world.store, "record", DAMAGED, lambda _: True)
    look(world, replace(world.grants(), store=cast("Any", store)))
    assert world.clusters["prod"].objects == ()


def test_what_keeps_a_lease_is_not_told_with_each_new_name_of_a_finalizer() -> None:
    """Whoever keeps it renames what keeps it; people still hear of the newest, a little later."""
    world = a_world()
    grant(world)
    let_go(world)
    for number in range(200):
        stray(world, FIRST, ref=LATE, finalizers=(f"example.com/held-{number}",))
        revoke_due(world)
        pass_on(world, 5)
    assert 2 <= actions(world).count("lease.held") <= 3
    pass_on(world, QUIET.total_seconds())
    revoke_due(world)
    assert "held-199;" in lease_of(world).kept


def test_what_comes_late_again_and_again_is_told_once_in_a_while() -> None:
    """An object under an ended lease's label that somebody makes anew after each try."""
    world = a_world()
    grant(world)
    pass_on(world, 5)
    let_go(world)
    revoke_due(world)
    assert lease_of(world).state is LeaseState.ENDED
    world.clock.advance(timedelta(minutes=3))
    for _ in range(200):
        stray(world, FIRST, ref=LATE)
        if claims := due(world, PromiseKind.RECHECK):
            recheck(claims, world.grants())
        pass_on(world, 5)
    assert 2 <= actions(world).count("object.condemned") <= 3
    assert told(world, Action.OBJECT_CONDEMNED, FIRST)[0]["objects"] == str(LATE)
