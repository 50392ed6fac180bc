"""What is to end before its time ends, however often somebody puts off its row (law 3)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from daypass.domain.errors import TemporaryOutsideError
from daypass.domain.lease import LeaseState
from daypass.domain.offboarding import Offboarding
from daypass.ports import Change, Promise, PromiseKind
from daypass.usecases.grants.overlooked import CHECKED, UNTRIED, end_overlooked, unchecked
from daypass.usecases.requests.shorten import Shorten, shorten
from daypass.usecases.shared.rows import end_row
from tests.builders import World, a_world
from tests.unit.usecases.scenes import (
    ALICE,
    FIRST,
    HOUR,
    Failing,
    actions,
    failing,
    grant,
    lease_of,
    let_go,
    names,
    revoke_due,
)

LONG = 2 * UNTRIED
OVERLOOKED = "end.overlooked"


def put_off(world: World) -> None:
    """Be somebody who may write rows: the end is due a moment from now, never now."""
    row = end_row(lease_of(world), world.clock.now() + timedelta(milliseconds=1))
    world.store.commit(Change(move=world.ids.move(), promises=(row,)))


def look(world: World, long: timedelta = LONG) -> None:
    """Let one grants worker look for what no row says, again and again."""
    until = world.clock.now() + long
    while world.clock.now() <= until:
        put_off(world)
        end_overlooked(world.grants())
        world.clock.advance(CHECKED)


def test_an_early_end_comes_when_its_row_is_always_put_off() -> None:
    """By its own ticks each grants worker ends what is over; the trail says that it was held."""
    world = a_world()
    grant(world)
    let_go(world)
    look(world)
    assert (lease_of(world).state, names(world)) == (LeaseState.ENDED, [])
    assert actions(world, FIRST)[-2:] == ["lease.ended", OVERLOOKED]


def test_a_shortened_lease_ends_when_its_row_is_always_put_off() -> None:
    """What is on the cluster may still say the later end; before its own it goes on."""
    world = a_world()
    grant(world)
    shorten(Shorten(actor=ALICE, target=FIRST.rpartition("-")[0], length=HOUR / 2), world.ask)
    look(world)
    assert lease_of(world).state is LeaseState.ACTIVE
    world.clock.advance(HOUR / 2)
    look(world)
    assert lease_of(world).state is LeaseState.ENDED


def test_what_its_holder_may_not_have_ends_when_its_row_is_always_put_off() -> None:
    """Who left says so in a place of its own: the lease itself goes on."""
    world = a_world()
    grant(world)
    said = Offboarding(lease=FIRST, why="they left")
    world.store.keep_offboarding(said, cluster="prod")
    look(world)
    assert (lease_of(world).state, names(world)) == (LeaseState.ENDED, [])


def test_an_end_that_is_tried_is_left_to_its_row() -> None:
    """Where nothing is wrong nothing is done twice, and nobody is accused."""
    world = a_world()
    grant(world)
    let_go(world)
    ports = failing(world, "delete", TemporaryOutsideError("prod: unreachable"))
    for _ in range(10):
        revoke_due(world, ports)
        assert end_overlooked(world.grants()) == []
        world.clock.advance(CHECKED)
    assert lease_of(world).state is LeaseState.REVOKING


def test_who_did_not_look_for_long_knows_of_no_try() -> None:
    """After an outage all that waits is due by its rows: it is no sign of anybody."""
    world = a_world()
    grant(world)
    let_go(world)
    end_overlooked(world.grants())
    world.clock.advance(LONG)
    assert end_overlooked(world.grants()) == []


def test_what_something_held_ends_without_a_word_of_its_row() -> None:
    """Whoever comes first once a finalizer is off ends it."""
    world = a_world()
    grant(world)
    let_go(world)
    held = lease_of(world).held("RoleBinding x has the finalizer y")
    world.store.commit(Change(move=world.ids.move(), leases=(held,)))
    look(world)
    assert lease_of(world).state is LeaseState.ENDED
    assert OVERLOOKED not in actions(world)


def test_what_goes_on_is_taken_off_the_list() -> None:
    """Others may write there: what they write is read once."""
    world = a_world()
    grant(world)
    said = Offboarding(lease=FIRST, why="they left")
    world.store.keep_offboarding(said, cluster="prod")
    world.store._offboarded.clear()
    look(world)
    assert world.store.early("prod") == []
    assert lease_of(world).state is LeaseState.ACTIVE


@pytest.mark.parametrize("seconds", [0, CHECKED.total_seconds() - 1])
def test_nobody_looks_before_it_is_time(seconds: float) -> None:
    """Nor at the very first: so many processes begin at once."""
    world = a_world()
    assert not unchecked(world.grants())
    world.clock.advance(timedelta(seconds=seconds))
    assert not unchecked(world.grants())
    world.clock.advance(CHECKED)
    assert unchecked(world.grants())
    end_overlooked(world.grants())
    assert not unchecked(world.grants())


def test_a_store_that_fails_is_asked_again_as_soon() -> None:
    """What cannot be read now is looked for at the next time."""
    world = a_world()
    store = Failing(world.store, "early", TemporaryOutsideError("down"), lambda _: True)
    ports = replace(world.grants(), store=cast("Any", store))
    with pytest.raises(TemporaryOutsideError):
        end_overlooked(ports)
    assert not unchecked(ports)


def test_other_rows_stay() -> None:
    """The agenda is nobody's business here."""
    world = a_world()
    row = Promise(keeper="prod", kind=PromiseKind.END, subject=FIRST, at=world.clock.now() + HOUR)
    world.store.commit(Change(move=world.ids.move(), promises=(row,)))
    look_rows = world.agenda.promises("prod")
    end_overlooked(world.grants())
    assert world.agenda.promises("prod") == look_rows
