"""A lease is realised: recorded, acted upon, proven, then said (laws 1 to 4)."""

from datetime import timedelta

import pytest

from daypass.domain.errors import PermanentOutsideError, TemporaryOutsideError
from daypass.domain.grant import INSTALL, LEASE, MANAGED_BY, GrantObject, Subject
from daypass.domain.ids import RequestId
from daypass.domain.lease import EndCause, LeaseState, ObjectRef
from daypass.domain.notification import Topic, notifications
from daypass.domain.roles import RoleRef
from daypass.ports import NOTIFICATIONS, PromiseKind
from daypass.usecases.grants.reconcile import first_look
from tests.builders import NOON, a_catalog, a_level, a_world
from tests.property.crashing import Watched
from tests.unit.usecases.scenes import (
    FIRST,
    HOUR,
    Failing,
    Meanwhile,
    actions,
    approve,
    grant,
    lease_of,
    names,
    pass_time,
    rows,
    stray,
    try_once,
    with_cluster,
    work,
)

ID = RequestId("000000000001")
VIEW = RoleRef(name="view")
DOWN = TemporaryOutsideError("prod: unreachable")


def test_provision_grants_and_proves() -> None:
    """Laws 1 to 4: an approved lease becomes an object that the cluster itself confirms."""
    world = a_world()
    approve(world)
    try_once(world)
    lease = lease_of(world)
    (found,) = world.clusters["prod"].objects
    assert lease.state is LeaseState.ACTIVE
    assert lease.attempt is not None
    assert lease.attempt.objects == (found.ref,)
    assert lease.ends_at == found.expires_at == world.clock.now() + HOUR
    assert lease.proof
    assert (lease.already, lease.why) == ("", "")
    assert rows(world) == {(PromiseKind.END, FIRST): 3600}
    assert (PromiseKind.CARD, ID) in rows(world, NOTIFICATIONS)
    assert actions(world, FIRST) == ["lease.attempted", "lease.granted"]


def test_provision_stores_the_end_before_it_creates() -> None:
    """Law 2: at the moment of the first create the store has end, names and row in the agenda."""
    world = a_world()
    approve(world, "debug", "platform-admins")
    work(world, ports=with_cluster(world.grants(), Watched(world, "prod")))
    assert len(names(world)) == 2


def test_provision_says_granted_only_after_the_proof() -> None:
    """Law 4: while the cluster's review still says no, nobody is told yes."""
    world = a_world()
    approve(world)
    world.clusters["prod"].hold_reviews()
    try_once(world)
    lease, request = lease_of(world), world.store.request(ID)
    assert request is not None
    assert lease.granted_at is None
    assert Topic.GRANTED not in {one.topic for one in notifications(request, (lease,), NOON)}


def test_provision_tries_anew_under_new_names_when_there_is_no_proof_in_time() -> None:
    """An attempt that is not confirmed is undone; the next has new names and a new end."""
    world = a_world()
    approve(world)
    cluster = world.clusters["prod"]
    cluster.hold_reviews()
    try_once(world)
    undone = lease_of(world)
    assert (undone.state, undone.attempt, undone.tries) == (LeaseState.GRANTING, None, 1)
    assert "does not confirm" in undone.why
    assert names(world) == []
    assert set(rows(world)) == {(PromiseKind.PROVISION, FIRST)}
    cluster.release_reviews()
    pass_time(world, 15)
    assert lease_of(world).state is LeaseState.ACTIVE
    assert names(world) == [f"daypass-{FIRST}-2-1"]
    assert actions(world, FIRST) == [
        "lease.attempted", "lease.undone", "lease.attempted", "lease.granted",
    ]  # fmt: skip


def test_provision_undoes_an_attempt_whatever_another_install_has_under_that_name() -> None:
    """Another install's object of a lease of the same name is none of ours, and no obstacle."""
    world = a_world()
    approve(world)
    theirs = stray(world, FIRST, labels={MANAGED_BY: "daypass", LEASE: FIRST, INSTALL: "other"})
    world.clusters["prod"].hold_reviews()
    try_once(world)
    assert lease_of(world).tries == 1
    assert lease_of(world).attempt is None
    assert names(world) == [theirs.ref.name]


def test_provision_fails_with_what_the_cluster_said_when_proof_never_comes() -> None:
    """Law 10: what is not proven by the deadline has failed and is gone."""
    world = a_world()
    approve(world)
    first_look(world.grants())
    world.clusters["prod"].hold_reviews()
    pass_time(world, 140)
    lease = lease_of(world)
    assert (lease.state, lease.cause) == (LeaseState.ENDED, EndCause.FAILED)
    assert "does not confirm" in lease.why
    assert names(world) == []


def test_provision_says_what_allowed_it_before() -> None:
    """Law 4: a yes that names another object is said to be one."""
    world = a_world()
    old = GrantObject(
        ref=ObjectRef(kind="ClusterRoleBinding", namespace="", name="old"),
        role=VIEW,
        subjects=(Subject(name="alice@example.com"),),
    )
    world.clusters["prod"].put(old)
    lease = grant(world)
    assert lease.state is LeaseState.ACTIVE
    assert '"old"' in lease.already


def test_provision_retries_while_the_cluster_is_down_and_then_fails() -> None:
    """Cluster unreachable: granting, retried, failed at the deadline, undone when it is back."""
    world = a_world()
    approve(world)
    cluster = world.clusters["prod"]
    cluster.down = True
    pass_time(world, 60)
    assert lease_of(world).state is LeaseState.GRANTING
    pass_time(world, 70)
    lease = lease_of(world)
    assert (lease.state, lease.cause) == (LeaseState.REVOKING, EndCause.FAILED)
    assert "prod: unreachable" in lease.why
    assert lease.granted_at is None
    cluster.down = False
    pass_time(world, 10)
    assert lease_of(world).state is LeaseState.ENDED
    assert names(world) == []


def test_provision_grants_when_the_cluster_comes_back_in_time() -> None:
    """An outage shorter than the deadline costs time only; the end counts from then."""
    world = a_world()
    approve(world)
    cluster = world.clusters["prod"]
    cluster.down = True
    pass_time(world, 30)
    cluster.down = False
    pass_time(world, 15)
    assert lease_of(world).state is LeaseState.ACTIVE


@pytest.mark.parametrize("refusal", ["quota exceeded", "forbidden"])
def test_provision_fails_at_once_when_the_cluster_refuses(refusal: str) -> None:
    """What will not work later is not tried later; the reason is told, nothing stays."""
    world = a_world()
    approve(world)
    world.clusters["prod"].refusal = refusal
    work(world)
    lease = lease_of(world)
    assert (lease.state, lease.cause, lease.why) == (LeaseState.REVOKING, EndCause.FAILED, refusal)
    work(world)
    assert lease_of(world).state is LeaseState.ENDED
    assert actions(world, FIRST) == [
        "lease.attempted", "lease.undone", "lease.ending", "lease.ended",
    ]  # fmt: skip


def test_provision_takes_back_what_it_created_before_a_refusal() -> None:
    """All of a lease or nothing: a second namespace that is refused undoes the first."""
    levels = (a_level(namespaces=("team-a", "team-b")),)
    world = a_world(a_catalog(levels=levels))
    approve(world)
    refused = PermanentOutsideError("team-b is closed")
    ports = with_cluster(
        world.grants(),
        Failing(
            world.clusters["prod"], "create", refused, lambda one: one.ref.namespace == "team-b"
        ),
    )
    try_once(world, ports)
    assert names(world) == []
    assert lease_of(world).cause is EndCause.FAILED


def test_provision_fails_when_the_role_is_gone_since_the_approval() -> None:
    """A role that does not exist is seen again at provision: failed, with the reason."""
    world = a_world()
    approve(world)
    del world.clusters["prod"].roles["ClusterRole/view"]
    work(world)
    assert lease_of(world).cause is EndCause.FAILED
    assert "prod has no ClusterRole/view" in lease_of(world).why


def test_provision_goes_on_with_the_same_attempt_when_an_outcome_is_unknown() -> None:
    """A create whose answer was lost is found there, not doubled."""
    world = a_world()
    approve(world)
    cluster = world.clusters["prod"]
    cluster.lossy = True
    try_once(world)
    assert lease_of(world).attempt is not None
    cluster.lossy = False
    pass_time(world, 5)
    assert lease_of(world).state is LeaseState.ACTIVE
    assert names(world) == [f"daypass-{FIRST}-1-1"]
    assert actions(world, FIRST) == ["lease.attempted", "lease.delayed", "lease.granted"]
    assert lease_of(world).why == ""


def test_provision_keeps_the_attempt_when_it_cannot_be_undone() -> None:
    """Only what is proven gone is forgotten: until then the same names are tried."""
    world = a_world()
    approve(world)
    cluster = world.clusters["prod"]
    cluster.hold_reviews()
    ports = with_cluster(world.grants(), Failing(cluster, "delete", DOWN, lambda _: True))
    try_once(world, ports)
    assert lease_of(world).attempt is not None
    cluster.release_reviews()
    pass_time(world, 15)
    assert names(world) == [f"daypass-{FIRST}-1-1"]
    assert lease_of(world).state is LeaseState.ACTIVE


def test_provision_keeps_the_attempt_while_something_is_left_of_it() -> None:
    """An object under its label that is not deleted by name keeps the attempt known."""
    world = a_world()
    approve(world)
    cluster = world.clusters["prod"]
    cluster.hold_reviews()
    stray = GrantObject(
        ref=ObjectRef(kind="RoleBinding", namespace="team-a", name="stray"),
        role=VIEW,
        subjects=(),
        labels={MANAGED_BY: "daypass", LEASE: FIRST, INSTALL: "main"},
    )
    cluster.put(stray)
    try_once(world)
    assert lease_of(world).attempt is not None


def test_provision_continues_what_a_crash_left_behind() -> None:
    """Law 2: a worker killed after the create is followed by one that finishes the same attempt."""
    world = a_world()
    approve(world)
    cluster = world.clusters["prod"]
    killed = with_cluster(world.grants(), Meanwhile(cluster, "reviews", kill))
    with pytest.raises(KeyboardInterrupt):
        try_once(world, killed)
    assert names(world) == [f"daypass-{FIRST}-1-1"]
    assert lease_of(world).state is LeaseState.GRANTING
    pass_time(world, 11)
    assert lease_of(world).state is LeaseState.ACTIVE
    assert names(world) == [f"daypass-{FIRST}-1-1"]


def kill() -> None:
    raise KeyboardInterrupt


def test_provision_does_not_undo_an_attempt_that_it_only_continues() -> None:
    """What an earlier run sent may still be on its way, so its names are kept."""
    world = a_world()
    approve(world)
    cluster = world.clusters["prod"]
    cluster.late = True
    try_once(world)
    assert lease_of(world).attempt is not None
    cluster.late = False
    cluster.hold_reviews()
    world.clock.advance(timedelta(seconds=11))
    world.heartbeats.beat("timekeeper")
    try_once(world)
    assert len(names(world)) == 1
    assert lease_of(world).attempt is not None
