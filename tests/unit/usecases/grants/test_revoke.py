"""The end of leases is made so on the cluster, proven, and never given up (laws 3, 4, 10)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from daypass.domain.errors import OutsideError, PermanentOutsideError, TemporaryOutsideError
from daypass.domain.grant import GrantObject, Subject
from daypass.domain.ids import LeaseId
from daypass.domain.lease import SKEW, EndCause, LeaseState, ObjectRef
from daypass.domain.roles import RoleRef
from daypass.ports import NOTIFICATIONS, PromiseKind
from daypass.usecases.grants.recheck import recheck
from daypass.usecases.grants.revoke import revoke
from daypass.usecases.requests.end import End, end
from daypass.usecases.shared.rows import end_row
from tests.builders import a_world, unbounded
from tests.unit.usecases.scenes import (
    BOB,
    FIRST,
    HOUR,
    Meanwhile,
    actions,
    approve,
    ask,
    claim,
    due,
    failing,
    grant,
    lease_of,
    let_go,
    names,
    pass_time,
    revoke_due,
    rows,
    stray,
    work,
)

ID = "000000000001"
VIEW = RoleRef(name="view")
DOWN = TemporaryOutsideError("prod: unreachable")
REFUSED = PermanentOutsideError("prod: forbidden")


def test_revoke_ends_a_lease_at_its_end() -> None:
    """Law 3: past its end a lease has nothing on the cluster, and its promises are kept."""
    world = a_world()
    grant(world)
    world.clock.advance(HOUR)
    revoke_due(world)
    lease = lease_of(world)
    assert (lease.state, lease.cause, lease.still) == (LeaseState.ENDED, EndCause.EXPIRED, "")
    assert names(world) == []
    assert rows(world) == {}
    assert rows(world, NOTIFICATIONS)[PromiseKind.CARD, ID] == 0
    assert actions(world, FIRST)[2:] == ["lease.ending", "lease.ended"]
    assert world.store.events[-1].facts == {"cause": "expired", "late_seconds": "0.000"}


def test_revoke_leaves_a_lease_alone_before_its_end() -> None:
    """A promise that comes too early waits for the end."""
    world = a_world()
    world.agenda.write([end_row(grant(world), world.clock.now())], [])
    revoke_due(world)
    assert lease_of(world).state is LeaseState.ACTIVE
    assert rows(world)[PromiseKind.END, FIRST] == 3600


@pytest.mark.parametrize("by", ["holder", "approver"])
def test_revoke_takes_a_lease_away_early(by: str) -> None:
    """What is released or revoked is gone at once, with what ended it."""
    world = a_world()
    grant(world)
    if by == "holder":
        let_go(world)
    else:
        end(End(actor=BOB, target=ID), world.ask)
    revoke_due(world)
    lease = lease_of(world)
    assert lease.state is LeaseState.ENDED
    assert lease.cause is (EndCause.RELEASED if by == "holder" else EndCause.REVOKED)
    assert names(world) == []
    assert "late_seconds" not in world.store.events[-1].facts


def test_revoke_ends_many_in_one_move_and_others_despite_a_conflict() -> None:
    """One lease that somebody moves at the same moment does not stop the rest."""
    world = a_world(unbounded())
    for _ in range(3):
        grant(world)
    world.clock.advance(HOUR)
    first = LeaseId("000000000002-1")
    store = Meanwhile(world.store, "commit", lambda: let_go(world, first))
    revoke_due(world, replace(world.grants(), store=cast("Any", store)))
    states = [lease_of(world, LeaseId(f"00000000000{n}-1")).state for n in (1, 2, 3)]
    assert states == [LeaseState.ENDED, LeaseState.REVOKING, LeaseState.ENDED]
    revoke_due(world)
    assert lease_of(world, first).cause is EndCause.RELEASED
    assert lease_of(world, first).state is LeaseState.ENDED


def test_revoke_ends_the_others_when_one_is_ended_by_somebody_else() -> None:
    """Two workers on one lease: one of them ends it, the other goes on with the rest."""
    world = a_world(unbounded())
    grant(world)
    grant(world)
    let_go(world, FIRST)
    let_go(world, "000000000002-1")
    claims = due(world)
    store = Meanwhile(world.store, "commit", lambda: revoke(claims[:1], world.grants()))
    revoke(claims, replace(world.grants(), store=cast("Any", store)))
    assert world.store.live_on("prod") == {}
    assert actions(world).count("lease.ended") == 2
    alone = Meanwhile(world.store, "commit", lambda: revoke(again, world.grants()))
    grant(world)
    let_go(world, "000000000003-1")
    again = due(world)
    revoke(again, replace(world.grants(), store=cast("Any", alone)))
    assert actions(world).count("lease.ended") == 3


def test_revoke_says_what_still_allows_it() -> None:
    """Law 4: ended is said when ours is gone; what else allows it is named."""
    world = a_world()
    grant(world)
    other = GrantObject(
        ref=ObjectRef(kind="ClusterRoleBinding", namespace="", name="old"),
        role=VIEW,
        subjects=(Subject(name="alice@example.com"),),
    )
    world.clusters["prod"].put(other)
    let_go(world)
    revoke_due(world)
    lease = lease_of(world)
    assert lease.state is LeaseState.ENDED
    assert '"old"' in lease.still
    assert "old" in world.store.events[-1].facts["still"]


def test_revoke_waits_until_the_cluster_s_answer_no_longer_names_us() -> None:
    """Law 4: while a cache still says yes because of our object, the lease is not ended."""
    world = a_world()
    grant(world)
    cluster = world.clusters["prod"]
    cluster.hold_reviews()
    let_go(world)
    revoke_due(world)
    assert (names(world), lease_of(world).state) == ([], LeaseState.REVOKING)
    cluster.release_reviews()
    pass_time(world, 2)
    assert lease_of(world).state is LeaseState.ENDED


def test_revoke_fails_a_lease_that_was_never_proven_until_its_end() -> None:
    """Granting past its end is failed, and what may be on the cluster goes."""
    world = a_world()
    approve(world, duration=timedelta(seconds=30))
    world.clusters["prod"].lossy = True
    work(world)
    world.clusters["prod"].lossy = False
    world.clock.advance(timedelta(seconds=30))
    revoke_due(world)
    assert lease_of(world).cause is EndCause.FAILED
    assert names(world) == []
    pass_time(world, 10)
    assert lease_of(world).state is LeaseState.ENDED


def test_revoke_waits_for_a_create_that_may_still_land() -> None:
    """An unknown outcome is waited for until nothing can land any more, and then removed."""
    world = a_world()
    approve(world)
    cluster = world.clusters["prod"]
    cluster.late = True
    work(world)
    let_go(world)
    pass_time(world, 100)
    assert lease_of(world).state is LeaseState.REVOKING
    assert cluster.land() == 1
    pass_time(world, 30)
    assert names(world) == []
    lease = lease_of(world)
    assert lease.state is LeaseState.ENDED
    assert lease.attempt is not None
    assert lease.ended_at is not None
    assert lease.ended_at >= lease.attempt.create_before + SKEW


def test_recheck_removes_a_create_that_landed_after_the_end() -> None:
    """A paused worker's create is looked for once more when nothing can land any more."""
    world = a_world()
    grant(world)
    cluster = world.clusters["prod"]
    (ours,) = cluster.objects
    let_go(world)
    revoke_due(world)
    assert rows(world) == {(PromiseKind.RECHECK, FIRST): 125}
    cluster.put(ours)
    world.clock.advance(timedelta(seconds=125))
    recheck(due(world, PromiseKind.RECHECK), world.grants())
    assert names(world) == []
    pass_time(world, 1)  # It looks once more: a finalizer may keep what was deleted.
    assert rows(world) == {}
    late = {"why": "created after its lease had ended", "objects": str(ours.ref)}
    assert world.store.events[-1].facts == late


@pytest.mark.parametrize("error", [DOWN, REFUSED], ids=["unreachable", "refused"])
def test_recheck_comes_back_when_the_cluster_does_not_let_it(error: OutsideError) -> None:
    """What could not be looked at is looked at again; the other leases are done."""
    world = a_world()
    grant(world, "debug", "nodes")
    let_go(world)
    revoke_due(world)
    world.clock.advance(timedelta(seconds=125))
    stray(world, FIRST)
    recheck(due(world, PromiseKind.RECHECK), failing(world, "delete", error))
    assert {subject for _, subject in rows(world)} == {FIRST}
    pass_time(world, 11)
    assert rows(world) == {}
    assert names(world) == []


def test_recheck_comes_back_when_the_cluster_does_not_answer() -> None:
    """A look that did not take place proves nothing of any lease."""
    world = a_world()
    grant(world, "debug", "nodes")
    let_go(world)
    revoke_due(world)
    world.clock.advance(timedelta(seconds=125))
    recheck(due(world, PromiseKind.RECHECK), failing(world, "of_leases", DOWN))
    assert {subject for _, subject in rows(world)} == {FIRST, LeaseId("000000000001-2")}
    pass_time(world, 11)
    assert rows(world) == {}


def test_revoke_needs_no_recheck_when_nothing_can_land_any_more() -> None:
    """After the deadline for creates the end is final."""
    world = a_world()
    grant(world)
    world.clock.advance(timedelta(minutes=3))
    let_go(world)
    revoke_due(world)
    assert rows(world) == {}


def test_revoke_finishes_promises_that_outlived_their_leases() -> None:
    """What is ended or unknown is not ended again."""
    world = a_world()
    grant(world)
    world.clock.advance(timedelta(minutes=3))
    let_go(world)
    one = claim(world, PromiseKind.END)
    revoke([one], world.grants())
    late = [replace(one.promise, subject=name) for name in (FIRST, "000000000009-1")]
    world.agenda.write(late, [])
    revoke_due(world)
    assert rows(world) == {}
    assert actions(world, FIRST).count("lease.ended") == 1


def test_revoke_ends_a_lease_of_which_nothing_was_ever_started() -> None:
    """What was ended before its first attempt is over at once."""
    world = a_world()
    ask(world, cluster="dev")
    let_go(world)
    work(world, "dev")
    assert lease_of(world).state is LeaseState.ENDED
    assert rows(world, "dev") == {}
