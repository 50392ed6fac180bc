"""Time was ahead when somebody said yes, and has gone back: that yes is void like any other."""

from datetime import timedelta

import pytest

from daypass.domain.catalog import Step
from daypass.domain.rbac import PolicyRule
from daypass.domain.rbac.meaning import meaning
from daypass.domain.reasons import RoleChanged
from daypass.domain.request import Request
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.extend import Extend, extend
from daypass.usecases.requests.shorten import Shorten, shorten
from tests.builders import NOON, SRE, World, a_catalog, a_plan, a_request, a_snapshot, a_world
from tests.rules import a_workflow
from tests.unit.usecases.scenes import ALICE, BOB, DAN, FIRST, HOUR, actions, ask, refusal, work

AHEAD = HOUR / 2
TWO = a_catalog(workflows=(a_workflow(steps=(Step(by=(SRE,), count=2),)),))


def jump(world: World, by: timedelta, resource: str = "pods") -> None:
    """Let time jump; somebody looks then, and the role lets people read that."""
    world.clock.set(world.clock.now() + by)
    rules = (PolicyRule(verbs=("get", "list"), resources=(resource,)),)
    world.clusters["prod"].roles["ClusterRole/view"] = rules
    means = {**a_snapshot().means, "ClusterRole/view": meaning(rules)}
    world.heartbeats.beat("timekeeper")
    world.store.keep_seen(a_snapshot(means=means, taken_at=world.clock.now()))


def says_yes(world: World, request: Request) -> Request:
    """Let bob, the first of two, say yes."""
    return decide(Decide(actor=BOB, target=request.id, yes=True), world.ask)


def stored(world: World, request: Request) -> Request:
    found = world.store.request(request.id)
    assert found is not None
    return found


@pytest.mark.parametrize("jumped", [timedelta(seconds=1), -AHEAD])
def test_a_yes_to_what_a_role_was_before_counts_no_more(jumped: timedelta) -> None:
    """Whoever may change the role does so after bob's yes, and dan's click finds it."""
    world = a_world(TWO)
    jump(world, AHEAD)
    request = says_yes(world, ask(world).request)
    jump(world, jumped, "secrets")
    click = Decide(actor=DAN, target=request.id, yes=True)
    assert isinstance(refusal(lambda: decide(click, world.ask)), RoleChanged)
    assert [one.by.id for one in stored(world, request).void] == [BOB]
    assert stored(world, request).progress.given == 0


@pytest.mark.parametrize("jumped", [timedelta(seconds=1), -AHEAD])
def test_a_yes_to_more_of_what_was_shortened_since_counts_no_more(jumped: timedelta) -> None:
    """Bob said it of another end than dan leaves."""
    world = a_world(TWO)
    first = says_yes(world, ask(world).request)
    decide(Decide(actor=DAN, target=first.id, yes=True), world.ask)
    work(world)
    jump(world, AHEAD)
    more = extend(Extend(actor=ALICE, target=FIRST, length=2 * HOUR), world.ask).request
    assert more is not None
    says_yes(world, more)
    jump(world, jumped)
    shorten(Shorten(actor=DAN, target=FIRST, length=timedelta(minutes=1)), world.ask)
    assert stored(world, more).progress.given == 0
    assert actions(world, more.id)[-1] == "request.renewed"


def test_no_two_editions_of_a_request_have_one_name() -> None:
    """A button beside the one before is no yes to the next, whatever the time is by then."""
    first = a_request().renewed(a_plan(), NOON)
    assert first.renewed(a_plan(), NOON).edition != first.edition
    assert first.renewed(a_plan(), NOON - AHEAD).edition != first.edition
