"""No more time is offered than anybody could give, wherever it is offered (law 9)."""

import re
from datetime import timedelta
from typing import Final

import pytest

from bot.grammar.correct import onward
from bot.grammar.line import Line, Verb
from daypass.adapters.slack.views import lists
from daypass.domain.catalog import Catalog, Step
from daypass.domain.lease import Lease
from daypass.domain.notification import Topic
from daypass.domain.reasons import HeldAlready
from daypass.usecases.requests.extend import Extend, extend
from daypass.usecases.requests.shorten import Shorten, shorten
from tests.builders import SRE, World, a_catalog, a_workflow, a_world
from tests.unit.usecases.attacks.test_attack_offered_lines import granted, says, scene, warned
from tests.unit.usecases.scenes import (
    ALICE,
    DAN,
    FIRST,
    SECOND,
    ask,
    grant,
    lease_of,
    refusals,
    work,
)

HOUR: Final = timedelta(hours=1)
HALF: Final = HOUR / 2
_EXTENDS: Final = re.compile(r"/access (extend [^`\\\n]+)")


def two_workflows() -> Catalog:
    """Return rules by which nobody is asked for debug, an hour at most, and sre for nodes."""
    once = a_workflow(name="once", levels=("debug",), steps=(), max_duration=HOUR)
    asked = a_workflow(name="asked", levels=("nodes",), steps=(Step(by=(SRE,)),))
    return a_catalog(workflows=(once, asked))


def listed(world: World, lease: Lease) -> str:
    """Return what alice holds, as she reads it."""
    return str(lists.leases((lease,), scene(world)))


def test_of_several_levels_each_is_offered_what_its_own_workflow_gives() -> None:
    """One that somebody is asked for brings no more time to one that nobody is asked for."""
    world = a_world(two_workflows())
    grant(world, "debug", "nodes", duration=HOUR)
    for shown in (granted, warned, listed):
        assert _EXTENDS.findall(shown(world, lease_of(world))) == []
        assert _EXTENDS.findall(shown(world, lease_of(world, SECOND))) == [
            "extend 000000000001-2" + ("" if shown is listed else " 30m")
        ]
    assert refusals(lambda: extend(Extend(actor=ALICE, target="000000000001-1"), world.ask))
    extend(Extend(actor=ALICE, target="000000000001-2"), world.ask)


@pytest.mark.parametrize("asked", [False, True], ids=["nobody is asked", "sre is asked"])
def test_what_somebody_took_off_is_not_to_be_tried_again_where_nobody_gives_it(
    *, asked: bool
) -> None:
    """Dan's cut came before the cluster knew of the extension, and is the last word on it."""
    flow = a_workflow(max_duration=HOUR, steps=(Step(by=(SRE,)),) if asked else ())
    world = a_world(a_catalog(workflows=(flow,)))
    (grant if asked else granted_at_once)(world, duration=HALF)
    extend(Extend(actor=ALICE, target=FIRST, length=HALF), world.ask)
    shorten(Shorten(actor=DAN, target=FIRST, length=HALF / 2), world.ask)
    said = says(world, Topic.NOT_EXTENDED, lease_of(world), count=1)
    assert bool(_EXTENDS.findall(said)) is asked
    more = Extend(actor=ALICE, target=FIRST, length=HALF)
    if asked:
        assert extend(more, world.ask).request is not None
    else:
        assert refusals(lambda: extend(more, world.ask))


def granted_at_once(world: World, **fields: object) -> None:
    """Let alice have what nobody is asked for."""
    ask(world, **fields)
    work(world)


@pytest.mark.parametrize(("minutes", "more"), [(60, 0), (50, 10)], ids=["nothing", "10m left"])
def test_who_asks_for_what_they_hold_is_offered_what_is_left(minutes: int, more: int) -> None:
    """The corrected line extended by what is usual, and was refused in its turn."""
    world = a_world(two_workflows())
    ask(world, duration=timedelta(minutes=minutes))
    work(world)
    (why,) = refusals(lambda: ask(world))
    assert isinstance(why, HeldAlready)
    assert why.more == timedelta(minutes=more)
    line = Line(verb=Verb.TO, words=("prod",), levels=("debug",))
    said = f"extend {why.there} {more}m" if more else f"status {why.there}"
    assert onward(line, (why,)) == (said,)
