"""A maximum that is lowered while something lasts that was granted for longer."""

from dataclasses import replace
from datetime import timedelta

from daypass.usecases.grants.left_behind import left_behind
from tests.builders import a_snapshot, a_world
from tests.rules import a_catalog, a_workflow
from tests.unit.usecases.scenes import FIRST, SECOND, approve, grant, lease_of, names, work

DAY = timedelta(days=1)
WEEK = 7 * DAY


def test_what_lasts_is_known_to_have_begun_whatever_is_begun_after_it() -> None:
    """Law 3: else a worker starts without the cluster that it is on, and says that nothing is."""
    world = a_world(a_catalog(workflows=(a_workflow(max_duration=WEEK),)))
    grant(world, duration=WEEK)
    world.clock.advance(2 * DAY)
    world.heartbeats.beat("timekeeper")
    world.store.keep_seen(a_snapshot(taken_at=world.clock.now()))
    shorter = replace(world, catalog=replace(world.catalog, workflows=(a_workflow(),)))
    other = approve(shorter, "nodes")
    work(shorter)
    assert len(names(world)) == len([FIRST, SECOND])
    assert lease_of(world, other.lease_ids[0]).granted_at is not None
    left = left_behind("prod", world.store)
    assert left is not None
    assert FIRST in left.begun
    assert not left.unbegun
