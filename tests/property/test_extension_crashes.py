"""A worker dies after any call while an end is moved: nothing lasts longer than it was given."""

from datetime import datetime, timedelta

import pytest

from daypass.domain.ids import LeaseId
from daypass.domain.lease import Lease, LeaseState
from daypass.ports import PromiseKind
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.extend import Extend, extend
from daypass.usecases.requests.shorten import Shorten, shorten
from daypass.usecases.requests.submit import Submit, submit
from tests.builders import NOON, World, a_world
from tests.property.crashing import Fuse, work
from tests.unit.usecases.scenes import ALICE, BOB

HOUR = timedelta(hours=1)
LEASE = LeaseId("000000000001-1")
CALLS = range(30)
"""More than an adjustment of two objects makes: the last of them find it done."""


def a_world_with_two_objects() -> World:
    """Return a world in which alice holds something in two namespaces for an hour."""
    world = a_world()
    command = Submit(
        actor=ALICE, cluster="prod", levels=("open",), namespaces=("team-a", "team-b"),
        duration=HOUR, reason="x",
    )  # fmt: skip
    decide(Decide(actor=BOB, target=submit(command, world.ask).request.id, yes=True), world.ask)
    work(world, "prod", Fuse())
    return world


def the_lease(world: World) -> Lease:
    """Return what alice holds, or held."""
    lease = world.store.lease(LEASE)
    assert lease is not None
    return lease


def ends(world: World) -> list[datetime | None]:
    """Return the ends that the objects carry."""
    return [found.expires_at for found in world.clusters["prod"].objects]


def nothing_lasts_longer_than_given(world: World) -> None:
    """Law 2: an object ends with its lease or as that waits to; the row is the lease's."""
    lease = the_lease(world)
    allowed = {lease.ends_at, lease.extension.until if lease.extension else lease.ends_at}
    assert set(ends(world)) <= allowed
    if lease.state is LeaseState.ACTIVE:
        assert world.agenda.promises("prod")[PromiseKind.END, LEASE] == lease.ends_at


def pass_to(world: World, at: datetime) -> None:
    """Let it be that late, and workers do what is due, undisturbed."""
    while world.clock.now() < at:
        world.clock.set(min(at, world.clock.now() + timedelta(seconds=11)))
        world.heartbeats.beat("timekeeper")
        work(world, "prod", Fuse())


@pytest.mark.parametrize("left", CALLS)
def test_crash_while_extending_leaves_the_end_that_was_given_or_the_earlier_one(left: int) -> None:
    """Whatever is left behind is finished by the next worker; then lease and objects agree."""
    world = a_world_with_two_objects()
    extend(Extend(actor=ALICE, target=LEASE, length=HOUR), world.ask)
    work(world, "prod", Fuse(left))
    nothing_lasts_longer_than_given(world)
    pass_to(world, NOON + timedelta(minutes=1))
    assert the_lease(world).ends_at == NOON + 2 * HOUR
    assert ends(world) == [NOON + 2 * HOUR] * 2
    nothing_lasts_longer_than_given(world)
    pass_to(world, NOON + 2 * HOUR + timedelta(seconds=12))
    assert (the_lease(world).state, ends(world)) == (LeaseState.ENDED, [])


@pytest.mark.parametrize("left", CALLS)
def test_crash_while_extending_errs_early_when_nobody_finishes_it(left: int) -> None:
    """The store's end rules: if the objects alone were changed, access ends at the old end."""
    world = a_world_with_two_objects()
    extend(Extend(actor=ALICE, target=LEASE, length=HOUR), world.ask)
    work(world, "prod", Fuse(left))
    done = the_lease(world).extension is None
    world.clock.set(NOON + HOUR)
    world.heartbeats.beat("timekeeper")
    work(world, "prod", Fuse())
    assert bool(ends(world)) == done
    assert (the_lease(world).state is LeaseState.ACTIVE) == done


@pytest.mark.parametrize("left", CALLS)
def test_crash_while_shortening_ends_at_the_earlier_end(left: int) -> None:
    """The store has it first: at the new end nothing is left, whatever the objects say."""
    world = a_world_with_two_objects()
    shorten(Shorten(actor=ALICE, target=LEASE, length=HOUR / 2), world.ask)
    work(world, "prod", Fuse(left))
    assert the_lease(world).ends_at == NOON + HOUR / 2
    assert world.agenda.promises("prod")[PromiseKind.END, LEASE] == NOON + HOUR / 2
    world.clock.set(NOON + HOUR / 2)
    work(world, "prod", Fuse())
    assert ends(world) == []


@pytest.mark.parametrize("left", CALLS)
def test_crash_while_shortening_is_made_up_for(left: int) -> None:
    """The promise stays until every object says what the lease says."""
    world = a_world_with_two_objects()
    shorten(Shorten(actor=ALICE, target=LEASE, length=HOUR / 2), world.ask)
    work(world, "prod", Fuse(left))
    pass_to(world, NOON + timedelta(minutes=1))
    assert ends(world) == [NOON + HOUR / 2] * 2
    assert (PromiseKind.ADJUST, LEASE) not in world.agenda.promises("prod")


@pytest.mark.parametrize("left", CALLS)
def test_lost_answers_while_extending_change_nothing_but_the_time_it_takes(left: int) -> None:
    """An answer that never came says nothing of what happened: it is looked at again."""
    world = a_world_with_two_objects()
    extend(Extend(actor=ALICE, target=LEASE, length=HOUR), world.ask)
    world.clusters["prod"].lossy = True
    work(world, "prod", Fuse(left))
    nothing_lasts_longer_than_given(world)
    world.clusters["prod"].lossy = False
    pass_to(world, NOON + timedelta(minutes=1))
    assert ends(world) == [NOON + 2 * HOUR] * 2 == [the_lease(world).ends_at] * 2
