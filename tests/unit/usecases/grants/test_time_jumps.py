"""How long somebody waits is counted in ticks: the time of the store may jump back meanwhile."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

from daypass.domain.lease import PROOF_DEADLINE
from daypass.usecases.incident.await_revoked import await_revoked
from tests.builders import World, a_world
from tests.unit.usecases.scenes import FIRST, HOUR, Meanwhile, approve, grant, let_go, try_once

A_WHILE = timedelta(seconds=5)


def jumping(world: World) -> Any:
    """Return a clock that is set back by an hour when somebody first waits."""
    return Meanwhile(world.clock, "pause", lambda: world.clock.set(world.clock.now() - HOUR))


def test_a_proof_that_does_not_come_is_put_off_all_the_same() -> None:
    """Else a thread asks the cluster for an hour, and the row is in its hands."""
    world = a_world()
    approve(world)
    world.clusters["prod"].hold_reviews()
    before = world.clock.ticks()
    try_once(world, replace(world.grants(), clock=cast("Any", jumping(world))))
    assert world.clock.ticks() - before < 2 * PROOF_DEADLINE.total_seconds()


def test_who_waits_for_an_end_is_told_what_is_left_all_the_same() -> None:
    """At the terminal, say."""
    world = a_world()
    grant(world)
    let_go(world)
    before = world.clock.ticks()
    left = await_revoked([FIRST], A_WHILE, replace(world.ask, clock=cast("Any", jumping(world))))
    assert [lease.id for lease in left.live] == [FIRST]
    assert world.clock.ticks() - before < 2 * A_WHILE.total_seconds()
