"""The contract of the clock: never early, one owner at a time, nothing lost; on all three."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from daypass.ports import (
    HURRIED,
    NOTIFICATIONS,
    PUT_OFF,
    TIMEKEEPER,
    Promise,
    PromiseKind,
    Share,
)
from tests.contract.store_stages import HOUR, VISIBILITY, State

NOW = timedelta(0)


def test_now_is_utc_and_passes(state: State) -> None:
    """Time is aware, in UTC, and goes forward."""
    before = state.clock.now()
    state.clock.pause(timedelta(milliseconds=1))
    assert before.utcoffset() == NOW
    assert state.clock.now() - before >= timedelta(milliseconds=1)


def test_claim_returns_what_is_due_earliest_first_up_to_the_limit(state: State) -> None:
    """The longest overdue comes first; other sets stay untouched."""
    late = [state.due_in(-n * HOUR, str(n)) for n in (1, 3, 2)]
    state.write(*late, state.due_in(-HOUR, due="dev"))
    assert [claim.promise for claim in state.claim(limit=2)] == [late[1], late[2]]
    assert [claim.promise for claim in state.claim(limit=2)] == [late[0]]


def test_claim_of_some_kinds_finds_them_behind_any_number_of_others(state: State) -> None:
    """An end waits behind no grant, however many of those have been due for longer (law 3)."""
    ends = [state.due_in(-HOUR, str(n)) for n in range(3)]
    grants = [
        replace(state.due_in(-2 * HOUR, str(n)), kind=PromiseKind.PROVISION) for n in range(150)
    ]
    state.write(*grants, *ends, state.due_in(HOUR, "later"))
    for limit in (2, 2, 2):
        found = state.agenda.claim("prod", limit, (PromiseKind.END, PromiseKind.RECHECK))
        assert [claim.promise for claim in found] == ends[:limit]
        del ends[:limit]
    assert state.overdue() == {"prod": 150}
    assert len(state.agenda.claim("prod", 200, (PromiseKind.PROVISION,))) == 150


def test_claim_of_shares_takes_so_many_of_each_and_none_after_a_full_one(state: State) -> None:
    """One look at the set brings ends and grants; where more ends are due nothing else (law 3)."""
    ends = [state.due_in(-HOUR, str(n)) for n in range(3)]
    grants = [
        replace(state.due_in(-2 * HOUR, str(n)), kind=PromiseKind.PROVISION) for n in range(150)
    ]
    state.write(*grants, *ends, state.due_in(HOUR, "later"))
    shares = [
        Share(kinds=(PromiseKind.END,), most=2),
        Share(kinds=(PromiseKind.PROVISION,), most=9),
    ]
    claims = [state.agenda.claim_shares("prod", shares) for _ in range(2)]
    assert [claim.promise for claim in claims[0]] == ends[:2]
    assert [claim.promise for claim in claims[1]][:1] == ends[2:]
    assert [claim.promise.kind for claim in claims[1]][1:] == [PromiseKind.PROVISION] * 9
    assert state.overdue() == {"prod": 141}


def test_claim_is_never_early(state: State) -> None:
    """A promise is claimed at its moment or after it, to the microsecond.

    The claim says when that was; the clock may be behind by what it takes to ask the store.
    """
    promise = state.due_in(timedelta(milliseconds=5))
    state.write(promise, state.due_in(HOUR, "later"))
    while not (claims := state.quick.claim("prod", 50)):
        state.clock.pause(timedelta(milliseconds=1))
    assert [claim.promise for claim in claims] == [promise]
    assert claims[0].until - VISIBILITY >= promise.at


def test_claim_gives_each_promise_to_one_when_many_claim_at_once(state: State) -> None:
    """No two hold the same promise."""
    state.write(*(state.due_in(-HOUR, str(n)) for n in range(200)))
    with ThreadPoolExecutor(4) as threads:
        shares = list(threads.map(lambda _: state.claim(limit=50), range(4)))
    subjects = [claim.promise.subject for share in shares for claim in share]
    assert sorted(subjects) == sorted({str(n) for n in range(200)})


def test_claimed_promise_is_due_again_when_the_claim_has_run_out(state: State) -> None:
    """Whoever claimed it may have died: it reappears, and the old claim is worth nothing."""
    state.write(state.due_in(-HOUR))
    (first,) = state.quick.claim("prod", 50)
    state.clock.pause(VISIBILITY)  # No longer: or the next claim finds nothing.
    (second,) = state.quick.claim("prod", 50)
    assert second.promise == replace(first.promise, at=first.until)
    assert not state.quick.finish(first)
    assert state.quick.finish(second)


def test_finish_removes_what_was_claimed(state: State) -> None:
    """A kept promise is gone, once."""
    state.write(state.due_in(-HOUR))
    (claim,) = state.claim()
    assert state.agenda.finish(claim)
    assert not state.agenda.finish(claim)
    state.agenda.ensure(claim.promise, within=HOUR)
    assert state.overdue() == {"prod": 1}


def test_finish_keeps_the_row_when_a_move_has_rescored_it(state: State) -> None:
    """What was promised anew while we worked is not lost."""
    state.write(state.due_in(-HOUR))
    (claim,) = state.claim()
    anew = state.due_in(-HOUR)
    state.write(anew)
    assert not state.agenda.finish(claim)
    assert [claim.promise for claim in state.claim()] == [anew]


def test_postpone_makes_it_due_at_another_moment(state: State) -> None:
    """It is due then, not when the claim would have run out."""
    state.write(state.due_in(-HOUR))
    (claim,) = state.claim()
    to = state.clock.now()
    assert state.agenda.postpone(claim, to)
    assert [claim.promise.at for claim in state.claim()] == [to]


def test_postpone_changes_nothing_when_a_move_has_rescored_the_row(state: State) -> None:
    """A move's word is newer than a claim's."""
    state.write(state.due_in(-HOUR))
    (claim,) = state.claim()
    anew = state.due_in(-HOUR)
    state.write(anew)
    assert not state.agenda.postpone(claim, anew.at + 9 * HOUR)
    assert state.overdue() == {"prod": 1}


def test_postpone_and_finish_say_no_when_the_row_is_gone(state: State) -> None:
    """A move that kept the promise was faster."""
    state.write(state.due_in(-HOUR))
    (claim,) = state.claim()
    assert state.agenda.finish(claim)
    assert not state.agenda.postpone(claim, claim.until)
    assert state.overdue() == {}


def test_ensure_writes_a_row_unless_there_is_one(state: State) -> None:
    """A promise that stands is not moved by somebody who only wants it to be there."""
    first = state.due_in(-HOUR)
    state.agenda.ensure(first, within=HOUR)
    other = replace(first, kind=PromiseKind.ADJUST)
    state.agenda.ensure(replace(first, at=first.at - HOUR), other, within=2 * HOUR)
    claims = state.claim()
    assert {claim.promise.kind: claim.promise.at for claim in claims} == {
        PromiseKind.END: first.at,
        PromiseKind.ADJUST: first.at,
    }


def test_ensure_brings_nearer_what_is_due_too_late(state: State) -> None:
    """Nobody puts off for ever what has to be looked at: a row only comes nearer."""
    near, far = state.due_in(HOUR, "near"), state.due_in(9 * HOUR, "far")
    past = state.due_in(HOUR, "past")
    state.write(near, far, past)
    wanted = state.due_in(-HOUR, "far"), state.due_in(-HOUR / 2, "near")
    state.agenda.ensure(*wanted, state.due_in(-HOUR, "past"), within=2 * HOUR)
    assert [claim.promise for claim in state.claim()] == [wanted[0]]


def test_ensure_lets_stand_what_is_late_by_no_more_than_was_said(state: State) -> None:
    """Whoever sees to it just now has put it off by a little, and is let finish."""
    state.write(state.due_in(HOUR))
    state.agenda.ensure(state.due_in(-9 * HOUR), within=2 * HOUR)
    assert state.overdue() == {}


def test_ensure_writes_a_row_of_a_set_that_has_none(state: State) -> None:
    """Whoever looks for what is overdue finds it; nothing to ensure is nothing to do."""
    state.agenda.ensure(state.due_in(-HOUR, due="dev"), within=HOUR)
    assert state.overdue() == {"dev": 1}
    state.agenda.ensure(within=HOUR)


def test_only_the_sets_that_are_asked_for_are_looked_at(state: State) -> None:
    """Whoever writes rows of other sets, however many, has nobody woken, and holds up no look."""
    state.write(*(state.due_in(-HOUR, due=due) for due in ("prod", "dev", "x", "y")))
    assert list(state.agenda.overdue(["dev", "prod", "none"])) == ["dev", "prod"]
    assert list(state.agenda.oldest(["dev", "prod", "none"])) == ["dev", "prod"]
    assert not {**state.agenda.overdue([]), **state.agenda.oldest([])}


def test_ticks_only_go_forward(state: State) -> None:
    """They are this process's own, and count what passes."""
    before = state.clock.ticks()
    state.clock.pause(timedelta(milliseconds=1))
    assert state.clock.ticks() >= before + 0.001


def test_overdue_counts_only_what_is_due(state: State) -> None:
    """Sets without anything due are left out; the timekeeper's own set has the empty name."""
    state.write(state.due_in(-HOUR, "a"), state.due_in(-HOUR, "b"), state.due_in(HOUR, "c"))
    state.write(state.due_in(-HOUR, due=TIMEKEEPER), state.due_in(HOUR, due="dev"))
    assert state.overdue() == {"prod": 2, TIMEKEEPER: 1}


def test_claimed_promises_are_not_overdue(state: State) -> None:
    """Somebody looks after them until the claim runs out."""
    state.write(state.due_in(-HOUR))
    state.claim()
    assert state.overdue() == {}


def test_wake_enqueues_once_until_the_worker_starts(state: State) -> None:
    """One wake-up is outstanding per set at most; the timekeeper wakes nobody for itself."""
    assert [state.agenda.wake("prod") for _ in range(2)] == [True, False]
    assert state.agenda.wake(NOTIFICATIONS)
    assert not state.agenda.wake(TIMEKEEPER)
    assert sorted(state.wakeups()) == [NOTIFICATIONS, "prod"]
    assert state.start() == "prod"
    assert state.agenda.wake("prod")


def test_promise_with_colons_in_its_subject_comes_back_whole(state: State) -> None:
    """A subject may be any text."""
    odd = Promise(keeper="prod", kind=PromiseKind.END, subject="a:b", at=state.clock.now() - HOUR)
    state.write(odd)
    assert [claim.promise for claim in state.claim()] == [odd]


def test_oldest_says_since_when_each_set_waits(state: State) -> None:
    """The earliest overdue promise per set; sets with nothing due, or nothing at all, left out."""
    late = state.due_in(-HOUR, "a")
    state.write(late, state.due_in(-HOUR / 2, "b"), state.due_in(HOUR, "c"))
    mine = state.due_in(-2 * HOUR, due=TIMEKEEPER)
    state.write(mine, state.due_in(HOUR, due="dev"))
    assert state.oldest() == {"prod": late.at, TIMEKEEPER: mine.at}
    state.claim()
    assert state.oldest() == {TIMEKEEPER: mine.at}


def test_hurry_makes_due_what_was_put_off_a_little(state: State) -> None:
    """A cluster that came back is served at once: its tries, not what is due far later (law 3)."""
    tries = [replace(state.due_in(HURRIED / 2, "x"), kind=kind) for kind in sorted(PUT_OFF)]
    state.write(*tries, state.due_in(2 * HURRIED, "later"), state.due_in(HURRIED / 2, due="dev"))
    before = state.clock.now()
    assert state.agenda.hurry("prod") == len(PUT_OFF)
    claims = state.claim()
    assert {claim.promise.kind for claim in claims} == PUT_OFF
    assert {claim.promise.subject for claim in claims} == {"x"}
    assert all(before <= claim.promise.at for claim in claims)  # Claimed, so not later than now.
    assert state.overdue() == {}


@pytest.mark.parametrize("kind", sorted(set(PromiseKind) - PUT_OFF))
def test_hurry_leaves_other_kinds_alone(state: State, kind: PromiseKind) -> None:
    """What has its own time, such as a look or a reminder, comes no earlier."""
    row = replace(state.due_in(HURRIED / 2), kind=kind)
    state.write(row)
    assert state.agenda.hurry("prod") == 0
    assert list(state.claim()) == []


def test_hurry_leaves_what_is_due_already(state: State) -> None:
    """What waits longest stays first."""
    row = state.due_in(-HOUR)
    state.write(row)
    assert state.agenda.hurry("prod") == 0
    assert [claim.promise for claim in state.claim()] == [row]
