"""What nobody answered in time times out."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from daypass.domain.errors import (
    ConflictError,
    DaypassError,
    IllegalMoveError,
    PermanentOutsideError,
    TemporaryOutsideError,
)
from daypass.domain.ids import RequestId
from daypass.domain.request import RequestState
from daypass.ports import TIMEKEEPER
from daypass.usecases.requests.cancel import Cancel, cancel
from daypass.usecases.requests.lapse import let_lapse
from daypass.usecases.shared.rows import lapse
from daypass.usecases.shared.tick import BATCH
from tests.builders import a_world, unbounded
from tests.unit.usecases.scenes import ALICE, BOB, CAROL, DAN, HOUR, Failing, actions, ask, rows

PEOPLE = (ALICE, BOB, CAROL, DAN)


def test_a_request_lapses_when_nobody_answers() -> None:
    """An unanswered request times out, with its event, and Slack is told."""
    world = a_world()
    request = ask(world).request
    world.clock.advance(HOUR - timedelta(seconds=1))
    let_lapse(world.ask)
    assert actions(world, request.id) == ["request.submitted"]
    world.clock.advance(timedelta(seconds=1))
    let_lapse(world.ask)
    stored = world.store.request(request.id)
    assert stored is not None
    assert stored.state is RequestState.LAPSED
    assert actions(world, request.id)[-1] == "request.lapsed"
    assert rows(world, TIMEKEEPER) == {}


def test_leaves_a_request_alone_that_is_decided() -> None:
    """A promise that outlived its request is finished without a move."""
    world = a_world()
    request = ask(world).request
    cancel(Cancel(actor=ALICE, target=request.id), world.ask)
    gone = replace(request, id=RequestId("000000000009"))
    late = [replace(lapse(one), at=world.clock.now()) for one in (request, gone)]
    world.agenda.write(late, [])
    let_lapse(world.ask)
    assert actions(world, request.id)[-1] == "request.cancelled"
    assert rows(world, TIMEKEEPER) == {}


def test_sees_to_many_over_several_looks() -> None:
    """What does not fit one look is seen to in the next."""
    world = a_world(unbounded())
    for number in range(BATCH + 1):
        ask(world, actor=PEOPLE[number % len(PEOPLE)])
    world.clock.advance(HOUR)
    let_lapse(world.ask)
    assert len(world.store.pending()) == 1
    let_lapse(world.ask)
    assert world.store.pending() == []


@pytest.mark.parametrize(
    "error", [ConflictError("lost"), IllegalMoveError("a bug"), PermanentOutsideError("refused")]
)
def test_lets_others_lapse_when_one_cannot(error: DaypassError) -> None:
    """One request that cannot be moved keeps no other from timing out; it is said after them."""
    world = a_world(unbounded())
    first, second, other = (ask(world).request.id for _ in range(3))
    world.clock.advance(HOUR)
    stuck = Failing(world.store, "commit", error, lambda it: it.requests[0].id in {first, second})
    with pytest.raises(type(error)):
        let_lapse(replace(world.ask, store=cast("Any", stuck)))
    assert {one.id for one in world.store.pending()} == {first, second}
    assert actions(world, other)[-1] == "request.lapsed"


def test_ends_a_look_when_the_store_is_away() -> None:
    """Each try takes seconds, and every other one would fail as well."""
    world, asked = a_world(unbounded()), list[object]()
    for _ in range(3):
        ask(world)
    world.clock.advance(HOUR)
    away = TemporaryOutsideError("Redis does not answer")

    def every(change: object) -> bool:
        asked.append(change)
        return True

    gone = Failing(world.store, "commit", away, every)
    with pytest.raises(TemporaryOutsideError):
        let_lapse(replace(world.ask, store=cast("Any", gone)))
    assert len(asked) == 1
