"""The contract of taking away rows about leases of which nothing is to be done, on all three."""

from dataclasses import replace

import pytest

from daypass.domain.ids import RequestId, lease_id
from daypass.domain.lease import LeaseState
from daypass.domain.request import RequestState
from daypass.ports import NOTIFICATIONS, PUT_OFF, TIMEKEEPER, Change, Promise, PromiseKind
from tests.builders import a_lease, a_person, a_request
from tests.contract.store_stages import HOUR, State, a_move

LIVE, OVER, ELSEWHERE, NONE = (lease_id(RequestId(name * 12), 1) for name in "abcd")
LAST, HOLDER, LAPSE = PromiseKind.RECHECK, PromiseKind.HOLDER, PromiseKind.LAPSE


def stored(state: State) -> None:
    """Store a lease that lives, one that is over, and one of another cluster."""
    ended = a_lease(id=OVER, state=LeaseState.ENDED, ended_at=state.clock.now())
    leases = (a_lease(id=LIVE), ended, a_lease(id=ELSEWHERE, cluster="dev"))
    state.store.commit(Change(move=a_move(), leases=leases))


def due(state: State, kind: PromiseKind, name: str) -> Promise:
    """Return a row that is due."""
    return replace(state.due_in(-HOUR, name), kind=kind)


@pytest.mark.parametrize("kind", sorted({*PUT_OFF, LAST}))
def test_rows_about_nothing_are_taken_away(state: State, kind: PromiseKind) -> None:
    """What is over has a last look to come, and nothing else."""
    stored(state)
    state.write(*(due(state, kind, name) for name in (LIVE, OVER, ELSEWHERE, NONE)))
    stays = {LIVE, OVER} if kind is LAST else {LIVE}
    assert state.store.sift("prod") == 4 - len(stays)
    assert {claim.promise.subject for claim in state.claim()} == stays


def test_what_is_not_due_or_about_no_lease_stays(state: State) -> None:
    """A row is written with its lease, and who wrote others sees to them when they are due."""
    later = state.due_in(HOUR, NONE)
    look = replace(state.due_in(-HOUR, "prod"), kind=PromiseKind.RECONCILE)
    state.write(later, look)
    assert state.store.sift("prod") == 0
    assert [claim.promise for claim in state.claim()] == [look]


def test_looks_at_who_holds_nothing_are_taken_away(state: State) -> None:
    """Alice holds something; carol's is over, and of dan nothing was ever stored."""
    alice, carol, dan = (a_person(name) for name in ("alice", "carol", "dan"))
    over = {"state": LeaseState.ENDED, "ended_at": state.clock.now()}
    held = (a_lease(id=LIVE, holder=alice), a_lease(id=OVER, holder=carol, **over))
    state.store.commit(Change(move=a_move(), leases=held))
    state.write(
        *(replace(due(state, HOLDER, one.id), keeper=NOTIFICATIONS) for one in (alice, carol, dan))
    )
    assert state.store.sift(NOTIFICATIONS) == 2
    assert [claim.promise.subject for claim in state.claim(NOTIFICATIONS)] == [alice.id]


def test_rows_of_requests_that_do_not_wait_are_taken_away(state: State) -> None:
    """One was cancelled, and of one nothing is stored."""
    waits, over, none = (a_request(id=RequestId(name * 12)) for name in "abc")
    over = replace(over, state=RequestState.CANCELLED, decided_at=state.clock.now())
    state.store.commit(Change(move=a_move(), requests=(waits, over)))
    late = [replace(due(state, LAPSE, one.id), keeper=TIMEKEEPER) for one in (waits, over, none)]
    state.write(*late)
    assert state.store.sift(TIMEKEEPER) == 2
    assert [claim.promise.subject for claim in state.claim(TIMEKEEPER)] == [waits.id]
