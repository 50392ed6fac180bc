"""The contract of Store.commit: one move, all of it or nothing; on all three."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from daypass.domain.audit import Action, AuditEvent
from daypass.domain.errors import ConflictError
from daypass.domain.ids import PersonId
from daypass.domain.people import Pin
from daypass.domain.request import RequestState
from daypass.ports import NOTIFICATIONS, TIMEKEEPER, Change, PromiseKind
from tests.builders import NOON, a_lease, a_request
from tests.contract.store_stages import HOUR, State, a_move

AN_EVENT = AuditEvent(at=NOON, action=Action.REQUEST_SUBMITTED, actor="U0ALICE", subject="x")
ALICE, BOB = PersonId("U0ALICE"), PersonId("U0BOB")
NOW = timedelta(0)


def test_commit_writes_next_version_and_move(state: State) -> None:
    """A value is stored with the version after the one it was read at, and the move's id."""
    move = a_move()
    state.store.commit(Change(move=move, requests=(a_request(),), leases=(a_lease(),)))
    assert state.store.request(a_request().id) == replace(a_request(), version=1, move=move)
    assert state.store.lease(a_lease().id) == replace(a_lease(), version=1, move=move)


def test_commit_leaves_no_trace_when_one_value_was_moved_before(state: State) -> None:
    """Law 7: a version conflict leaves no value, event, row or wake-up, not even of the others."""
    state.store.commit(Change(move=a_move(), requests=(a_request(),)))
    before = state.store.request(a_request().id)
    change = Change(
        move=a_move(),
        leases=(a_lease(),),
        requests=(a_request(),),
        pins=(Pin(id=ALICE, email="alice@example.com", pinned_at=NOON),),
        events=(AN_EVENT,),
        promises=(state.due_in(NOW),),
    )
    with pytest.raises(ConflictError):
        state.store.commit(change)
    assert state.store.request(a_request().id) == before
    assert state.store.lease(a_lease().id) is None
    assert state.store.pin(ALICE) is None
    assert state.store.live_on("prod") == {}
    assert (list(state.events()), list(state.wakeups())) == ([], [])
    assert state.overdue() == {}


def test_commit_returns_what_is_stored_now(state: State) -> None:
    """Whoever goes on with a value need not read it again."""
    pin = Pin(id=ALICE, email="alice@example.com", pinned_at=NOON)
    for version in (0, 1):
        change = Change(
            move=a_move(),
            requests=(replace(a_request(), version=version),),
            leases=(replace(a_lease(), version=version),),
            pins=(replace(pin, version=version),),
        )
        stored = state.store.commit(change)
        assert stored.requests == (state.store.request(a_request().id),)
        assert stored.leases == (state.store.lease(a_lease().id),)
        assert stored.pins == (state.store.pin(ALICE),)
        assert stored.leases[0].version == version + 1


def test_commit_removes_nothing_when_it_conflicts(state: State) -> None:
    """A row that a refused move would have kept stays."""
    state.store.commit(Change(move=a_move(), requests=(a_request(),)))
    promise = state.due_in(-HOUR)
    state.write(promise)
    with pytest.raises(ConflictError):
        state.store.commit(Change(move=a_move(), requests=(a_request(),), done=(promise,)))
    assert state.overdue() == {"prod": 1}


def test_commit_counts_as_done_when_it_is_repeated(state: State) -> None:
    """A change whose answer was lost may be sent again: it happens once."""
    change = Change(
        move=a_move(),
        requests=(a_request(),),
        leases=(a_lease(),),
        events=(AN_EVENT,),
        promises=(state.due_in(NOW),),
    )
    state.store.commit(change)
    state.start()
    state.store.commit(change)
    stored = state.store.request(a_request().id)
    assert stored is not None
    assert stored.version == 1
    assert list(state.events()) == [AN_EVENT]
    assert list(state.wakeups()) == []


def test_commit_keeps_every_update_when_threads_write_the_same_value(state: State) -> None:
    """Of two moves from one version exactly one is committed; nobody's is overwritten."""
    state.store.commit(Change(move=a_move(), requests=(a_request(),)))

    def count_up(_: int) -> int:
        won = 0
        while won < 10:
            read = state.store.request(a_request().id)
            assert read is not None
            try:
                state.store.commit(Change(move=a_move(), requests=(read,), events=(AN_EVENT,)))
            except ConflictError:
                continue
            won += 1
        return won

    with ThreadPoolExecutor(4) as threads:
        won = sum(threads.map(count_up, range(4)))
    stored = state.store.request(a_request().id)
    assert stored is not None
    assert (won, stored.version, len(state.events())) == (40, 41, 40)


def test_commit_appends_events_in_order(state: State) -> None:
    """The trail holds what was committed, oldest first, word for word."""
    told = [replace(AN_EVENT, subject=str(n), facts={"n": str(n)}) for n in range(3)]
    state.store.commit(Change(move=a_move(), events=tuple(told[:2])))
    state.store.record(told[2])
    assert list(state.events()) == told


def test_commit_writes_and_removes_rows(state: State) -> None:
    """What is promised is in the agenda, what was kept is not."""
    first, second = state.due_in(-HOUR, "a"), state.due_in(-HOUR, "b")
    state.write(first, second)
    state.store.commit(Change(move=a_move(), done=(first,), promises=(state.due_in(HOUR, "c"),)))
    assert [claim.promise for claim in state.claim()] == [second]


def test_commit_rescores_a_row_when_it_promises_the_same_again(state: State) -> None:
    """One row per kind and subject: the last move says when."""
    state.write(state.due_in(HOUR))
    sooner = state.due_in(-HOUR)
    state.write(sooner)
    assert [claim.promise for claim in state.claim()] == [sooner]
    assert state.overdue() == {}


def test_commit_wakes_each_set_when_something_became_due(state: State) -> None:
    """A wake-up per set with a due promise; none for later ones, none for the timekeeper."""
    state.write(
        state.due_in(NOW, due="prod"),
        state.due_in(HOUR, due="prod"),
        state.due_in(NOW, due=NOTIFICATIONS),
        state.due_in(NOW, due=TIMEKEEPER),
        state.due_in(HOUR, due="dev"),
    )
    assert sorted(state.wakeups()) == [NOTIFICATIONS, "prod"]


def test_commit_wakes_once_when_many_moves_come_at_once(state: State) -> None:
    """A burst of moves leaves one wake-up per set."""
    for n in range(30):
        state.write(state.due_in(NOW, str(n)), state.due_in(NOW, str(n), NOTIFICATIONS))
    assert sorted(state.wakeups()) == [NOTIFICATIONS, "prod"]
    assert state.overdue() == {"prod": 30, NOTIFICATIONS: 30}


def test_commit_wakes_again_when_the_worker_has_started(state: State) -> None:
    """No wake-up is lost: a worker that has started may already have claimed for the last time."""
    state.write(state.due_in(NOW, "a"))
    assert state.start() == "prod"
    state.write(state.due_in(NOW, "b"))
    assert list(state.wakeups()) == ["prod"]


def test_commit_refuses_an_email_when_another_account_has_it(state: State) -> None:
    """Law 5: an email belongs to one account, also when two are pinned at the same moment."""
    email = "alice@example.com"
    state.store.commit(Change(move=a_move(), pins=(Pin(id=ALICE, email=email, pinned_at=NOON),)))
    with pytest.raises(ConflictError):
        state.store.commit(Change(move=a_move(), pins=(Pin(id=BOB, email=email, pinned_at=NOON),)))
    assert state.store.pin(BOB) is None
    assert state.store.owner(email) == ALICE


def test_commit_frees_an_email_when_its_account_is_pinned_to_another(state: State) -> None:
    """An email that its account gave up may be somebody else's."""
    old, new = "alice@example.com", "alice@example.org"
    state.store.commit(Change(move=a_move(), pins=(Pin(id=ALICE, email=old, pinned_at=NOON),)))
    pin = state.store.pin(ALICE)
    assert pin is not None
    state.store.commit(Change(move=a_move(), pins=(replace(pin, email=new),)))
    assert state.store.owner(old) is None
    state.store.commit(Change(move=a_move(), pins=(Pin(id=BOB, email=old, pinned_at=NOON),)))
    assert (state.store.owner(old), state.store.owner(new)) == (BOB, ALICE)


def test_commit_moves_request_out_of_pending_when_it_is_decided(state: State) -> None:
    """The index of pending requests follows the state in the same move."""
    state.store.commit(Change(move=a_move(), requests=(a_request(),)))
    (waiting,) = state.store.pending()
    denied = waiting.moved_to(RequestState.DENIED, NOON)
    state.store.commit(Change(move=a_move(), requests=(denied,)))
    assert list(state.store.pending()) == []


def test_claimed_promise_keeps_its_kind_when_two_kinds_have_one_subject(state: State) -> None:
    """Rows of different kinds about one thing do not touch each other."""
    end = state.due_in(-HOUR)
    recheck = replace(end, kind=PromiseKind.RECHECK)
    state.write(end, recheck)
    state.store.commit(Change(move=a_move(), done=(end,)))
    assert [claim.promise for claim in state.claim()] == [recheck]
