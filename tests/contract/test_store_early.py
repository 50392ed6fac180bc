"""The contract of the list of what ends before its time: no row of the agenda is needed for it."""

from dataclasses import replace
from datetime import timedelta

from daypass.domain.ids import RequestId, lease_id
from daypass.domain.lease import Cut, EndCause, Lease
from daypass.domain.offboarding import Offboarding
from daypass.ports import Change
from tests.builders import NOON, a_lease
from tests.contract.store_stages import State, a_move

OTHER = lease_id(RequestId("a" * 12), 1)


def keep(state: State, lease: Lease) -> None:
    """Commit a lease."""
    state.store.commit(Change(move=a_move(), leases=(lease,)))


def test_what_was_ended_early_is_listed_until_it_has_ended(state: State) -> None:
    """From the move that decides it to the one that proves it, on its own cluster."""
    keep(state, a_lease())
    assert list(state.store.early("prod")) == []
    keep(state, revoking := replace(a_lease(), version=1).ending(EndCause.RELEASED))
    assert list(state.store.early("prod")) == [a_lease().id]
    assert list(state.store.early("dev")) == []
    keep(state, replace(revoking, version=2).ended(NOON, ""))
    assert list(state.store.early("prod")) == []


def test_what_was_shortened_is_listed(state: State) -> None:
    """What is on the cluster may say the later end for long."""
    cut = Cut(to=NOON + timedelta(minutes=5), at=NOON, by=a_lease().holder.id)
    keep(state, replace(a_lease(), cuts=(cut,)))
    assert list(state.store.early("prod")) == [a_lease().id]


def test_what_its_holder_may_not_have_is_listed_until_it_is_taken_off(state: State) -> None:
    """Whoever says it writes no lease."""
    said = Offboarding(lease=OTHER, why="gone")
    state.store.keep_offboarding(said, cluster="prod")
    assert list(state.store.early("prod")) == [OTHER]
    state.store.not_early("prod", [])
    assert list(state.store.early("prod")) == [OTHER]
    state.store.not_early("prod", [OTHER])
    assert list(state.store.early("prod")) == []


def test_what_is_early_is_listed_again(state: State) -> None:
    """Each comparison puts the lists right by the leases."""
    keep(state, a_lease())
    keep(state, revoking := replace(a_lease(), version=1).ending(EndCause.RELEASED))
    state.store.list_again([replace(revoking, version=2)])
    assert list(state.store.early("prod")) == [a_lease().id]
