"""A freeze that names as much as can just be read: the next word has to be read, too."""

from dataclasses import replace

import pytest

from daypass.adapters.redis import keys
from daypass.adapters.redis.bounds import COUNT
from daypass.adapters.redis.codec import encode
from daypass.adapters.redis.sized import MOST
from daypass.domain.epoch import Freeze
from daypass.usecases.incident.freeze import FreezeGrants, freeze
from tests.unit.usecases.attacks.rig import Scene


def as_long_as_can_be(made_up: Freeze) -> Freeze:
    """Return one that names a few clusters by as many characters as are read."""
    few = replace(made_up, clusters=frozenset(f"{n}{'x' * 160_000}" for n in range(6)))
    room = MOST - len(encode(few)) - len(',""')
    return replace(few, clusters=few.clusters | {"y" * room})


@pytest.mark.parametrize("long", [False, True])
def test_two_who_freeze_on_top_of_it_lose_neither_s_word(*, long: bool) -> None:
    """By the bot: the first word could not be read, and the second was for its own cluster only."""
    scene = Scene()
    names = frozenset(f"c{n}" for n in range(COUNT))
    made_up = Freeze(by="x", at=scene.clock.now(), clusters=names, version=1)
    scene.client.set(keys.FREEZE, encode(as_long_as_can_be(made_up) if long else made_up))
    assert scene.world.store.freeze() is not None
    for cluster in ("prod", "dev"):
        freeze(FreezeGrants(actor="admin", by="admin", clusters=(cluster,)), scene.world.trail)
    held = scene.world.store.freeze()
    assert held is not None
    assert held.holds("prod")
    assert held.holds("dev")
