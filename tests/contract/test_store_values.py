"""The contract of what the store returns: values, indexes and small facts, on all three."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daypass.domain.audit import Action, AuditEvent
from daypass.domain.errors import ConflictError
from daypass.domain.ids import LeaseId, PersonId, RequestId, lease_id
from daypass.domain.lease import EndCause, Lease
from daypass.domain.notification import Receipt, Unsaid
from daypass.domain.offboarding import Offboarding
from daypass.domain.owning import NameOwner
from daypass.domain.people import Pin
from daypass.domain.request import Request, RequestState
from daypass.domain.scope import CLUSTER_WIDE
from daypass.domain.tally import Start, Tally
from daypass.ports import NOTIFICATIONS, Change, Promise, PromiseKind
from tests.builders import NOON, a_lease, a_person, a_request, a_snapshot, an_ask, meanings
from tests.contract.store_stages import HOUR, State, a_move

FIRST, SECOND, THIRD = (RequestId(name * 12) for name in "abc")
ALICE, BOB = PersonId("U0ALICE"), PersonId("U0BOB")


def asked(name: RequestId, minutes: int, person: str = "alice") -> Request:
    """Return a request that was asked some minutes after noon."""
    at = NOON + timedelta(minutes=minutes)
    return a_request(id=name, ask=an_ask(requester=a_person(person)), asked_at=at)


def keep(state: State, *values: Request | Lease) -> None:
    """Commit values."""
    requests = tuple(value for value in values if isinstance(value, Request))
    leases = tuple(value for value in values if isinstance(value, Lease))
    state.store.commit(Change(move=a_move(), requests=requests, leases=leases))


def test_reads_nothing_when_nothing_was_written(state: State) -> None:
    """An empty store has no values, only empty answers."""
    store = state.store
    assert store.request(FIRST) is None
    assert store.lease(lease_id(FIRST, 1)) is None
    assert list(store.leases([])) == []
    assert list(store.requests_of(ALICE)) == []
    assert list(store.pending()) == []
    assert (dict(store.live_on("prod")), store.cluster_wide("prod")) == ({}, 0)
    assert list(store.live_of(ALICE)) == []
    assert (store.pin(ALICE), store.owner("alice@example.com")) == (None, None)
    assert (dict(store.seen()), dict(store.receipts(FIRST))) == ({}, {})


def test_leases_returns_those_that_exist_in_the_order_asked(state: State) -> None:
    """Unknown ids are left out."""
    one, two = a_lease(), a_lease(id=lease_id(a_lease().request, 2))
    keep(state, one, two)
    found = state.store.leases([two.id, LeaseId("nobody-1"), one.id])
    assert [lease.id for lease in found] == [two.id, one.id]


def test_leases_returns_all_when_they_are_many(state: State) -> None:
    """More than one round trip's worth is still all of them."""
    names = [LeaseId(f"k{n:011}-1") for n in range(1_201)]
    keep(state, *(a_lease(id=name) for name in names))
    assert [lease.id for lease in state.store.leases(names)] == names
    assert len(state.store.live_on("prod")) == len(names)


def test_requests_of_returns_newest_first_up_to_the_limit(state: State) -> None:
    """Only that person's, the latest first."""
    keep(state, asked(FIRST, 1), asked(THIRD, 3), asked(SECOND, 2), asked(RequestId("b" * 12), 9))
    keep(state, asked(RequestId("d" * 12), 5, "bob"))
    assert [request.id for request in state.store.requests_of(ALICE, 2)] == ["b" * 12, THIRD]
    assert [request.id for request in state.store.requests_of(BOB)] == ["d" * 12]


def test_pending_returns_oldest_first(state: State) -> None:
    """Who waits longest comes first, whoever asked."""
    keep(state, asked(SECOND, 2), asked(FIRST, 1, "bob"), asked(THIRD, 3))
    assert [request.id for request in state.store.pending()] == [FIRST, SECOND, THIRD]


def test_pending_of_returns_what_waits_of_one_person(state: State) -> None:
    """Oldest first, nobody else's, and nothing that was answered, however much came since."""
    waiting = [asked(SECOND, 2), asked(FIRST, 1)]
    keep(state, *waiting, asked(THIRD, 3), asked(RequestId("d" * 12), 5, "bob"))
    third = state.store.request(THIRD)
    assert third is not None
    keep(state, third.moved_to(RequestState.DENIED, NOON))
    assert [request.id for request in state.store.pending_of(ALICE)] == [FIRST, SECOND]


def test_tally_is_of_one_user_of_one_cluster(state: State) -> None:
    """Nobody's is empty, at version 0; what was kept is at the next one."""
    none = state.store.tally("prod", "alice@example.com")
    assert none == Tally(cluster="prod", username="alice@example.com")
    begun = replace(
        none, starts=(Start(lease=lease_id(FIRST, 1), level="debug", scope=CLUSTER_WIDE, at=NOON),)
    )
    move = a_move()
    state.store.commit(Change(move=move, tallies=(begun,)))
    assert state.store.tally("prod", "alice@example.com") == replace(begun, version=1, move=move)
    assert state.store.tally("dev", "alice@example.com").starts == ()
    assert state.store.tally("prod", "bob@example.com").starts == ()


def test_a_username_has_one_owner_on_a_cluster(state: State) -> None:
    """Of two who ask under one name at the same moment the second is judged anew (laws 5, 7)."""
    store, name = state.store, "ops"
    one = NameOwner(cluster="prod", username=name, account=ALICE, since=NOON)
    assert store.name_owner("prod", name) is None
    move = a_move()
    assert store.commit(Change(move=move, owners=(one,))).owners[0].version == 1
    with pytest.raises(ConflictError):
        store.commit(Change(move=a_move(), owners=(replace(one, account=BOB),)))
    kept = store.name_owner("prod", name)
    assert kept == replace(one, version=1, move=move)
    store.commit(Change(move=a_move(), owners=(replace(kept, account=BOB),)))
    now = store.name_owner("prod", name)
    assert now is not None
    assert now.account == BOB
    assert (store.name_owner("dev", name), store.name_owner("prod", "o")) == (None, None)


def test_tallies_are_read_together(state: State) -> None:
    """Each by the name that it was asked for; nobody's is empty."""
    read = state.store.tally("prod", "alice@example.com")
    state.store.commit(Change(move=a_move(), tallies=(read,)))
    found = state.store.tallies("prod", ("alice@example.com", "bob@example.com"))
    one = state.store.tally("prod", "alice@example.com")
    nobody = Tally(cluster="prod", username="bob@example.com")
    assert found == {"alice@example.com": one, "bob@example.com": nobody}
    assert state.store.tallies("prod", ()) == {}


def test_commit_refuses_a_tally_that_somebody_else_has_written(state: State) -> None:
    """Of two leases that are begun at the same moment the second is judged anew (law 7)."""
    read = state.store.tally("prod", "alice@example.com")
    state.store.commit(Change(move=a_move(), tallies=(read,)))
    with pytest.raises(ConflictError):
        state.store.commit(Change(move=a_move(), tallies=(read,), leases=(a_lease(),)))
    assert state.store.lease(a_lease().id) is None


def test_commit_of_which_the_answer_was_lost_keeps_the_tally_once(state: State) -> None:
    """Our own move there is done."""
    read = state.store.tally("prod", "alice@example.com")
    change = Change(move=a_move(), tallies=(read,))
    state.store.commit(change)
    state.store.commit(change)
    assert state.store.tally("prod", "alice@example.com").version == 1


def test_live_leases_are_found_by_cluster_and_person_until_they_end(state: State) -> None:
    """Granting, active and revoking leases are live, ended ones are not."""
    other = a_lease(id=lease_id(FIRST, 1), cluster="dev", holder=a_person("bob"))
    keep(state, a_lease(), other)
    assert list(state.store.live_on("prod")) == [a_lease().id]
    assert list(state.store.names_on("prod")) == [a_lease().id]
    assert [lease.id for lease in state.store.live_of(BOB)] == [other.id]
    stored = state.store.lease(a_lease().id)
    assert stored is not None
    keep(state, revoking := stored.ending(EndCause.RELEASED))
    assert list(state.store.live_on("prod")) == [a_lease().id]
    keep(state, replace(revoking, version=2).ended(NOON, ""))
    assert dict(state.store.live_on("prod")) == {}
    assert list(state.store.names_on("prod")) == []
    assert list(state.store.live_of(ALICE)) == []
    assert state.store.lease(a_lease().id) is not None


def test_cluster_wide_counts_live_leases_without_namespaces(state: State) -> None:
    """Only those that need a cluster-scoped object are counted, and only while they live."""
    wide = a_lease(id=lease_id(FIRST, 1), scope=CLUSTER_WIDE)
    keep(state, a_lease(), wide)
    assert (state.store.cluster_wide("prod"), state.store.cluster_wide("dev")) == (1, 0)
    keep(state, replace(wide, version=1).ending(EndCause.EXPIRED))
    keep(state, replace(wide, version=2).ending(EndCause.EXPIRED).ended(NOON, ""))
    assert state.store.cluster_wide("prod") == 0


def test_pin_is_found_by_account_and_by_email(state: State) -> None:
    """Both ways lead to the same account."""
    pin = Pin(id=ALICE, email="alice@example.com", pinned_at=NOON)
    state.store.commit(Change(move=(move := a_move()), pins=(pin,)))
    assert state.store.pin(ALICE) == replace(pin, version=1, move=move)
    assert state.store.owner(pin.email) == ALICE


def test_keep_seen_keeps_the_newest_snapshot_of_each_cluster(state: State) -> None:
    """One that comes late, or again, changes nothing."""
    older = a_snapshot()
    newer = a_snapshot(taken_at=NOON + timedelta(microseconds=1), means=meanings("x"))
    for snapshot in (older, newer, older, a_snapshot("dev")):
        state.store.keep_seen(snapshot)
    state.store.keep_seen(replace(newer, means={}))
    assert dict(state.store.seen()) == {"prod": newer, "dev": a_snapshot("dev")}


def test_keep_seen_commits_what_is_said_with_it_or_nothing(state: State) -> None:
    """Whoever compared with what is no longer kept says nothing: another has (law 7)."""
    older, store = a_snapshot(), state.store
    newer = replace(older, taken_at=NOON + timedelta(microseconds=1), means={})
    newest = replace(older, taken_at=NOON + timedelta(microseconds=2))
    event = AuditEvent(at=NOON, action=Action.LEVEL_CHANGED, actor="x", subject="ClusterRole/view")
    row = Promise(keeper=NOTIFICATIONS, kind=PromiseKind.SHIFTS, subject="prod", at=NOON)
    with_it = Change(move=a_move(), events=(event,), promises=(row,))
    assert not store.keep_seen(older, after=newer, with_it=with_it), "nothing is kept yet"
    assert store.seen_of("prod") is None
    assert store.keep_seen(older, with_it=with_it)
    assert store.keep_seen(newer, after=older)
    assert not store.keep_seen(newest, after=older, with_it=with_it)
    assert not store.keep_seen(older, after=newer, with_it=with_it)
    assert store.seen_of("prod") == newer
    (said,) = state.events()
    assert said.action is Action.LEVEL_CHANGED
    assert [one.promise.subject for one in state.agenda.claim(NOTIFICATIONS, 9)] == ["prod"]


def test_once_is_true_the_first_time_until_it_is_forgotten(state: State) -> None:
    """A key counts once within its time, others on their own."""
    assert state.store.once("click:1", HOUR)
    assert not state.store.once("click:1", HOUR)
    assert state.store.once("click:2", HOUR)
    moment = timedelta(milliseconds=20)
    assert state.store.once("click:3", moment)
    state.clock.pause(2 * moment)
    assert state.store.once("click:3", moment)


def test_once_does_not_believe_a_mark_that_lasts_longer_than_any_of_ours(state: State) -> None:
    """Whoever may write one would keep back for ever what it stands for."""
    minute = timedelta(minutes=1)
    assert state.store.once("tell:2", HOUR)
    assert not state.store.once("tell:2", minute, most=HOUR)
    assert state.store.once("tell:2", minute)
    assert not state.store.once("tell:2", minute)


def test_once_is_true_again_when_it_did_not_happen(state: State) -> None:
    """Who takes a key back leaves it to the next, and no other key with it."""
    minute = timedelta(minutes=1)
    assert state.store.once("tell:1", minute)
    assert state.store.once("tell:2", minute)
    state.store.again("tell:1")
    state.store.again("never seen")
    assert state.store.once("tell:1", minute)
    assert not state.store.once("tell:2", minute)


def test_receipts_are_kept_by_request_and_key(state: State) -> None:
    """The last word on each message of a request."""
    first = Receipt(channel="C0APPROVE", ts="1.1", digest="a")
    later = replace(first, digest="b")
    state.store.keep_receipt(FIRST, "card", first)
    state.store.keep_receipt(FIRST, "card", later)
    state.store.keep_receipt(FIRST, "thread:decided", first)
    assert dict(state.store.receipts(FIRST)) == {"card": later, "thread:decided": first}
    assert dict(state.store.receipts(SECOND)) == {}


def test_unsaid_is_kept_by_request_until_it_was_said(state: State) -> None:
    """One word per request: the last; another request's is left alone."""
    first = Unsaid(request=FIRST, to=("C0APPROVE",), why="Invite it.", since=NOON)
    second = replace(first, request=SECOND)
    later = replace(first, to=("C0APPROVE", "C0OTHER"))
    for one in (first, second, later):
        state.store.keep_unsaid(one)
    assert state.store.unsaid(FIRST) == later
    assert sorted(state.store.all_unsaid(), key=str) == sorted([later, second], key=str)
    state.store.drop_unsaid(FIRST)
    assert state.store.unsaid(FIRST) is None
    assert list(state.store.all_unsaid()) == [second]


def test_what_is_said_of_a_lease_is_kept_beside_it(state: State) -> None:
    """One word per lease: the last; of what nothing is said of there is none."""
    first, second = (Offboarding(lease=lease_id(one, 1), why="gone") for one in (FIRST, SECOND))
    later = replace(first, why="no workflow lets alice ask for it any more")
    for one in (first, later):
        state.store.keep_offboarding(one, cluster="prod")
    assert list(state.store.offboardings([first.lease, second.lease])) == [later]
    assert list(state.store.offboardings([second.lease])) == []
    assert list(state.store.offboardings([])) == []
