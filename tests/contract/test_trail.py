"""The audit trail and what is over: in memory, on fakeredis and on a real Valkey."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daypass.domain.audit import Action, AuditEvent
from daypass.domain.errors import UnreadableError
from daypass.domain.lease import EndCause, Lease, LeaseState
from daypass.domain.notification import Receipt, Unsaid
from daypass.domain.request import Request, RequestState
from daypass.domain.trail import Checkpoint, Entry, sealed
from daypass.domain.verification import verify
from daypass.ports import Change
from daypass.usecases.audit.excerpt import excerpt
from tests.builders import KEY, NOON, a_lease, a_request
from tests.contract.store_stages import State, a_move

LATER = NOON + timedelta(days=1)
TRIMMED = AuditEvent(at=NOON, action=Action.TRAIL_TRIMMED, actor="timekeeper", subject="retention")


def an_event(subject: str) -> AuditEvent:
    return AuditEvent(at=NOON, action=Action.LEASE_ENDED, actor="bob", subject=subject)


def happen(state: State, *subjects: str) -> list[Entry]:
    """Append an event for each subject; return the whole trail."""
    for subject in subjects:
        state.store.record(an_event(subject))
    return list(state.trail.entries("", 100))


def seal(state: State) -> Checkpoint:
    """Append a checkpoint over everything that none covers."""
    last = state.trail.last()
    entries = state.trail.entries(last.upto if last else "", 100)
    made = sealed(last, entries, at=NOON, key=KEY)
    assert state.trail.append(made)
    return made


def over(state: State) -> tuple[Request, Lease]:
    """Commit a denied request and an ended lease, both over since NOON; return them as stored."""
    request = replace(a_request(), state=RequestState.DENIED, decided_at=NOON)
    lease = replace(a_lease(), state=LeaseState.ENDED, cause=EndCause.EXPIRED, ended_at=NOON)
    state.store.commit(Change(move=a_move(), requests=(request,), leases=(lease,)))
    stored, ended = state.store.request(request.id), state.store.lease(lease.id)
    assert stored is not None
    assert ended is not None
    return stored, ended


def test_entries_come_in_order_and_page_by_page(state: State) -> None:
    """Each page begins after an id and may end at one."""
    one, two, three = happen(state, "a", "b", "c")
    assert state.trail.entries("", 2) == [one, two]
    assert state.trail.entries(two.id, 2) == [three]
    assert state.trail.entries("", 9, two.id) == [one, two]
    assert state.trail.entries(three.id, 2) == []


def test_event_is_what_was_recorded(state: State) -> None:
    """The bytes of an entry say it; bytes that are none of ours are refused."""
    (entry,) = happen(state, "a")
    assert state.trail.event(entry) == an_event("a")
    with pytest.raises(UnreadableError):
        state.trail.event(replace(entry, body=b"!"))


def test_append_makes_it_the_newest_checkpoint_and_the_head(state: State) -> None:
    """Its hash is what watermarks and logs carry."""
    assert state.trail.last() is None
    assert state.store.head() == ""
    happen(state, "a", "b")
    made = seal(state)
    assert state.trail.last() == made
    assert state.store.head() == made.hash
    assert state.trail.checkpoints("", 9) == [made]
    assert state.trail.checkpoints(made.upto, 9) == []


def test_append_refuses_a_checkpoint_that_follows_an_older_one(state: State) -> None:
    """Of two timekeepers one is first; the trail has no fork."""
    entries = happen(state, "a")
    first = seal(state)
    late = sealed(None, entries, at=LATER, key=KEY)
    assert not state.trail.append(late)
    assert state.trail.checkpoints("", 9) == [first]
    assert state.store.head() == first.hash


def test_append_done_twice_is_done_once(state: State) -> None:
    """Where the answer was lost, the library asks again."""
    happen(state, "a")
    made = seal(state)
    assert state.trail.append(made)
    assert state.trail.checkpoints("", 9) == [made]


def test_trim_leaves_what_can_be_verified(state: State) -> None:
    """Events go up to a checkpoint, which stays; an id that was removed still counts as known."""
    old, *_ = happen(state, "a", "b")
    seal(state)
    happen(state, "c")
    anchor = seal(state)
    happen(state, "d")
    last = seal(state)
    for _ in range(2):  # The second time only the answer was lost.
        state.trail.trim(anchor, TRIMMED)
    kept = state.trail.entries("", 9)
    assert [state.trail.event(one) for one in kept] == [an_event("d"), TRIMMED]
    assert state.trail.checkpoints("", 9) == [anchor, last]
    assert state.trail.trimmed() == anchor.upto
    assert state.store.has_event(old.id)
    there = excerpt(state.trail)
    found = verify(there.pieces, KEY, anchor=there.anchor, head=last.hash)
    assert (found.faults, found.events, found.uncovered) == ((), 1, 1)


def test_over_names_what_ended_and_what_was_decided(state: State) -> None:
    """Oldest first, up to a limit; what is live or waits is never among it."""
    request, lease = over(state)
    pending = a_request(id="000000000002")
    live = a_lease(id="000000000002-1")
    state.store.commit(Change(move=a_move(), requests=(pending,), leases=(live,)))
    found = state.archive.over(LATER, 9)
    assert found.requests == [request.id]
    assert found.leases == [lease.id]
    assert state.archive.over(NOON, 9) == replace(found, requests=[], leases=[])
    one = state.archive.over(LATER, 1)
    assert len(one.requests) + len(one.leases) == 1
    assert (one.more, found.more) == (True, False)


def test_look_again_puts_it_off(state: State) -> None:
    """It counts as over since then."""
    request, lease = over(state)
    state.archive.look_again(request.id, LATER)
    assert state.archive.over(LATER, 9).requests == []
    assert state.archive.over(LATER + timedelta(seconds=1), 9).requests == [request.id]
    assert state.archive.over(LATER, 9).leases == [lease.id]


def test_strike_takes_one_from_among_them(state: State) -> None:
    """It is not looked at again; the others are. A second time nothing is left to do."""
    request, lease = over(state)
    state.archive.look_again(request.id, NOON + timedelta(seconds=1))
    state.archive.forget([request], [], TRIMMED)
    for _ in range(2):
        state.archive.strike(request.id)
    found = state.archive.over(LATER, 9)
    assert (list(found.requests), list(found.leases)) == ([], [lease.id])


def test_forget_leaves_nothing_of_it(state: State) -> None:
    """Values, indexes and receipts go in one step, with the event that says so."""
    request, lease = over(state)
    state.store.keep_receipt(request.id, "card", Receipt(channel="C", ts="1", digest="d"))
    state.store.keep_unsaid(Unsaid(request=request.id, to=("C",), why="Invite it.", since=NOON))
    for _ in range(2):  # The second time only the answer was lost.
        assert list(state.archive.forget([request], [lease], TRIMMED)) == []
    assert state.store.request(request.id) is None
    assert state.store.lease(lease.id) is None
    assert state.store.requests_of(request.requester.id) == []
    assert state.store.receipts(request.id) == {}
    assert state.store.unsaid(request.id) is None
    nothing = state.archive.over(LATER, 9)
    assert (list(nothing.requests), list(nothing.leases)) == ([], [])
    assert list(state.events()) == [TRIMMED]


def test_forget_refuses_what_was_moved_meanwhile(state: State) -> None:
    """Nothing goes unless all of it is as it was read, and what is not is named."""
    request, lease = over(state)
    moved = state.archive.forget([request], [replace(lease, version=7)], TRIMMED)
    assert moved == [lease.id]
    assert state.store.request(request.id) == request
    assert state.store.lease(lease.id) == lease
    assert list(state.events()) == []
