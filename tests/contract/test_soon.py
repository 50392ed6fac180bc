"""What an agenda names that is due, or was put off by a little: nothing is claimed by it."""

from dataclasses import replace

from daypass.ports import PromiseKind
from tests.contract.store_stages import HOUR, State

END = PromiseKind.END


def test_soon_names_what_is_due_or_put_off_of_one_kind(state: State) -> None:
    """By then, earliest first, among so many rows; what is due later is not named."""
    late, near = state.due_in(-HOUR, "a"), state.due_in(HOUR / 2, "b")
    other = replace(state.due_in(0 * HOUR, "x"), kind=PromiseKind.PROVISION)
    state.write(near, late, other, state.due_in(2 * HOUR, "c"), state.due_in(-HOUR, due="dev"))
    until = state.clock.now() + HOUR
    assert state.agenda.soon("prod", END, until, among=10) == ["a", "b"]
    assert state.agenda.soon("prod", END, until, among=2) == ["a"]
    assert state.agenda.soon("none", END, until, among=10) == []


def test_soon_names_what_is_claimed_and_takes_it_from_nobody(state: State) -> None:
    """Whoever has claimed it may die of it: it is still to be done."""
    state.write(state.due_in(-HOUR))
    [claim] = state.claim()
    assert state.agenda.soon("prod", END, state.clock.now() + HOUR, among=10) == ["k7q2m9x4t1bd"]
    assert state.agenda.finish(claim)
    assert state.agenda.soon("prod", END, state.clock.now() + HOUR, among=10) == []
