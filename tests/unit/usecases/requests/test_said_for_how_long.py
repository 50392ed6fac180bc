"""Whoever says for how long sets the end, also where that is as long as was asked for."""

from datetime import timedelta

from daypass.domain.catalog import Step
from daypass.usecases.requests.cancel import Cancel, cancel
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.extend import Extend, Extended, extend
from daypass.usecases.requests.shorten import Shorten, shorten
from tests.builders import NOON, SRE, World, a_catalog, a_workflow, a_world
from tests.unit.usecases.scenes import ALICE, BOB, DAN, FIRST, HOUR, ask, grant, lease_of, work

MINUTE = timedelta(minutes=1)
TWO = (Step(by=(SRE,), count=2),)


def says(world: World, request: str, length: timedelta) -> None:
    """Let bob say yes for so long."""
    decide(Decide(actor=BOB, target=request, yes=True, duration=length), world.ask)


def wants(world: World, length: timedelta) -> Extended:
    """Let alice want more."""
    return extend(Extend(actor=ALICE, target=FIRST, length=length), world.ask)


def test_an_hour_that_somebody_named_is_an_hour() -> None:
    """Nothing is free beyond it, neither by the bot's word nor by what the worker sealed."""
    world = a_world()
    asked = ask(world).request
    says(world, asked.id, HOUR)
    work(world)
    (found,) = world.clusters["prod"].objects
    assert found.free_until == found.expires_at == NOON + HOUR
    assert wants(world, MINUTE).extension is None
    stored = world.store.request(asked.id)
    assert stored is not None
    assert stored.free == timedelta(0)


def test_more_time_that_somebody_named_is_the_last_word() -> None:
    """What was free before is so no more once somebody said until when."""
    world = a_world(a_catalog(workflows=(a_workflow(extensions=2),)))
    grant(world)
    more = wants(world, HOUR + MINUTE).request
    assert more is not None
    says(world, more.id, HOUR + MINUTE)
    work(world)
    assert lease_of(world).ends_at == NOON + 2 * HOUR + MINUTE
    assert wants(world, MINUTE).extension is None


def test_more_time_that_the_first_of_two_named_holds_although_it_is_taken_back() -> None:
    """Whoever takes back what they asked for has what was named, and no more."""
    world = a_world(a_catalog(workflows=(a_workflow(extensions=3, steps=TWO),)))
    asked = ask(world).request
    for actor in (BOB, DAN):
        decide(Decide(actor=actor, target=asked.id, yes=True), world.ask)
    work(world)
    more = wants(world, HOUR + MINUTE).request
    assert more is not None
    says(world, more.id, HOUR + MINUTE)
    cancel(Cancel(actor=ALICE, target=""), world.ask)
    assert lease_of(world).free_until == NOON + 2 * HOUR + MINUTE


def test_more_time_that_somebody_named_holds_although_it_comes_to_nothing() -> None:
    """It is given up when its holder shortens the lease before the cluster heard of it."""
    world = a_world(a_catalog(workflows=(a_workflow(extensions=2),)))
    grant(world)
    more = wants(world, HOUR + MINUTE).request
    assert more is not None
    says(world, more.id, HOUR + MINUTE)
    shorten(Shorten(actor=ALICE, target=FIRST, length=MINUTE), world.ask)
    assert lease_of(world).free_until == NOON + 2 * HOUR + MINUTE
