"""Somebody makes a value another type: it is as good as none, and is written over."""

from dataclasses import replace

import pytest
from redis import Redis

from daypass.adapters.redis import keys
from daypass.adapters.redis.clock import RedisClock
from daypass.cli.status import stated
from daypass.domain.errors import ConflictError, OutsideError
from daypass.ports import Change
from daypass.usecases.incident.freeze import FreezeGrants, freeze
from daypass.usecases.incident.survey import survey
from daypass.usecases.requests.confirm import Confirm, confirm
from tests.builders import World, a_lease
from tests.on_redis import world_on
from tests.unit.usecases.scenes import ALICE, FIRST, grant, look

FREEZE = FreezeGrants(actor="U0DAN", by="dan", why="INC-42")


@pytest.fixture
def world(client: Redis) -> World:
    """Clusters in memory, all else on that Valkey; alice holds something."""
    made = world_on(client, RedisClock(client))
    grant(made)
    return made


def spoil(client: Redis, name: str) -> None:
    """Make it a list."""
    client.delete(name)
    client.rpush(name, "x")


def test_everything_can_be_frozen_whatever_stands_where_that_is_kept(
    client: Redis, world: World
) -> None:
    """Whoever stops everything on a bad day hears of no wrong kind of value."""
    spoil(client, keys.FREEZE)
    assert "The freeze that is stored cannot be read" in stated(survey(world.ask)).text
    assert freeze(FREEZE, world.ask).everywhere
    assert "Nothing is frozen" not in stated(survey(world.ask)).text
    stored = world.store.freeze()
    assert stored is not None
    assert stored.on


def test_another_epoch_begins_where_that_is_no_value(client: Redis, world: World) -> None:
    """The clusters are believed, as where the store is empty: nobody has to delete a key first."""
    spoil(client, keys.EPOCH)
    look(world)
    epoch = world.store.epoch()
    assert epoch is not None
    assert "prod" not in epoch.unproven


def test_somebody_is_confirmed_whatever_stands_where_they_are_pinned(
    client: Redis, world: World
) -> None:
    """An administrator has no other way to let them in again."""
    spoil(client, keys.person(ALICE))
    with pytest.raises(OutsideError):
        world.store.pin(ALICE)
    confirm(Confirm(actor="dan", person=ALICE, email="alice@example.com"), world.ask)
    assert world.store.pin(ALICE) is not None


def test_a_lease_that_moves_is_not_written_over_what_is_none(client: Redis, world: World) -> None:
    """Only who says so writes over whatever is there: a move rests on what it has read."""
    spoil(client, keys.lease(FIRST))
    moved = replace(a_lease(), version=3)
    with pytest.raises(ConflictError):
        world.store.commit(Change(move=world.ids.move(), leases=(moved,)))
