"""The configuration gives more time without another yes, by the time of a yes to an old card."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daypass.adapters.slack.views.wanted import so_long
from daypass.domain.catalog import Workflow
from daypass.domain.reasons import ConfigurationChanged
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.extend import Extend, extend
from tests.builders import NOON, World, a_catalog, a_workflow, a_world
from tests.unit.usecases.scenes import ALICE, BOB, FIRST, HOUR, ask, grant, lease_of, refusal, work

BEFORE = a_workflow(extensions=1, max_duration=1.5 * HOUR)
OTHERS = {
    "more often": replace(BEFORE, extensions=9, max_duration=4 * HOUR),
    "for longer": replace(BEFORE, max_duration=2 * HOUR),
    "no more": replace(BEFORE, extensions=0),
}


def restarted(world: World, flow: Workflow) -> World:
    """Every process runs with other rules by now; what waits, and its cards, are as they were."""
    return replace(world, catalog=a_catalog(version="v2", workflows=(flow,)))


@pytest.mark.parametrize("now", OTHERS)
def test_a_yes_to_what_a_card_says_gives_no_other_time(now: str) -> None:
    """Its card says an hour and half of one more: under other rules that is to be asked anew."""
    world = a_world(a_catalog(workflows=(BEFORE,)))
    asked = ask(world).request
    world = restarted(world, OTHERS[now])
    assert so_long(asked) == "1h (and up to 30m longer without asking again)"
    click = Decide(actor=BOB, target=asked.id, yes=True)
    assert isinstance(refusal(lambda: decide(click, world.ask)), ConfigurationChanged)


def test_rules_that_leave_the_time_as_it_is_are_no_reason_to_ask_anew() -> None:
    """A restart with another summary, say; and what is sealed is what was read."""
    world = a_world(a_catalog(workflows=(BEFORE,)))
    asked = ask(world).request
    world = restarted(world, BEFORE)
    decide(Decide(actor=BOB, target=asked.id, yes=True), world.ask)
    work(world)
    assert lease_of(world).free_until == NOON + HOUR + asked.free
    assert asked.free == timedelta(minutes=30)


def test_more_time_gives_what_was_asked_for_whatever_would_be_free_of_a_lease() -> None:
    """So other rules about that void no yes to it."""
    world = a_world(a_catalog(workflows=(BEFORE,)))
    grant(world)
    more = extend(Extend(actor=ALICE, target=FIRST, length=HOUR), world.ask).request
    assert more is not None
    assert so_long(more) == "1h"
    world = restarted(world, OTHERS["no more"])
    decide(Decide(actor=BOB, target=more.id, yes=True), world.ask)
    work(world)
    assert lease_of(world).ends_at == NOON + 2 * HOUR
