"""One object, held by a finalizer for a day: how often is it told, and is it so?"""

from datetime import timedelta

from daypass.domain.lease import LeaseState, ObjectRef
from daypass.ports import PromiseKind
from daypass.usecases.grants.recheck import recheck
from tests.builders import a_world
from tests.unit.usecases.scenes import (
    FIRST,
    actions,
    due,
    grant,
    lease_of,
    let_go,
    revoke_due,
    rows,
    stray,
)  # fmt: skip

REF = ObjectRef(kind="RoleBinding", namespace="team-a", name="late")


def test_recheck_tells_an_object_that_is_held_once() -> None:
    """It is looked at once a second for ever, and each time the trail gets another event."""
    world = a_world()
    grant(world)
    world.clock.advance(timedelta(seconds=5))
    let_go(world)
    revoke_due(world)
    assert lease_of(world).state is LeaseState.ENDED
    assert (PromiseKind.RECHECK, FIRST) in rows(world)
    stray(world, FIRST, ref=REF, finalizers=("example.com/held",))
    world.clock.advance(timedelta(minutes=3))
    for _ in range(200):
        if claims := due(world, PromiseKind.RECHECK):
            recheck(claims, world.grants())
        world.clock.advance(timedelta(seconds=1))
        world.heartbeats.beat("timekeeper")
    assert actions(world).count("object.condemned") < 10
