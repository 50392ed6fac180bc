"""What holders and the trail are told is so (law 9)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.grammar.parse import Mistake, parse
from daypass.adapters.slack.views.direct import direct_message
from daypass.adapters.slack.views.scene import Scene
from daypass.adapters.slack.views.words import unanswered
from daypass.domain.catalog import Principal, Step, Team
from daypass.domain.lease import EndCause
from daypass.domain.notification import Notification, Topic, notifications
from daypass.domain.request import RequestState
from daypass.ports import Witness
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.extend import Extend, extend
from daypass.usecases.requests.lapse import let_lapse
from daypass.usecases.requests.shorten import Shorten, shorten
from tests.builders import SRE, World, a_catalog, a_workflow, a_world
from tests.unit.usecases.scenes import (
    ALICE,
    BOB,
    FIRST,
    HOUR,
    ask,
    grant,
    lease_of,
    look,
    pass_time,
    refusal,
)

TWO_STEPS = a_catalog(workflows=(a_workflow(steps=(Step(by=(SRE,)), Step(by=(SRE,)))),))


def test_a_request_that_somebody_answered_is_not_said_to_be_answered_by_nobody() -> None:
    """Bob said yes in time, and it lacked one more."""
    world = a_world(TWO_STEPS)
    asked = ask(world).request
    decide(Decide(actor=BOB, target=asked.id, yes=True), world.ask)
    for _ in range(70):
        pass_time(world, 60, step=60)
        let_lapse(world.ask)
    stored = world.store.request(asked.id)
    assert stored is not None
    assert stored.state is RequestState.LAPSED
    assert "nobody answered" not in unanswered(stored)


def test_a_lease_whose_object_we_removed_is_not_said_to_be_removed_by_hand() -> None:
    """Time jumps back: limits.md says that what began in the future ends; nobody touched it."""
    world = a_world()
    world.clock.advance(timedelta(hours=3))
    world.heartbeats.beat("timekeeper")
    look(world)
    lease = grant(world)
    world.clock.set(world.clock.now() - timedelta(minutes=10))
    for _ in range(3):
        look(world)
        world.clock.advance(timedelta(seconds=31))
    over = lease_of(world, lease.id)
    assert not over.grantable
    assert over.cause is EndCause.DRIFTED
    assert "by hand" not in over.why


def adopted(world: World) -> None:
    """Let Redis forget all of it, and the cluster be believed."""
    world.store.set_back(None)
    world.clock.advance(timedelta(seconds=1))
    world.heartbeats.beat("timekeeper")
    world.witnesses["prod"] = Witness()
    look(world)


def test_no_line_to_extend_is_offered_for_what_cannot_be_extended() -> None:
    """architecture.md: what was adopted is warned of before its end; it cannot be extended."""
    world = a_world()
    lease = grant(world)
    adopted(world)
    over = lease_of(world, lease.id)
    assert over.adopted
    request = world.store.request(over.request)
    assert request is not None
    told = Notification(
        key="x", topic=Topic.WARNED, to=ALICE, request=request, leases=(over,), lease=over
    )
    said = str(direct_message(told, Scene(command="/access", catalog=world.catalog)))
    assert "/access extend" not in said


def test_a_lease_that_was_shortened_is_not_said_to_keep_its_end() -> None:
    """Bob takes time off while more was under way."""
    world = a_world()
    grant(world)
    extend(Extend(actor=ALICE, target=FIRST, length=HOUR / 2), world.ask)
    shorten(Shorten(actor=BOB, target=FIRST, length=HOUR / 2), world.ask)
    lease = lease_of(world)
    request = world.store.request(lease.request)
    assert request is not None
    (news,) = [
        one
        for one in notifications(request, (lease,), world.clock.now())
        if one.topic is Topic.NOT_EXTENDED and not one.threaded
    ]
    said = str(direct_message(news, Scene(command="/access", catalog=world.catalog)))
    assert "keeps the end that it has" not in said


@pytest.mark.parametrize(
    "typed",
    ["approve k7q2m9x4t1bd because only for 5m", 'approve k7q2m9x4t1bd --reason "not over 5m"'],
)
def test_no_line_is_offered_that_approves_more_than_was_typed(typed: str) -> None:
    """What "approve" takes no reason for may be a limit: the line without it gives all of it."""
    read = parse(typed)
    assert isinstance(read, Mistake)
    assert read.lines == ()


def test_who_approves_reads_of_whom_no_workflow_lets_ask() -> None:
    """Alice left the team that may; bob, who clicks, did not ask for anything."""
    rules = a_catalog(workflows=(a_workflow(requesters=(Principal(team="payments"),)),))
    rules = replace(rules, teams={**rules.teams, "payments": Team(name="payments", usergroup="S0")})
    world = a_world(rules)
    world.people.put_usergroup("S0", [ALICE])
    request = ask(world).request
    world.people.put_usergroup("S0", [])
    yes = Decide(actor=BOB, target=request.id, yes=True)
    assert str(refusal(lambda: decide(yes, world.ask))) == (
        "No workflow lets alice ask for debug on prod."
    )
