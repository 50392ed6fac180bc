"""What nobody may ask for there any more ends, whatever workflow would decide on it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from daypass.domain.catalog import Level, Selector
from daypass.domain.lease import EndCause, LeaseState
from tests.builders import NOON, World, a_catalog, a_group_level, a_level, a_workflow, a_world
from tests.unit.usecases.incident.test_offboard import look
from tests.unit.usecases.scenes import grant, lease_of

DEBUG = a_level()
OPEN = a_level("open", namespaces=(), choose=("team-*",))
LATER = NOON + timedelta(seconds=1)
WIDE = a_level("nodes", namespaces=(), cluster_wide=True)


def by_now(world: World, *levels: Level) -> World:
    """Start all anew with these levels; the workflow's glob fits any."""
    return replace(world, catalog=replace(world.catalog, levels=levels, version="v2"))


def held(level: str, **fields: Any) -> World:
    """Let alice have that level of all."""
    world = a_world(a_catalog(workflows=(a_workflow(),)))
    grant(world, level, **fields)
    return world


@pytest.mark.parametrize(
    ("level", "asked", "since"),
    [
        ("debug", (), ()),
        ("debug", (), (a_level(clusters=Selector(labels={"env": "dev"})),)),
        ("debug", (), (a_level(namespaces=("team-a",)),)),
        ("debug", (), (a_level(namespaces=(), cluster_wide=True),)),
        ("open", ("team-a", "team-b"), (replace(OPEN, choose=("team-a",)),)),
        ("nodes", (), (a_level("nodes"),)),
        ("nodes", (), (replace(OPEN, name="nodes"),)),
    ],
)
def test_what_is_not_offered_there_any_more_ends(
    level: str, asked: tuple[str, ...], since: tuple[Level, ...]
) -> None:
    """The level was taken out, or is for other clusters or places by now."""
    world = held(level, namespaces=asked)
    (ended,) = look(by_now(world, *since), read_at=LATER)
    assert (ended.state, ended.cause) == (LeaseState.REVOKING, EndCause.OFFBOARDED)
    assert ended.why == f"{level} is not offered there any more"


@pytest.mark.parametrize(
    ("level", "asked", "since"),
    [
        ("debug", (), (replace(DEBUG, namespaces=("payments", "team-a")),)),
        ("debug", (), (replace(DEBUG, namespaces=(), choose=("pay*",)),)),
        ("open", ("team-a",), (replace(OPEN, choose=("team-a",)),)),
        ("nodes", (), (WIDE,)),
        ("platform-admins", (), (a_group_level(),)),
    ],
)
def test_what_is_offered_there_goes_on(
    level: str, asked: tuple[str, ...], since: tuple[Level, ...]
) -> None:
    """Other places beside it, or another way to ask for it, end nothing."""
    world = held(level, namespaces=asked)
    assert look(by_now(world, *since), read_at=LATER) == ()
    assert lease_of(world).state is LeaseState.ACTIVE
