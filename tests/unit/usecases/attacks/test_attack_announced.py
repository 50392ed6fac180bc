"""What a process remembers, and what the trail keeps, of objects that come and go by thousands."""

from daypass.domain.ids import LeaseId
from daypass.domain.lease import ObjectRef
from daypass.usecases.shared.keep_rows import LOOK_EVERY
from tests.builders import World, a_world
from tests.unit.usecases.scenes import look, stray


def flood(world: World, count: int) -> None:
    for number in range(count):
        ref = ObjectRef(kind="RoleBinding", namespace="team-a", name=f"flood-{number:05}")
        stray(world, LeaseId("x"), ref=ref)


def test_process_forgets_what_is_gone() -> None:
    """Whoever makes 2,000 objects for each look makes every worker grow for as long as it lives."""
    world = a_world()
    for _ in range(3):
        flood(world, 500)
        world.clock.advance(LOOK_EVERY)
        look(world)
    assert world.clusters["prod"].objects == ()
    assert len(world.grants().witness.announced) < 100
