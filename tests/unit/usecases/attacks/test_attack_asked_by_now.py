"""What is free rests on a yes: of rules that want another by now nothing is free any more."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daypass.domain.catalog import Principal, Step
from daypass.domain.lease import Extension
from daypass.domain.request import RequestState
from daypass.ports import Change
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.extend import Extend, extend
from daypass.usecases.shared.rows import adjust_row
from tests.builders import SRE, World, a_catalog, a_workflow, a_world
from tests.unit.usecases.scenes import ALICE, BOB, FIRST, HOUR, ask, lease_of, work

NOBODY: tuple[Step, ...] = ()
ONE = (Step(by=(SRE,)),)
TWO = (Step(by=(SRE,), count=2),)
CAROL_ALONE = (Step(by=(Principal(email="carol@example.com"),)),)


def begun(before: tuple[Step, ...], by_now: tuple[Step, ...]) -> World:
    """Let alice have an hour by the rules of before, and start all anew with those of now."""
    world = a_world(a_catalog(workflows=(a_workflow(steps=before),)))
    asked = ask(world).request
    if before:
        decide(Decide(actor=BOB, target=asked.id, yes=True), world.ask)
    work(world)
    rules = a_catalog(version="v2", workflows=(a_workflow(steps=by_now),))
    return replace(world, catalog=rules)


@pytest.mark.parametrize(
    ("before", "by_now"), [(NOBODY, ONE), (ONE, TWO), (ONE, CAROL_ALONE), (NOBODY, CAROL_ALONE)]
)
def test_nothing_is_free_for_which_the_rules_want_a_yes_that_nobody_gave(
    before: tuple[Step, ...], by_now: tuple[Step, ...]
) -> None:
    """Alice has it by what the rules said before; more of it people are asked for."""
    world = begun(before, by_now)
    ends_at = lease_of(world).ends_at
    asked = extend(Extend(actor=ALICE, target=FIRST, length=HOUR), world.ask)
    assert asked.request is not None
    assert asked.request.state is RequestState.PENDING
    work(world)
    assert lease_of(world).ends_at == ends_at


@pytest.mark.parametrize(("before", "by_now"), [(ONE, ONE), (ONE, NOBODY)])
def test_what_was_said_yes_to_stays_free(
    before: tuple[Step, ...], by_now: tuple[Step, ...]
) -> None:
    """Where the answers that were given are those that the rules want, nobody is asked again."""
    world = begun(before, by_now)
    assert extend(Extend(actor=ALICE, target=FIRST, length=HOUR), world.ask).extension is not None
    work(world)
    assert lease_of(world).extension is None
    assert not lease_of(world).extensions[-1].refused


def test_the_worker_gives_nothing_free_that_the_rules_want_a_yes_for() -> None:
    """A bot that lies makes no difference (law 8)."""
    world = begun(NOBODY, ONE)
    lease, now = lease_of(world), world.clock.now()
    ends_at = lease.ends_at or now
    free = Extension(length=HOUR, until=ends_at + HOUR, asked_at=now, version="v2")
    row = adjust_row(lease, now)
    longer = lease.extending(free)
    world.store.commit(Change(move=world.ids.move(), leases=(longer,), promises=(row,)))
    work(world)
    assert lease_of(world).ends_at == ends_at
    assert "want an approval" in lease_of(world).extensions[-1].refused
    (found,) = world.clusters["prod"].objects
    assert found.expires_at == ends_at


def test_what_they_say_yes_to_by_now_is_given() -> None:
    """Bob says yes to half an hour, by the rules of now."""
    world = begun(NOBODY, ONE)
    half = timedelta(minutes=30)
    ends_at = lease_of(world).ends_at
    asked = extend(Extend(actor=ALICE, target=FIRST, length=half), world.ask).request
    assert asked is not None
    decide(Decide(actor=BOB, target=asked.id, yes=True), world.ask)
    work(world)
    assert ends_at is not None
    assert lease_of(world).ends_at == ends_at + half
