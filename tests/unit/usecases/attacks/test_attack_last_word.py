"""The holder alone undoes a yes for less that has not reached the cluster yet (law 5)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daypass.domain.catalog import Step
from daypass.domain.errors import UnreadableError
from daypass.domain.ids import PersonId
from daypass.domain.request import Request, RequestState
from daypass.ports import Change
from daypass.usecases.requests.cancel import Cancel, cancel
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.extend import Extend, extend
from daypass.usecases.requests.shorten import Shorten, shorten
from tests.builders import NOON, SRE, World, a_catalog, a_workflow, a_world
from tests.unit.usecases.scenes import (
    ALICE,
    BOB,
    DAN,
    FIRST,
    HOUR,
    Failing,
    ask,
    grant,
    lease_of,
    ours,
    with_store,
    work,
)

MINUTE = timedelta(minutes=1)


def test_more_time_given_for_less_is_the_last_word_although_its_holder_overtakes_it() -> None:
    """Asked for 2h more, given 10m: 13:10 is the last that bob allows, whatever alice does."""
    world = a_world()
    grant(world)
    asked = extend(Extend(actor=ALICE, target=FIRST, length=2 * HOUR), world.ask).request
    assert asked is not None
    decide(Decide(actor=BOB, target=asked.id, yes=True, duration=10 * MINUTE), world.ask)
    # The cluster is slow, away or frozen: the extension is still to be made so.
    shorten(Shorten(actor=ALICE, target=FIRST, length=MINUTE), world.ask)
    work(world)
    assert lease_of(world).extensions[-1].refused
    again = extend(Extend(actor=ALICE, target=FIRST, length=HOUR), world.ask)
    work(world)
    assert again.request is not None, f"she has it until {lease_of(world).ends_at}"
    end = ours(world).expires_at
    assert end is not None
    assert end <= NOON + HOUR + 10 * MINUTE


def test_shortens_although_the_request_that_is_overtaken_cannot_be_read() -> None:
    """Law 10: one damaged value keeps no end from coming nearer, and doubt gives no free time."""
    world = a_world()
    grant(world)
    asked = extend(Extend(actor=ALICE, target=FIRST, length=2 * HOUR), world.ask).request
    assert asked is not None
    decide(Decide(actor=BOB, target=asked.id, yes=True, duration=10 * MINUTE), world.ask)
    damaged = UnreadableError("request")
    store = Failing(world.store, "request", damaged, lambda name: name == asked.id)
    shorten(Shorten(actor=ALICE, target=FIRST, length=MINUTE), with_store(world.ask, store))
    lease = lease_of(world)
    assert lease.ends_at == NOON + HOUR - MINUTE
    assert lease.free_until == NOON + HOUR + 10 * MINUTE


def granted_by_two(world: World) -> None:
    """Let bob and dan, of a step each, grant an hour."""
    first = ask(world).request
    for who in (BOB, DAN):
        decide(Decide(actor=who, target=first.id, yes=True), world.ask)
    work(world)


def asked_of_two(world: World) -> Request:
    """Of 2h more that alice asks for let bob, the first of two, give 10m."""
    granted_by_two(world)
    asked = extend(Extend(actor=ALICE, target=FIRST, length=2 * HOUR), world.ask).request
    assert asked is not None
    decide(Decide(actor=BOB, target=asked.id, yes=True, duration=10 * MINUTE), world.ask)
    stored = world.store.request(asked.id)
    assert stored is not None
    return stored


TWO_STEPS = a_catalog(workflows=(a_workflow(steps=(Step(by=(SRE,)), Step(by=(SRE,)))),))


@pytest.mark.parametrize("how", ["cancelled", "denied", "timed out"])
def test_a_first_step_s_yes_for_less_is_the_last_word_whatever_becomes_of_the_request(
    how: str,
) -> None:
    """What the holder does alone ends no later than bob's yes allows: 13:10."""
    world = a_world(TWO_STEPS)
    asked = asked_of_two(world)
    if how == "cancelled":
        cancel(Cancel(actor=ALICE, target=asked.id), world.ask)
    elif how == "denied":
        decide(Decide(actor=DAN, target=asked.id, yes=False, reason="enough"), world.ask)
    else:
        over = asked.moved_to(RequestState.LAPSED, world.clock.now())
        world.store.commit(Change(move=world.ids.move(), requests=(over,)))
    work(world)
    assert ours(world).free_until == NOON + HOUR + 10 * MINUTE
    assert extend(Extend(actor=ALICE, target=FIRST, length=HOUR), world.ask).request is not None


def test_a_first_step_s_yes_for_all_of_it_leaves_free_what_was_free() -> None:
    """Only less is a word against what the workflow gives by itself."""
    world = a_world(TWO_STEPS)
    granted_by_two(world)
    free = lease_of(world).free_until
    asked = extend(Extend(actor=ALICE, target=FIRST, length=2 * HOUR), world.ask).request
    assert asked is not None
    decide(Decide(actor=BOB, target=asked.id, yes=True), world.ask)
    assert lease_of(world).free_until == free


@pytest.mark.parametrize(("who", "void"), [(ALICE, []), (BOB, [BOB]), (DAN, [BOB])])
def test_a_yes_from_before_somebody_else_took_time_off_is_void(
    who: PersonId, void: list[PersonId]
) -> None:
    """Bob says yes to 2h more and then takes half an hour off: dan's yes alone gives none of it."""
    world = a_world(TWO_STEPS)
    granted_by_two(world)
    asked = extend(Extend(actor=ALICE, target=FIRST, length=2 * HOUR), world.ask).request
    assert asked is not None
    decide(Decide(actor=BOB, target=asked.id, yes=True), world.ask)
    world.clock.advance(MINUTE)
    shorten(Shorten(actor=who, target=FIRST, length=30 * MINUTE), world.ask)
    stored = world.store.request(asked.id)
    assert stored is not None
    assert [one.by.id for one in stored.void] == void
    said = [event for event in world.store.events if event.action == "request.renewed"]
    assert [(one.actor, one.facts["void"]) for one in said] == [(who, "bob@example.com")] * len(
        void
    )


def test_a_request_that_nobody_said_yes_to_is_asked_as_it_was_after_a_cut() -> None:
    """Nothing is void: it is approved by a typed line as before."""
    world = a_world(TWO_STEPS)
    granted_by_two(world)
    asked = extend(Extend(actor=ALICE, target=FIRST, length=2 * HOUR), world.ask).request
    assert asked is not None
    shorten(Shorten(actor=BOB, target=FIRST, length=30 * MINUTE), world.ask)
    stored = world.store.request(asked.id)
    assert stored is not None
    assert stored.renewed_at is None


def test_what_is_free_is_not_more_for_the_holder_s_taking_time_off() -> None:
    """By the bot: the store says that all day is free, and alice takes a minute off her end."""
    world = a_world()
    lease = grant(world)
    free = ours(world).free_until
    assert lease.attempt is not None
    far = replace(lease.attempt, free_until=NOON + 20 * HOUR)
    world.store.commit(Change(move=world.ids.move(), leases=(replace(lease, attempt=far),)))
    shorten(Shorten(actor=ALICE, target=FIRST, length=MINUTE), world.ask)
    work(world)
    assert ours(world).expires_at == NOON + HOUR - MINUTE
    assert ours(world).free_until == free


def test_what_is_free_is_taken_off_an_object_and_its_end_stays() -> None:
    """An end that the store alone says is later reaches no object with it; nor is then any free."""
    world = a_world(TWO_STEPS)
    asked_of_two(world)
    lease = lease_of(world)
    later = replace(lease, ends_at=NOON + 5 * HOUR)
    world.store.commit(Change(move=world.ids.move(), leases=(later,)))
    work(world)
    assert (ours(world).expires_at, ours(world).free_until) == (NOON + HOUR, NOON + HOUR)
