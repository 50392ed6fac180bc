"""A lease says that it is for another level of its request as one of its approvers wants it ended.

By notifications, whose user writes leases and no request.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest

from daypass.domain.catalog import Principal, Step
from daypass.ports import Change
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.end import End, end
from daypass.usecases.requests.shorten import Shorten, shorten
from tests.builders import NOON, World, a_catalog, a_workflow, a_world
from tests.unit.usecases.scenes import BOB, CAROL, FIRST, HOUR, ask, lease_of, work

BOBS, CAROLS = (
    a_workflow(level, levels=(level,), steps=(Step(by=(Principal(email=f"{who}@example.com"),)),))
    for level, who in (("debug", "bob"), ("nodes", "carol"))
)


def cut(world: World) -> None:
    shorten(Shorten(actor=BOB, target=FIRST, length=HOUR / 2), world.ask)


def ended(world: World) -> None:
    end(End(actor=BOB, target=FIRST, reason="enough"), world.ask)


@pytest.mark.parametrize("limit", [cut, ended])
def test_an_approver_of_its_level_may_limit_it(limit: Callable[[World], None]) -> None:
    """Bob said yes to it, and carol to the one that it seems to be."""
    world = a_world(a_catalog(admins=(), workflows=(BOBS, CAROLS)))
    asked = ask(world, "debug", "nodes").request
    for who in (BOB, CAROL):
        decide(Decide(actor=who, target=asked.id, yes=True), world.ask)
    work(world)
    before = lease_of(world)
    other = replace(before, level="nodes")
    world.store.commit(Change(move=world.ids.move(), leases=(other,)))
    limit(world)
    work(world)
    mine = [one for one in world.clusters["prod"].objects if one.lease == FIRST]
    assert max((one.expires_at or NOON for one in mine), default=NOON) <= NOON + HOUR / 2
