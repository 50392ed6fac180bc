"""A server that fails with one object each time keeps no other of a lease from an earlier end."""

from datetime import timedelta

from daypass.domain.grant import GrantObject
from daypass.usecases.grants.turns import PATIENCE
from tests.builders import NOON, World, a_world
from tests.unit.usecases.grants.test_adjust import DOWN, TEN, cut, ends, try_once
from tests.unit.usecases.scenes import HOUR, failing, grant

LATER = timedelta(seconds=10)
"""What failed is due again by then."""


def cut_in_two_places() -> World:
    """Let alice give back some time of what she has in two namespaces."""
    world = a_world()
    grant(world, "open", namespaces=("team-a", "team-b"))
    cut(world)
    return world


def hangs(found: GrantObject) -> bool:
    """Whether it is where a webhook hangs."""
    return found.ref.namespace == "team-a"


def test_the_others_end_earlier_and_that_one_is_tried_again() -> None:
    """A lost Redis, and a dead man's switch, go by what objects say."""
    world = cut_in_two_places()
    try_once(world, failing(world, "annotate", DOWN, hangs))
    assert ends(world) == [NOON + HOUR, NOON + HOUR - TEN]
    world.clock.advance(LATER)
    try_once(world)
    assert ends(world) == [NOON + HOUR - TEN] * 2


def test_what_a_slow_try_did_not_come_to_is_the_next_ones_first() -> None:
    """The threads are for everybody: a try ends in time."""
    world = cut_in_two_places()

    def slowly(found: GrantObject) -> bool:
        if hangs(found):
            world.clock.advance(timedelta(seconds=PATIENCE + 1))
        return hangs(found)

    try_once(world, failing(world, "annotate", DOWN, slowly))
    assert ends(world) == [NOON + HOUR] * 2
    world.clock.advance(LATER)
    try_once(world, failing(world, "annotate", DOWN, slowly))
    assert ends(world) == [NOON + HOUR, NOON + HOUR - TEN]
