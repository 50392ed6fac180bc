"""Time was ahead at a yes to more, and has gone back when somebody takes time off instead."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daypass.domain.lease import Extension
from daypass.ports import Change
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.extend import Extend, extend
from daypass.usecases.requests.shorten import Shorten, shorten
from daypass.usecases.shared.rows import adjust_row
from tests.builders import NOON, World, a_catalog, a_snapshot, a_workflow, a_world
from tests.unit.usecases.scenes import ALICE, BOB, DAN, FIRST, HOUR, grant, lease_of, ours, work

AHEAD = timedelta(minutes=10)


def goes_on(world: World, by: timedelta) -> None:
    """Let time go on, or jump, and timekeeper and look be fresh then."""
    world.clock.set(world.clock.now() + by)
    world.heartbeats.beat("timekeeper")
    world.store.keep_seen(a_snapshot(taken_at=world.clock.now()))


def put_back(world: World, more: Extension) -> None:
    """Somebody who may write leases to Redis has it wait for that again, and nothing else."""
    lease, now = lease_of(world), world.clock.now()
    assert lease.ends_at is not None
    again = replace(more, until=lease.ends_at + more.length, refused="")
    forged = replace(lease, extensions=(again,))
    row = adjust_row(lease, now)
    world.store.commit(Change(move=world.ids.move(), leases=(forged,), promises=(row,)))


@pytest.mark.parametrize("jumped", [timedelta(seconds=1), -AHEAD])
def test_a_yes_that_was_given_up_gives_nothing_when_its_moment_comes(jumped: timedelta) -> None:
    """Dan took half an hour off before bob's two hours were on the cluster."""
    world = a_world(a_catalog(workflows=(a_workflow(extensions=0),)))
    grant(world)
    asked = extend(Extend(actor=ALICE, target=FIRST, length=2 * HOUR), world.ask).request
    assert asked is not None
    goes_on(world, AHEAD)
    decide(Decide(actor=BOB, target=asked.id, yes=True), world.ask)
    goes_on(world, jumped)
    shorten(Shorten(actor=DAN, target=FIRST, length=HOUR / 2), world.ask)
    work(world)
    assert ours(world).expires_at == NOON + HOUR / 2
    goes_on(world, AHEAD + timedelta(seconds=1))
    put_back(world, lease_of(world).extensions[-1])
    work(world)
    assert ours(world).expires_at == NOON + HOUR / 2
    assert "came before the last word" in lease_of(world).extensions[-1].refused
