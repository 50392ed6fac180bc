"""Time jumps ahead and back within two minutes, so that a count forgets what it had ended."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daypass.domain.lease import Lease, LeaseState
from daypass.ports import Change
from daypass.usecases.requests.end import End, end
from daypass.usecases.shared.rows import provision_row
from tests.builders import World, a_snapshot, a_world
from tests.unit.usecases.scenes import BOB, FIRST, approve, grant, lease_of, names, try_once, work

AHEAD, LONG = timedelta(minutes=5), timedelta(days=2)
THIRD = "000000000003-1"


def jump(world: World, by: timedelta) -> None:
    """Let time jump; timekeeper and look are fresh then."""
    world.clock.set(world.clock.now() + by)
    world.heartbeats.beat("timekeeper")
    world.store.keep_seen(a_snapshot(taken_at=world.clock.now()))


def given_while_time_is_ahead(world: World) -> None:
    """Let alice be given something else, so that what is over for long is forgotten."""
    jump(world, AHEAD)
    grant(world, "open", namespaces=("team-a",))
    jump(world, -AHEAD)


@pytest.mark.parametrize("ahead", [False, True])
def test_what_was_ended_is_not_granted_again(*, ahead: bool) -> None:
    """By notifications, who writes it back to what it was when it was approved."""
    world = a_world()
    approve(world)
    waiting = lease_of(world)
    work(world)
    end(End(actor=BOB, target=FIRST, reason="enough"), world.ask)
    work(world)
    if ahead:
        given_while_time_is_ahead(world)
    write_back(world, waiting)
    assert not [name for name in names(world) if FIRST in name]


def test_what_is_approved_after_it_is_granted() -> None:
    """Also once more of the same, and although time was ahead when something was forgotten."""
    world = a_world()
    grant(world)
    end(End(actor=BOB, target=FIRST, reason="enough"), world.ask)
    work(world)
    given_while_time_is_ahead(world)
    jump(world, timedelta(seconds=1))
    lease = grant(world)
    assert lease.id == THIRD
    assert lease.state is LeaseState.ACTIVE


def test_what_runs_when_it_is_forgotten_is_not_granted_again_either() -> None:
    """Time is ahead by more than it lasts, and what it has is not off the cluster yet."""
    world = a_world()
    approve(world)
    waiting = lease_of(world)
    work(world)
    jump(world, LONG)
    approve(world, "open", namespaces=("team-a",))
    try_once(world)
    jump(world, -LONG)
    end(End(actor=BOB, target=FIRST, reason="enough"), world.ask)
    work(world)
    write_back(world, waiting)
    assert not [name for name in names(world) if FIRST in name]


def write_back(world: World, lease: Lease) -> None:
    """Be notifications."""
    again = replace(lease, version=lease_of(world).version)
    row = provision_row(again, world.clock.now())
    world.store.commit(Change(move=world.ids.move(), leases=(again,), promises=(row,)))
    work(world)
