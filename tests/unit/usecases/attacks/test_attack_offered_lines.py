"""A line that a message offers does what the message says, where that can be known (law 9)."""

import re
from datetime import timedelta
from typing import Any, Final

import pytest

from bot.grammar.line import Line
from bot.grammar.parse import parse
from daypass.adapters.slack.views import lists
from daypass.adapters.slack.views.direct import direct_message
from daypass.adapters.slack.views.scene import Scene
from daypass.domain.ids import PersonId
from daypass.domain.lease import Lease
from daypass.domain.notification import Notification, Topic
from daypass.ports import Witness
from daypass.usecases.requests.browse import Browse, status
from daypass.usecases.requests.extend import Extend, extend
from tests.builders import World, a_catalog, a_workflow, a_world
from tests.unit.usecases.scenes import ALICE, BOB, DAN, FIRST, ask, grant, lease_of, look, work

QUARTER: Final = timedelta(minutes=15)
_EXTENDS: Final = re.compile(r"/access (extend [^`\\\n]+)")


def a_short_world() -> World:
    """Return a world in which alice holds what nobody may have for as long as is usual."""
    workflow = a_workflow(max_duration=QUARTER, default_duration=QUARTER)
    world = a_world(a_catalog(workflows=(workflow,)))
    grant(world, duration=QUARTER)
    return world


def says(world: World, topic: Topic, lease: Lease, *, count: int = 0) -> str:
    """Return the direct message about alice's lease."""
    request = world.store.request(lease.request)
    assert request is not None
    told = Notification(
        key="x", topic=topic, to=ALICE, request=request, leases=(lease,), lease=lease, count=count
    )
    return str(direct_message(told, scene(world)))


def scene(world: World) -> Scene:
    """Return what views need."""
    return Scene(command="/access", catalog=world.catalog)


def lists_it(world: World, lease: Lease) -> str:
    """Return what alice holds, as she reads it."""
    return str(lists.leases((lease,), scene(world)))


def granted(world: World, lease: Lease) -> str:
    """Return what she is told when it is granted."""
    return says(world, Topic.GRANTED, lease)


def warned(world: World, lease: Lease) -> str:
    """Return what she is told before its end."""
    return says(world, Topic.WARNED, lease)


@pytest.mark.parametrize("shown", [lists_it, granted, warned])
def test_a_line_that_extends_is_not_refused(shown: Any) -> None:
    """Where 15 minutes are the most, half an hour more is not offered."""
    world = a_short_world()
    (typed,) = _EXTENDS.findall(shown(world, lease_of(world)))
    line = parse(typed)
    assert isinstance(line, Line)
    extend(Extend(actor=ALICE, target=line.target, length=line.duration), world.ask)


@pytest.mark.parametrize("shown", [granted, warned])
@pytest.mark.parametrize(("asked", "more"), [(10, ["5m"]), (15, [])], ids=["5m left", "nothing"])
def test_no_more_is_offered_than_nobody_is_asked_for(
    shown: Any, asked: int, more: list[str]
) -> None:
    """A workflow without steps gives its maximum, and there is nobody who could give more."""
    workflow = a_workflow(max_duration=QUARTER, default_duration=QUARTER, steps=())
    world = a_world(a_catalog(workflows=(workflow,)))
    ask(world, duration=timedelta(minutes=asked))
    work(world)
    said = shown(world, lease_of(world))
    assert [line.split()[-1] for line in _EXTENDS.findall(said)] == more
    assert ("'Extend'" in said) is bool(more)


def test_what_was_taken_over_is_listed_without_a_line_that_extends_it() -> None:
    """limits.md: it cannot be extended."""
    world = a_world()
    grant(world)
    world.store.set_back(None)
    world.clock.advance(timedelta(seconds=1))
    world.heartbeats.beat("timekeeper")
    world.witnesses["prod"] = Witness()
    look(world)
    assert lease_of(world, FIRST).adopted
    said = lists_it(world, lease_of(world))
    assert not _EXTENDS.findall(said)
    assert "/access release" in said


@pytest.mark.parametrize(("who", "shown"), [(ALICE, True), (BOB, False), (DAN, False)])
def test_only_who_may_withdraw_a_request_reads_how(who: PersonId, *, shown: bool) -> None:
    """Approvers and administrators may read it, and could not cancel it."""
    world = a_world()
    request = ask(world).request
    said = str(
        lists.status(status(Browse(actor=who, words=(request.id,)), world.ask), scene(world))
    )
    assert (f"/access cancel {request.id}" in said) is shown
