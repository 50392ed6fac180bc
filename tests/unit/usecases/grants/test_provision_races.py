"""A lease is never granted against a move that was first, nor past its time."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from daypass.domain.errors import TemporaryOutsideError
from daypass.domain.grant import GrantObject, Subject
from daypass.domain.lease import PROVISION_DEADLINE, EndCause, LeaseState, ObjectRef
from daypass.domain.review import Answer, Question
from daypass.domain.roles import RoleRef
from daypass.ports import PromiseKind
from daypass.usecases.grants.provision import provision
from daypass.usecases.requests.release import Release, release
from tests.builders import a_catalog, a_level, a_world
from tests.unit.usecases.scenes import (
    ALICE,
    FIRST,
    Failing,
    Meanwhile,
    approve,
    ask,
    claim,
    lease_of,
    names,
    pass_time,
    try_once,
    under,
    with_cluster,
    work,
)

DOWN = TemporaryOutsideError("prod: unreachable")
BESIDES = GrantObject(
    ref=ObjectRef(kind="ClusterRoleBinding", namespace="", name="besides"),
    role=RoleRef(name="view"),
    subjects=(Subject(name="alice@example.com"),),
)


def test_provision_takes_its_objects_back_when_somebody_releases_meanwhile() -> None:
    """Of granting and ending at once the end wins; nothing stays on the cluster."""
    world = a_world()
    approve(world)
    cluster = world.clusters["prod"]
    let_go = Meanwhile(
        cluster, "reviews", lambda: release(Release(actor=ALICE, target=FIRST), world.ask)
    )
    try_once(world, with_cluster(world.grants(), let_go))
    lease = lease_of(world)
    assert (lease.state, lease.cause) == (LeaseState.REVOKING, EndCause.RELEASED)
    assert names(world) == []
    assert lease.granted_at is None


def test_provision_leaves_its_objects_to_the_revocation_when_the_cluster_goes_down() -> None:
    """What cannot be taken back at once is revoked by its row, once nothing can land any more."""
    world = a_world()
    approve(world)
    cluster = world.clusters["prod"]
    let_go = Meanwhile(
        cluster, "reviews", lambda: release(Release(actor=ALICE, target=FIRST), world.ask)
    )
    try_once(world, with_cluster(world.grants(), Failing(let_go, "delete", DOWN, lambda _: True)))
    assert names(world) == [f"daypass-{FIRST}-1-1"]
    pass_time(world, PROVISION_DEADLINE.total_seconds() + 15)
    assert names(world) == []
    assert lease_of(world).state is LeaseState.ENDED


def test_provision_keeps_the_objects_when_another_worker_granted_the_same_attempt() -> None:
    """Two workers on one attempt are one grant; the slower one takes nothing away."""
    world = a_world()
    approve(world)
    slow = claim(world, PromiseKind.PROVISION)

    def be_faster() -> None:
        world.clock.advance(timedelta(seconds=11))
        world.heartbeats.beat("timekeeper")
        work(world)

    provision(
        slow, with_cluster(world.grants(), Meanwhile(world.clusters["prod"], "reviews", be_faster))
    )
    assert lease_of(world).state is LeaseState.ACTIVE
    assert names(world) == [f"daypass-{FIRST}-1-1"]


def test_provision_takes_its_objects_back_when_another_worker_undid_the_attempt() -> None:
    """What another worker forgot must not stay because we were slower."""
    world = a_world()
    approve(world)
    slow = claim(world, PromiseKind.PROVISION)

    def forget() -> None:
        lease = lease_of(world)
        world.store._leases[FIRST] = replace(lease.undone("x"), version=lease.version + 1)

    provision(
        slow, with_cluster(world.grants(), Meanwhile(world.clusters["prod"], "reviews", forget))
    )
    assert names(world) == []


@pytest.mark.parametrize("moment", ["request", "commit"])
def test_provision_leaves_a_lease_alone_that_somebody_ends_while_it_gives_up(moment: str) -> None:
    """A failure that comes second changes nothing."""
    world = a_world()
    approve(world)

    def let_go() -> None:
        release(Release(actor=ALICE, target=FIRST), world.ask)

    store = cast("Any", Meanwhile(world.store, moment, let_go))
    try_once(world, replace(under(world, a_catalog(levels=())), store=store))
    assert lease_of(world).cause is EndCause.RELEASED


def test_provision_is_judged_anew_when_somebody_ends_the_lease_as_it_starts() -> None:
    """Law 2: what lost the race for the store creates nothing."""
    world = a_world()
    approve(world)

    def let_go() -> None:
        release(Release(actor=ALICE, target=FIRST), world.ask)

    store = cast("Any", Meanwhile(world.store, "commit", let_go))
    try_once(world, replace(world.grants(), store=store))
    assert names(world) == []
    assert lease_of(world).cause is EndCause.RELEASED


def test_provision_creates_nothing_past_its_time() -> None:
    """An attempt whose time to create is over fails, so that no end is ever passed by a create."""
    world = a_world()
    ask(world, cluster="dev", duration=timedelta(seconds=20))
    cluster = world.clusters["dev"]
    cluster.lossy = True
    work(world, "dev")
    cluster.lossy = False
    cluster.remove(cluster.objects[0].ref)
    world.clock.advance(timedelta(seconds=20))
    world.heartbeats.beat("timekeeper")
    ports = with_cluster(world.grants("dev"), Failing(cluster, "create", DOWN, lambda _: True))
    provision(claim(world, PromiseKind.PROVISION, "dev"), ports)
    lease = lease_of(world)
    assert (lease.state, lease.cause) == (LeaseState.REVOKING, EndCause.FAILED)
    assert lease.why == "it could not be granted in time"


def test_what_allows_it_besides_proves_no_object_that_somebody_deleted_meanwhile() -> None:
    """Law 4: “granted” is of our object. It is made anew, whoever bound the same besides."""
    world = a_world()
    approve(world)
    cluster = world.clusters["prod"]

    def bind_besides() -> None:
        for ours in cluster.objects:
            cluster.remove(ours.ref)
        cluster.put(BESIDES)

    try_once(world, with_cluster(world.grants(), Meanwhile(cluster, "reviews", bind_besides)))
    assert (lease_of(world).state, names(world)) == (LeaseState.GRANTING, ["besides"])
    pass_time(world, 5)
    lease = lease_of(world)
    assert lease.state is LeaseState.ACTIVE
    assert names(world) == ["besides", f"daypass-{FIRST}-2-1"]
    assert '"besides"' in lease.already


def test_what_allows_it_besides_proves_no_object_that_somebody_gave_to_another_meanwhile() -> None:
    """Law 4: as one that was deleted it gives nothing; where there is no guard they may."""
    world = a_world()
    approve(world)
    cluster = world.clusters["prod"]

    def give_away() -> None:
        (key,) = cluster._objects
        theirs = (Subject(name="mallory@example.com"),)
        cluster._objects[key] = replace(cluster._objects[key], subjects=theirs)
        cluster.put(BESIDES)

    try_once(world, with_cluster(world.grants(), Meanwhile(cluster, "reviews", give_away)))
    assert (lease_of(world).state, names(world)) == (LeaseState.GRANTING, ["besides"])


def test_what_was_proven_long_ago_is_looked_at_again() -> None:
    """Law 4: others take their time to be proven, and who watches acts on nothing before that."""
    level = a_level(namespaces=("payments", "team-a"))
    world = a_world(a_catalog(levels=(level,)))
    approve(world)
    cluster = world.clusters["prod"]
    reviews = cluster.reviews

    def slowly(question: Question) -> Sequence[Answer]:
        said = reviews(question)
        if question.namespace == "team-a":
            world.clock.advance(timedelta(seconds=40))
            world.heartbeats.beat("timekeeper")
            (first,) = (one for one in cluster.objects if one.ref.namespace == "payments")
            cluster.remove(first.ref)
        return said

    try_once(world, with_cluster(world.grants(), Answering(cluster, slowly)))
    assert (lease_of(world).state, names(world)) == (LeaseState.GRANTING, [])


class Answering:
    """A cluster whose access reviews are answered by `reviews`."""

    def __init__(self, inner: object, reviews: Callable[[Question], Sequence[Answer]]) -> None:
        self._inner = inner
        self.reviews = reviews

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)
