"""A lease that runs and names no end: nothing ends it, and its holder has it for ever."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from daypass.adapters.redis import keys
from daypass.adapters.redis.codec import encode
from daypass.domain.lease import LeaseState
from daypass.usecases.grants.reconcile import reconcile_unasked
from daypass.usecases.requests.end import End, end
from tests.builders import a_snapshot
from tests.unit.usecases.attacks.rig import Scene
from tests.unit.usecases.scenes import ALICE, BOB, FIRST, approve, ask


@pytest.mark.parametrize("fields", [{"ends_at": None}, {"ends_at": None, "attempt": None}])
def test_a_lease_that_runs_and_names_no_end_is_over_one_day(fields: dict[str, Any]) -> None:
    """By bot or notifications: its holder is refused that level for ever, as held."""
    scene = Scene()
    before = scene.world.store.lease(FIRST)
    assert before is not None
    end(End(actor=BOB, target=FIRST, reason="enough"), scene.world.ask)
    for _ in range(3):
        scene.work()
    assert scene.world.clusters["prod"].objects == ()
    scene.client.set(keys.lease(FIRST), encode(replace(before, **fields)))
    scene.client.sadd(keys.live_of(ALICE), FIRST)
    scene.client.sadd(keys.by_cluster("prod"), FIRST)
    for days in range(1, 4):
        scene.clock.wait = timedelta(days=days)
        now = scene.clock.now()
        scene.client.set(keys.alive("timekeeper"), f"{now.timestamp() * 1e6:.0f}")
        scene.world.store.keep_seen(a_snapshot(taken_at=now))
        reconcile_unasked(scene.world.grants())
        # Redis's own time does not wait with the scene's: what a look promised is due.
        scene.client.zadd(keys.due("prod"), {f"end:{FIRST}": 1}, xx=True)
        scene.work()
    lease = scene.world.store.lease(FIRST)
    assert lease is not None
    assert lease.state is LeaseState.ENDED
    scene.world.store.keep_seen(a_snapshot(taken_at=scene.clock.now()))
    ask(scene.world)


def test_a_lease_that_is_being_granted_is_not_given_up_because_a_row_says_that_it_ends() -> None:
    """By any role: it names no end as long as it was not begun."""
    scene = Scene(granted=False)
    approve(scene.world)
    scene.client.zadd(keys.due("prod"), {f"end:{FIRST}": 1})
    scene.work()
    lease = scene.world.store.lease(FIRST)
    assert lease is not None
    assert lease.state is LeaseState.ACTIVE
