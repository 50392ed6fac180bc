"""What came to nothing is counted for what it was: somebody with the bot's rights alters it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daypass.domain.ids import LeaseId
from daypass.domain.lease import Lease, LeaseState
from daypass.domain.yields import leases_for
from daypass.ports import Change
from daypass.usecases.requests.end import End, end
from daypass.usecases.shared.rows import provision_row
from tests.builders import World, a_snapshot, a_world
from tests.unit.usecases.scenes import BOB, approve, grant, lease_of, try_once, work

FIRST, MINE = LeaseId("000000000001-1"), LeaseId("000000000002-1")


def an_undone() -> World:
    """Let alice hold debug, and an attempt of something else of hers come to nothing."""
    world = a_world()
    grant(world)
    approve(world, "platform-admins")
    world.clusters["prod"].hold_reviews()
    try_once(world)
    world.clusters["prod"].release_reviews()
    assert lease_of(world, MINE).tries == 1
    return world


def become(world: World, level: str) -> None:
    """Be the bot: have what came to nothing approved now, as another level, and granted."""
    now, mine = world.clock.now(), lease_of(world, MINE)
    world.store.keep_seen(a_snapshot(taken_at=now))
    world.heartbeats.beat("timekeeper")
    first, second = (world.store.request(lease_of(world, name).request) for name in (FIRST, MINE))
    assert first is not None
    assert second is not None
    plan, ask = (first.plan, first.ask) if level == "debug" else (second.plan, second.ask)
    forged = replace(second, plan=plan, ask=ask, decided_at=now)
    (lease,) = leases_for(forged, now)
    again = replace(lease, tries=mine.tries, version=mine.version)
    rows = (provision_row(again, now),)
    move = Change(move=world.ids.move(), requests=(forged,), leases=(again,), promises=rows)
    world.store.commit(move)
    work(world)


def test_it_becomes_no_second_of_what_its_holder_has() -> None:
    """One of a level and place at one time, by the worker's own count."""
    world = an_undone()
    become(world, "debug")
    assert lease_of(world, MINE).state is not LeaseState.ACTIVE
    assert len(world.clusters["prod"].objects) == 1


@pytest.mark.parametrize("minutes", [3, 50])
def test_it_is_begun_no_later_than_an_approval_can_be_granted(minutes: int) -> None:
    """It would be counted as begun when it was, and no more once a lease could not last as long.

    Its rows are gone, so that nobody gives it up before.
    """
    world = an_undone()
    world.clock.advance(timedelta(minutes=minutes))
    become(world, "platform-admins")
    assert lease_of(world, MINE).state is not LeaseState.ACTIVE


def test_it_is_not_begun_again_once_somebody_ended_it() -> None:
    """By notifications: it seems to be on its way to the cluster still as bob ends it."""
    world = an_undone()
    waiting = lease_of(world, MINE)
    on_its_way = replace(waiting, attempt=lease_of(world, FIRST).attempt)
    write(world, on_its_way)
    end(End(actor=BOB, target=MINE, reason="enough"), world.ask)
    work(world)
    assert lease_of(world, MINE).state is LeaseState.REVOKING
    world.heartbeats.beat("timekeeper")
    write(world, waiting)
    work(world)
    assert lease_of(world, MINE).state is not LeaseState.ACTIVE


def write(world: World, lease: Lease) -> None:
    """Have a lease be that, and be granted if it waits for it."""
    again = replace(lease, version=lease_of(world, lease.id).version)
    rows = (provision_row(lease, world.clock.now()),)
    world.store.commit(Change(move=world.ids.move(), leases=(again,), promises=rows))
