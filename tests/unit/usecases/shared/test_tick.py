"""One look of the timekeeper."""

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
from daypass.ports import NOTIFICATIONS, TIMEKEEPER, Claim, Ledger, Promise, PromiseKind
from daypass.usecases.requests.cancel import Cancel, cancel
from daypass.usecases.shared.commits import TRIES, until_committed
from daypass.usecases.shared.rows import SETTLE, lapse, retain_row
from daypass.usecases.shared.tick import BATCH, tick
from tests.builders import World, a_world, unbounded
from tests.unit.usecases.scenes import ALICE, HOUR, Failing, actions, approve, ask, rows


def ledger(world: World) -> Ledger:
    return world.ledger


def test_tick_beats() -> None:
    """Others see that somebody watches the ends."""
    world = a_world()
    now = world.clock.advance(HOUR)
    assert tick(ledger(world)).woken == 0
    assert world.heartbeats.heard("timekeeper") == now


def test_tick_wakes_sets_with_overdue_rows_once() -> None:
    """A wake-up that was lost is sent again; one that is outstanding is not doubled."""
    world = a_world()
    approve(world)
    world.clock.advance(SETTLE)
    world.agenda.wakeups.clear()
    assert tick(ledger(world)).woken == 2
    assert set(world.agenda.wakeups) == {"prod", NOTIFICATIONS}
    assert tick(ledger(world)).woken == 0


def test_tick_wakes_nobody_for_sets_that_are_none_of_ours() -> None:
    """Whoever writes thousands of them takes no time of those who watch the ends."""
    world = a_world()
    now = world.clock.now()
    end = Promise(keeper="prod", kind=PromiseKind.END, subject="x", at=now)
    world.agenda.write([replace(end, keeper=f"n{n}") for n in range(1_000)] + [end], [])
    world.agenda.wakeups.clear()
    assert tick(ledger(world)).woken == 1
    assert world.agenda.wakeups == ["prod"]


def test_tick_lets_a_request_lapse_when_nobody_answers() -> None:
    """An unanswered request times out, with its event, and Slack is told."""
    world = a_world()
    request = ask(world).request
    world.clock.advance(HOUR - timedelta(seconds=1))
    tick(ledger(world))
    assert actions(world, request.id) == ["request.submitted"]
    world.clock.advance(timedelta(seconds=1))
    tick(ledger(world))
    stored = world.store.request(request.id)
    assert stored is not None
    assert stored.state is RequestState.LAPSED
    assert actions(world, request.id)[-1] == "request.lapsed"
    assert rows(world, TIMEKEEPER) == {}


def test_tick_leaves_a_request_alone_that_is_decided() -> None:
    """A promise that outlived its request is finished without a move."""
    world = a_world()
    request = ask(world).request
    cancel(Cancel(actor=ALICE, target=request.id), world.ask)
    gone = replace(request, id=RequestId("000000000009"))
    late = [replace(lapse(one), at=world.clock.now()) for one in (request, gone)]
    world.agenda.write(late, [])
    tick(ledger(world))
    assert actions(world, request.id)[-1] == "request.cancelled"
    assert rows(world, TIMEKEEPER) == {}


def test_tick_sees_to_many_over_several_looks() -> None:
    """What does not fit one look is seen to in the next."""
    world = a_world(unbounded())
    for _ in range(BATCH + 1):
        ask(world)
    world.clock.advance(HOUR)
    tick(ledger(world))
    assert len(world.store.pending()) == 1
    tick(ledger(world))
    assert world.store.pending() == []


@pytest.mark.parametrize(
    "error", [ConflictError("lost"), IllegalMoveError("a bug"), PermanentOutsideError("refused")]
)
def test_tick_lets_others_lapse_when_one_cannot(error: DaypassError) -> None:
    """One request that cannot be moved keeps no other from timing out; it is said after them."""
    world = a_world(unbounded())
    first, second, other = (ask(world).request.id for _ in range(3))
    world.clock.advance(HOUR)
    stuck = Failing(world.store, "commit", error, lambda it: it.requests[0].id in {first, second})
    with pytest.raises(type(error)):
        tick(replace(ledger(world), store=cast("Any", stuck)))
    assert {one.id for one in world.store.pending()} == {first, second}
    assert actions(world, other)[-1] == "request.lapsed"


def test_tick_raises_the_first_of_what_went_wrong() -> None:
    """What comes after may follow from it."""
    world = a_world()
    one = retain_row(world.clock.now())
    world.agenda.write([replace(one, subject=name) for name in ("a", "b")], [])

    def fail(claim: Claim) -> None:
        raise PermanentOutsideError(claim.promise.subject)

    with pytest.raises(PermanentOutsideError, match="a"):
        tick(ledger(world), {PromiseKind.RETAIN: fail})


def test_tick_ends_a_look_when_the_store_is_away() -> None:
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
        tick(replace(ledger(world), store=cast("Any", gone)))
    assert len(asked) == 1


def test_until_committed_gives_up_in_the_end() -> None:
    """A move that loses every time is a bug that shows, not a loop."""
    tries: list[int] = []

    def lose() -> None:
        tries.append(1)
        raise ConflictError("first")

    with pytest.raises(ConflictError):
        until_committed(lose)
    assert len(tries) == TRIES


def test_until_committed_leaves_what_moved_itself_to_whoever_moved_it() -> None:
    """Only what else was in the move is judged again; twice begun is not twice as good."""
    tries: list[int] = []

    def lose() -> None:
        tries.append(1)
        raise ConflictError("first")

    with pytest.raises(ConflictError):
        until_committed(lose, still=lambda: len(tries) < 3)
    assert len(tries) == 3
