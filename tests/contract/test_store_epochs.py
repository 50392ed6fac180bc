"""The contract of epoch, freeze and the trail's marks in the store; on all three."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from daypass.domain.audit import Action, AuditEvent
from daypass.domain.epoch import Epoch, Freeze
from daypass.domain.errors import ConflictError
from daypass.domain.scope import CLUSTER_WIDE
from daypass.ports import Change, Store
from tests.builders import NOON, a_lease, a_snapshot
from tests.contract.store_stages import State, a_move

AN_EVENT = AuditEvent(at=NOON, action=Action.REQUEST_SUBMITTED, actor="U0ALICE", subject="x")
EPOCH = Epoch(id="e1", install="main", begun_at=NOON, why="", unproven=frozenset({"prod"}))
FREEZE = Freeze(by="alice", at=NOON, why="INC-42", clusters=frozenset({"prod"}))
Read = Callable[[Store], Epoch | Freeze | None]
EACH = pytest.mark.parametrize(
    ("change", "read"),
    [
        (Change(move=a_move(), epoch=EPOCH), lambda store: store.epoch()),
        (Change(move=a_move(), freeze=FREEZE), lambda store: store.freeze()),
    ],
    ids=("epoch", "freeze"),
)


def test_empty_store_has_neither_epoch_nor_freeze_nor_trail(state: State) -> None:
    """None and empty mean that nobody ever wrote any: the sign of a store that was lost."""
    store = state.store
    assert (store.epoch(), store.freeze(), store.last_event(), store.head()) == (None, None, "", "")


def test_conditions_are_what_each_says_by_itself(state: State) -> None:
    """All at once, in one round trip."""
    store = state.store
    nothing = store.conditions("prod")
    assert (nothing.seen, nothing.cluster_wide, nothing.freeze, nothing.epoch) == (
        {},
        0,
        None,
        None,
    )
    wide = a_lease(scope=CLUSTER_WIDE)
    store.commit(Change(move=a_move(), epoch=EPOCH, freeze=FREEZE, leases=(wide,)))
    store.keep_seen(a_snapshot())
    said = store.conditions("prod")
    assert said.seen == store.seen()
    assert (said.cluster_wide, store.conditions("dev").cluster_wide) == (1, 0)
    assert (said.freeze, said.epoch) == (store.freeze(), store.epoch())


@EACH
def test_commit_writes_the_next_version(state: State, change: Change, read: Read) -> None:
    """Epoch and freeze are values as all others: the version after the one read, and the move."""
    state.store.commit(change)
    written = change.epoch or change.freeze
    assert written is not None
    assert read(state.store) == replace(written, version=1, move=change.move)


@EACH
def test_commit_conflicts_when_another_was_first(state: State, change: Change, read: Read) -> None:
    """Law 7: of two moves from the same version the second leaves nothing at all."""
    state.store.commit(change)
    before = read(state.store)
    second = replace(change, move=a_move(), leases=(a_lease(),), events=(AN_EVENT,))
    with pytest.raises(ConflictError):
        state.store.commit(second)
    assert read(state.store) == before
    assert state.store.lease(a_lease().id) is None
    assert list(state.events()) == []


@EACH
def test_commit_counts_as_done_when_it_is_repeated(
    state: State, change: Change, read: Read
) -> None:
    """Our own move id there means that only the answer was lost: no error, no second event."""
    change = replace(change, events=(AN_EVENT,))
    state.store.commit(change)
    before = read(state.store)
    state.store.commit(change)
    assert read(state.store) == before
    assert list(state.events()) == [AN_EVENT]


def test_commit_changes_epoch_and_freeze_when_they_are_at_their_version(state: State) -> None:
    """What was read may be moved on, one without the other."""
    state.store.commit(Change(move=a_move(), epoch=EPOCH, freeze=FREEZE))
    epoch = state.store.epoch()
    assert epoch is not None
    state.store.commit(Change(move=a_move(), epoch=epoch.proven("prod")))
    moved, freeze = state.store.epoch(), state.store.freeze()
    assert moved is not None
    assert freeze is not None
    assert (moved.version, moved.unproven, freeze.version) == (2, frozenset(), 1)


def test_last_event_is_the_newest(state: State) -> None:
    """Each event has an id of its own, whether it came with a move or alone."""
    ids = []
    for move in (False, True, False):
        if move:
            state.store.commit(Change(move=a_move(), events=(AN_EVENT, AN_EVENT)))
        else:
            state.store.record(AN_EVENT)
        ids.append(state.store.last_event())
    assert len(set(ids)) == 3
    assert all(state.store.has_event(event) for event in ids)


@pytest.mark.parametrize("event", ["1-1", "99999999999999-0", "1", "x", "1-x", "-", "9" * 30])
def test_has_event_is_no_for_what_is_not_there(state: State, event: str) -> None:
    """Older or newer than what is there, or no id at all: a mark may have been tampered with."""
    state.store.record(AN_EVENT)
    assert not state.store.has_event(event)


def test_has_event_is_yes_for_no_event(state: State) -> None:
    """A mark that was written before anything happened asks for nothing."""
    assert state.store.has_event("")
