"""What somebody else granted less of, or took off, is not had again without a yes (law 5)."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from daypass.domain import reasons as no
from daypass.domain.catalog import Step
from daypass.domain.ids import RequestId
from daypass.domain.lease import Extension, Lease
from daypass.ports import Change
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.extend import Extend, Extended, extend
from daypass.usecases.requests.shorten import Shorten, shorten
from daypass.usecases.shared.rows import adjust_row
from tests.builders import NOON, SRE, World, a_catalog, a_workflow, a_world
from tests.unit.usecases.scenes import (
    ALICE,
    BOB,
    DAN,
    FIRST,
    HOUR,
    SECOND,
    Meanwhile,
    ask,
    grant,
    lease_of,
    ours,
    refusal,
    work,
)

MINUTE = timedelta(minutes=1)
APPROVAL = "the rules want an approval for it"
NOT_SO = "it is not the extension that was given"
PAST = "that yes was used already, or came before the last word on its end: ask again"


def granted(world: World, length: timedelta | None = None, **asked: object) -> Lease:
    """Let alice ask for an hour and bob approve that long; None: all of it."""
    request = ask(world, **asked).request
    decide(Decide(actor=BOB, target=request.id, yes=True, duration=length), world.ask)
    work(world)
    return lease_of(world)


def want(world: World, length: timedelta | None) -> Extended:
    """Let alice want more time."""
    return extend(Extend(actor=ALICE, target=FIRST, length=length), world.ask)


def want_approved(world: World, asked: timedelta, given: timedelta | None = None) -> RequestId:
    """Let alice want more than is free, and bob give her all of it or less."""
    request = want(world, asked).request
    assert request is not None
    decide(Decide(actor=BOB, target=request.id, yes=True, duration=given), world.ask)
    return request.id


def take_off(world: World, length: timedelta) -> None:
    """Let bob take time off, and the worker tell the cluster."""
    shorten(Shorten(actor=BOB, target=FIRST, length=length), world.ask)
    work(world)


def lie(world: World, length: timedelta, request: RequestId | None = None) -> str:
    """Be a bot that gives more time without judging; say why the worker refuses."""
    lease = lease_of(world)
    assert lease.ends_at is not None
    given = Extension(
        length=length, until=lease.ends_at + length, asked_at=NOON, request=request, version="v1"
    )
    row = adjust_row(lease, world.clock.now())
    extending = Change(move=world.ids.move(), leases=(lease.extending(given),), promises=(row,))
    world.store.commit(extending)
    work(world)
    return lease_of(world).extensions[-1].refused


def write(world: World, lease: Lease) -> None:
    """Write a lease as somebody may who can write to Redis."""
    world.store.commit(Change(move=world.ids.move(), leases=(lease,)))


@pytest.mark.parametrize("length", [MINUTE, 5 * MINUTE, 3 * HOUR + 55 * MINUTE])
def test_more_than_an_approver_gave_is_asked_for(length: timedelta) -> None:
    """Asked for 1h, approved for 5m: nothing beyond these is had without a yes."""
    world = a_world()
    granted(world, 5 * MINUTE)
    assert want(world, length).request is not None
    assert lease_of(world).extension is None


def test_the_shortest_of_several_answers_is_the_limit() -> None:
    """One step's 5m holds although the next step's yes was to all that was asked for."""
    steps = (Step(by=(SRE,)), Step(by=(SRE,)))
    world = a_world(a_catalog(workflows=(a_workflow(steps=steps),)))
    request = ask(world).request
    decide(Decide(actor=BOB, target=request.id, yes=True, duration=5 * MINUTE), world.ask)
    decide(Decide(actor=DAN, target=request.id, yes=True), world.ask)
    work(world)
    assert lease_of(world).ends_at == NOON + 5 * MINUTE
    assert want(world, MINUTE).request is not None


def test_what_is_free_is_as_long_as_what_was_granted() -> None:
    """A yes to an hour may become two, and no more."""
    world = a_world()
    granted(world)
    assert want(world, HOUR + timedelta(seconds=1)).request is not None
    world = a_world()
    granted(world)
    assert want(world, HOUR).extension is not None


def test_more_without_a_length_takes_what_is_free() -> None:
    """The button gives at once what it can, not half an hour that somebody has to approve."""
    world = a_world()
    granted(world, duration=5 * MINUTE)
    extension = want(world, None).extension
    assert extension is not None
    assert extension.length == 5 * MINUTE


def test_more_time_that_was_given_for_less_is_the_last_word() -> None:
    """Bob cut the 4h that alice wanted to 10m: the hour that was free before is not any more."""
    world = a_world()
    granted(world)
    want_approved(world, 4 * HOUR, 10 * MINUTE)
    work(world)
    assert lease_of(world).ends_at == NOON + HOUR + 10 * MINUTE
    assert want(world, MINUTE).request is not None


def test_more_time_that_was_approved_takes_nothing_away() -> None:
    """After a yes to 90m the hour that was free is used up: what goes beyond is asked for."""
    world = a_world()
    granted(world)
    want_approved(world, HOUR + HOUR / 2)
    work(world)
    assert lease_of(world).ends_at == NOON + 2 * HOUR + HOUR / 2
    assert want(world, MINUTE).request is not None


def test_what_one_took_off_oneself_is_free_again() -> None:
    """Up to where it was free before."""
    world = a_world()
    granted(world)
    shorten(Shorten(actor=ALICE, target=FIRST, length=HOUR / 2), world.ask)
    work(world)
    assert want(world, HOUR / 2).extension is not None


def test_what_was_taken_off_an_automatic_lease_is_not_had_again() -> None:
    """Nobody could say yes there: the refusal says so, and what is left."""
    world = a_world(a_catalog(workflows=(a_workflow(steps=(), channel=""),)))
    ask(world)
    work(world)
    shorten(Shorten(actor=DAN, target=FIRST, length=HOUR / 2), world.ask)
    none = no.NobodyToAsk(lease=FIRST, left=timedelta(0))
    assert refusal(lambda: want(world, MINUTE)) == none
    assert refusal(lambda: want(world, 4 * HOUR)) == none  # What would fit is refused as well.
    work(world)
    shorten(Shorten(actor=ALICE, target=FIRST, length=10 * MINUTE), world.ask)
    left = no.NobodyToAsk(lease=FIRST, left=10 * MINUTE)
    assert refusal(lambda: want(world, 11 * MINUTE)) == left
    assert want(world, 10 * MINUTE).extension is not None


# ── The worker judges the same, whatever bot and store say (law 8) ───────────────────────────────


def test_worker_gives_no_more_than_an_approver_did() -> None:
    """A bot that extends what was approved for less is not believed."""
    world = a_world()
    granted(world, 5 * MINUTE)
    assert lie(world, MINUTE) == APPROVAL
    assert ours(world).expires_at == NOON + 5 * MINUTE


def test_worker_gives_no_more_than_is_left_after_a_cut() -> None:
    """What bob took off stays off although the store forgets that he did."""
    world = a_world()
    granted(world)
    take_off(world, 50 * MINUTE)
    attempt = lease_of(world).attempt
    assert attempt is not None
    free = replace(attempt, free_until=NOON + 4 * HOUR)
    write(world, replace(lease_of(world), cuts=(), attempt=free))
    assert lie(world, MINUTE) == APPROVAL
    assert ours(world).expires_at == NOON + 10 * MINUTE


def test_worker_counts_what_is_free_by_the_objects() -> None:
    """Free ones that were erased from the store are not had again: no move of the holder's is."""
    world = a_world()
    granted(world)
    assert lie(world, HOUR) == ""
    write(world, replace(lease_of(world), extensions=()))
    assert lie(world, MINUTE) == APPROVAL
    assert ours(world).expires_at == NOON + 2 * HOUR


def test_worker_takes_no_end_from_the_store() -> None:
    """A lease that the store makes longer than its objects are gets nothing on top of that."""
    world = a_world()
    granted(world)
    write(world, replace(lease_of(world), ends_at=NOON + HOUR + HOUR / 2))
    assert lie(world, HOUR / 2) == NOT_SO
    assert ours(world).expires_at == NOON + HOUR


def test_worker_counts_no_duration_of_the_store() -> None:
    """A lease that the store lets begin in 400 days lasts no longer for that."""
    world = a_world()
    granted(world)
    write(world, replace(lease_of(world), duration=-timedelta(days=400), extensions=()))
    assert lie(world, HOUR) == ""
    write(world, replace(lease_of(world), extensions=()))
    for length in (MINUTE, 2 * HOUR):
        assert lie(world, length) == APPROVAL
        write(world, replace(lease_of(world), extensions=()))
    assert ours(world).expires_at == NOON + 2 * HOUR


def test_worker_takes_one_approval_once() -> None:
    """A yes to 90m more is no yes to 180m."""
    world = a_world()
    granted(world)
    request = want_approved(world, HOUR + HOUR / 2)
    work(world)
    assert lie(world, HOUR + HOUR / 2, request) == PAST
    assert ours(world).expires_at == NOON + 2 * HOUR + HOUR / 2


def test_worker_gives_nothing_to_a_lease_without_objects() -> None:
    """There is nothing to count by."""
    world = a_world()
    lease = granted(world)
    assert lease.attempt is not None
    write(world, replace(lease, attempt=replace(lease.attempt, objects=())))
    assert lie(world, MINUTE) == "it has no objects"


@pytest.mark.parametrize("began_at", [None, NOON + HOUR])
def test_worker_counts_from_when_the_objects_began(began_at: datetime | None) -> None:
    """A lease that the store makes younger is none of the objects'."""
    world = a_world()
    lease = granted(world)
    assert lease.attempt is not None
    write(world, replace(lease, attempt=replace(lease.attempt, began_at=began_at)))
    assert lie(world, MINUTE).endswith("was changed on the cluster")


def test_worker_takes_half_given_time_back_from_an_object_as_well() -> None:
    """What an extension made free on an object goes with the extension."""
    world = a_world()
    grant(world)
    want_approved(world, 2 * HOUR)
    world.clusters["prod"].lossy = True  # The object has it, and nobody heard of that.
    work(world)
    world.clusters["prod"].lossy = False
    assert ours(world).free_until == NOON + 3 * HOUR
    take_off(world, HOUR / 2)
    assert (ours(world).expires_at, ours(world).free_until) == (NOON + HOUR / 2,) * 2


def test_two_levels_are_free_for_as_long_as_was_shown() -> None:
    """Asked for together they have the shorter default; each alone counts from that, too."""
    flows = (
        a_workflow("short", levels=("debug",), default_duration=5 * MINUTE),
        a_workflow("long", default_duration=HOUR),
    )
    world = a_world(a_catalog(workflows=flows))
    request = ask(world, "debug", "nodes", duration=None).request
    assert request.plan.duration == 5 * MINUTE
    decide(Decide(actor=BOB, target=request.id, yes=True), world.ask)
    work(world)
    other = lease_of(world, SECOND)
    assert other.ends_at is not None
    assert other.free_until == other.ends_at + 5 * MINUTE


def test_one_lease_is_not_asked_more_time_for_twice_at_once() -> None:
    """Two asks that meet would each promise their end on a card, and come to both together."""
    world = a_world(a_catalog(workflows=(a_workflow(extensions=0),)))
    granted(world)
    meanwhile = replace(
        world.ask, ids=cast("Any", Meanwhile(world.ids, "move", lambda: want(world, HOUR)))
    )
    more = Extend(actor=ALICE, target=FIRST, length=HOUR)
    assert isinstance(refusal(lambda: extend(more, meanwhile)), no.ExtensionAsked)
    assert len(world.store.pending()) == 1
