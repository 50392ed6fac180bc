"""Who may not hold what they hold loses it, also where what the store has of them is of no use."""

from dataclasses import replace
from typing import Any, Final

import pytest

from daypass.domain.errors import OutsideError, PermanentOutsideError, UnreadableError
from daypass.domain.ids import PersonId, request_of
from daypass.domain.lease import EndCause, LeaseState
from daypass.ports import Change
from tests.builders import World, a_world
from tests.unit.usecases.incident.test_offboard import by_group, fill, look
from tests.unit.usecases.scenes import ALICE, BOB, FIRST, Failing, actions, grant, lease_of

TROUBLES: Final = {
    "damaged": UnreadableError("a stored pin cannot be read: it is no JSON"),
    "another type": PermanentOutsideError("Redis refuses: WRONGTYPE"),
}


@pytest.fixture
def world() -> World:
    """A world where a user group may ask; alice is in it, and holds something."""
    made = by_group()
    grant(made)
    return made


def doubted(world: World, trouble: Any) -> Any:
    """Return a store that does not say what was pinned of anybody."""
    return Failing(world.store, "pin", trouble, lambda _: True)


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES)
def test_offboard_ends_what_no_workflow_gives_although_a_pin_cannot_be_read(
    world: World, trouble: OutsideError
) -> None:
    """One value that somebody damages must not keep who has left the group (law 10)."""
    fill(world, BOB)
    [ended] = look(world, store=doubted(world, trouble))
    assert "no workflow lets" in ended.why
    assert lease_of(world).state is LeaseState.REVOKING


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES)
def test_offboard_ends_nothing_of_who_may_ask_because_a_pin_cannot_be_read(
    world: World, trouble: OutsideError
) -> None:
    """Else one damaged value would take from somebody what they may have."""
    assert look(world, store=doubted(world, trouble)) == ()
    assert lease_of(world).state is LeaseState.ACTIVE


def test_offboard_pins_nobody() -> None:
    """Whose pin a store has lost is taken for who Slack says, and stays to be pinned by a click.

    So the worker that looks needs no right to make somebody of an account.
    """
    world = a_world()
    grant(world)
    lost: Any = Unpinned(world.store)
    assert look(world, store=lost) == ()
    assert lease_of(world).state is LeaseState.ACTIVE
    assert actions(world).count("person.pinned") == len({ALICE, BOB})


def test_a_request_that_says_other_rules_after_the_grant_keeps_nothing(world: World) -> None:
    """The bot writes requests; under which rules it was begun the grants worker wrote down."""
    fill(world, BOB)
    request = world.store.request(request_of(FIRST))
    assert request is not None
    forged = replace(request, plan=replace(request.plan, version="v2"))
    world.store.commit(Change(move=world.ids.move(), requests=(forged,)))
    (ended,) = look(world)
    assert ended.cause is EndCause.OFFBOARDED


class Unpinned:
    """A store that has lost who was pinned."""

    def __init__(self, inner: object) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def pin(self, person: PersonId) -> None:
        """Know nobody."""

    def owner(self, email: str) -> None:
        """Know nobody."""
