"""One look of the timekeeper."""

from dataclasses import replace

import pytest

from daypass.domain.errors import ConflictError, PermanentOutsideError
from daypass.ports import NOTIFICATIONS, Claim, Ledger, Promise, PromiseKind
from daypass.usecases.shared.commits import TRIES, until_committed
from daypass.usecases.shared.rows import SETTLE, retain_row
from daypass.usecases.shared.tick import tick
from tests.builders import World, a_world
from tests.unit.usecases.scenes import HOUR, approve


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


def test_tick_raises_the_first_of_what_went_wrong() -> None:
    """What comes after may follow from it."""
    world = a_world()
    one = retain_row(world.clock.now())
    world.agenda.write([replace(one, subject=name) for name in ("a", "b")], [])

    def fail(claim: Claim) -> None:
        raise PermanentOutsideError(claim.promise.subject)

    with pytest.raises(PermanentOutsideError, match="a"):
        tick(ledger(world), {PromiseKind.RETAIN: fail})


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
