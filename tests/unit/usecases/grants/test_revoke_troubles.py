"""What stands in the way of a revocation holds up nothing else, and never for good (laws 3, 10)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from daypass.domain.errors import OutsideError, PermanentOutsideError, TemporaryOutsideError
from daypass.domain.grant import INSTALL, LEASE
from daypass.domain.ids import LeaseId
from daypass.domain.lease import LeaseState, ObjectRef
from daypass.ports import Cluster, PromiseKind
from daypass.usecases.grants.revoke import AGAIN
from daypass.usecases.shared.pauses import SPREAD
from tests.builders import a_catalog, a_level, a_world, unbounded
from tests.unit.usecases.scenes import (
    FIRST,
    HOUR,
    Failing,
    actions,
    failing,
    grant,
    lease_of,
    let_go,
    names,
    pass_time,
    revoke_due,
    rows,
    stray,
    with_cluster,
)

DOWN = TemporaryOutsideError("prod: unreachable")
REFUSED = PermanentOutsideError("prod: forbidden")
TWO_PLACES = a_catalog(levels=(a_level(namespaces=("team-a", "team-b")),))


class Forgetful:
    """A cluster that lists a stray and knows nothing at its name."""

    def __init__(self, inner: Cluster) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def delete(self, ref: ObjectRef) -> Sequence[str] | None:
        """Say that it is gone."""
        return () if ref.name == "stray" else self._inner.delete(ref)


@pytest.mark.parametrize("method", ["delete", "of_leases", "reviews"])
def test_revoke_never_gives_up_while_the_cluster_is_unreachable(method: str) -> None:
    """Law 3: whatever fails is tried again, for ever, within 5 s of the cluster's return."""
    world = a_world()
    grant(world)
    world.clock.advance(HOUR)
    ports = failing(world, method, DOWN)
    for _ in range(200):
        revoke_due(world, ports)
        waits = rows(world)[PromiseKind.END, FIRST]
        assert AGAIN.first.total_seconds() * (1 - SPREAD) <= waits <= 5
        world.clock.advance(timedelta(seconds=waits))
    assert lease_of(world).state is LeaseState.REVOKING
    revoke_due(world)
    assert lease_of(world).state is LeaseState.ENDED


def test_revoke_tries_soon_again_when_a_lease_was_ended_early() -> None:
    """Before its end a lease is tried about every second."""
    world = a_world()
    grant(world)
    let_go(world)
    revoke_due(world, failing(world, "delete", DOWN))
    assert rows(world)[PromiseKind.END, FIRST] == pytest.approx(1, rel=SPREAD)


def test_revoke_deletes_the_other_objects_when_one_is_refused() -> None:
    """One object that the cluster keeps saves none of the others."""
    world = a_world(TWO_PLACES)
    grant(world)
    let_go(world)
    revoke_due(world, failing(world, "delete", REFUSED, lambda ref: ref.namespace == "team-b"))
    assert [found.ref.namespace for found in world.clusters["prod"].objects] == ["team-b"]
    assert lease_of(world).state is LeaseState.REVOKING
    pass_time(world, 2)
    assert names(world) == []


@pytest.mark.parametrize("trouble", [REFUSED, DOWN], ids=["refused", "fails for now"])
def test_revoke_ends_the_others_when_a_leftover_of_one_stays(trouble: OutsideError) -> None:
    """An object whose deletion fails holds up no other lease; its own is tried again by itself."""
    world = a_world(unbounded())
    grant(world)
    grant(world)
    let_go(world, FIRST)
    let_go(world, "000000000002-1")
    stray(world, FIRST)
    revoke_due(world, failing(world, "delete", trouble, lambda ref: ref.name == "stray"))
    assert lease_of(world).state is LeaseState.REVOKING
    assert lease_of(world, LeaseId("000000000002-1")).state is LeaseState.ENDED
    pass_time(world, 5)
    assert lease_of(world).state is LeaseState.ENDED
    assert names(world) == []


def test_revoke_removes_what_else_bears_the_lease_s_label() -> None:
    """Law 1: not only what we know by name goes, and only then is it over."""
    world = a_world()
    grant(world)
    stray(world, FIRST)
    let_go(world)
    revoke_due(world)
    assert (names(world), lease_of(world).state) == ([], LeaseState.REVOKING)
    pass_time(world, 2)
    assert lease_of(world).state is LeaseState.ENDED


def test_revoke_leaves_another_install_s_objects_alone() -> None:
    """Two installs on one cluster never touch each other's objects."""
    world = a_world()
    grant(world)
    labels = {"app.kubernetes.io/managed-by": "daypass", LEASE: FIRST, INSTALL: "other"}
    kept = stray(world, FIRST, labels=labels)
    let_go(world)
    revoke_due(world)
    assert world.clusters["prod"].objects == (kept,)
    assert lease_of(world).state is LeaseState.ENDED


def test_revoke_deletes_our_object_although_its_labels_are_gone() -> None:
    """Law 10: the stored uid is enough to revoke by."""
    world = a_world()
    grant(world)
    cluster = world.clusters["prod"]
    (ours,) = cluster.objects
    key = (ours.ref.kind, ours.ref.namespace, ours.ref.name)
    cluster._objects[key] = replace(ours, labels={})
    let_go(world)
    revoke_due(world)
    assert names(world) == []
    assert lease_of(world).state is LeaseState.ENDED


@pytest.mark.parametrize("ours", [True, False], ids=["under our labels", "somebody's own"])
def test_revoke_knows_a_replaced_object_by_its_labels(*, ours: bool) -> None:
    """An object that took our name goes if it bears our labels; what is not ours is not touched."""
    world = a_world()
    grant(world)
    cluster = world.clusters["prod"]
    (found,) = cluster.objects
    cluster.put(found if ours else replace(found, labels={}, subjects=()))
    let_go(world)
    revoke_due(world)
    assert (names(world) == []) is ours
    assert lease_of(world).state is LeaseState.ENDED


@pytest.mark.parametrize("what", ["object", "leftover"])
def test_revoke_says_which_finalizer_keeps_an_object(what: str) -> None:
    """It is tried for ever, and card and trail say why, and who has to let it go (law 4)."""
    world = a_world()
    grant(world)
    if what == "leftover":
        (found,) = world.clusters["prod"].objects
        world.clusters["prod"].remove(found.ref)
        stray(world, FIRST)
    let_go(world)
    world.clusters["prod"].sticky = True
    pass_time(world, 5)
    lease = lease_of(world)
    assert lease.state is LeaseState.REVOKING
    assert "waits for the finalizer example.com/held; whoever put that there" in lease.kept
    assert actions(world, FIRST).count("lease.held") == 1, "once for each reason"
    world.clusters["prod"].sticky = False
    pass_time(world, 5)
    assert (lease_of(world).state, lease_of(world).kept) == (LeaseState.ENDED, "")


def test_revoke_says_what_refuses_to_let_an_object_be_deleted() -> None:
    """A webhook or a missing right is named, too."""
    world = a_world()
    grant(world)
    let_go(world)
    revoke_due(world, failing(world, "delete", REFUSED))
    assert lease_of(world).kept.endswith("cannot be deleted: prod: forbidden")


def test_revoke_says_what_is_listed_although_it_is_said_to_be_gone() -> None:
    """What the cluster lists is there, whatever it answers to a deletion: told once, never over."""
    world = a_world()
    grant(world)
    let_go(world)
    stray(world, FIRST)
    forgetful = with_cluster(world.grants(), Forgetful(world.clusters["prod"]))
    for _ in range(3):
        revoke_due(world, forgetful)
        world.clock.advance(timedelta(seconds=5))
    assert lease_of(world).state is LeaseState.REVOKING
    assert "/stray is not found when it is to be deleted, and is listed" in lease_of(world).kept
    assert actions(world, FIRST).count("lease.held") == 1
    pass_time(world, 5)
    assert (names(world), lease_of(world).state) == ([], LeaseState.ENDED)


def test_revoke_asks_a_silent_cluster_for_nothing_more() -> None:
    """Where nothing answers, leftovers are not tried one after another."""
    world = a_world()
    grant(world)
    let_go(world)
    stray(world, FIRST)
    deleting = Failing(world.clusters["prod"], "delete", DOWN, lambda ref: ref.name == "stray")
    revoke_due(
        world, with_cluster(world.grants(), Failing(deleting, "probe", DOWN, lambda _: True))
    )
    assert lease_of(world).state is LeaseState.REVOKING
    pass_time(world, 5)
    assert lease_of(world).state is LeaseState.ENDED


def test_revoke_goes_on_when_what_keeps_an_object_cannot_be_written_down() -> None:
    """Law 10: no failure to tell delays a revocation."""
    world = a_world()
    grant(world)
    let_go(world)
    world.clusters["prod"].sticky = True
    ports = replace(
        world.grants(), store=cast("Any", Failing(world.store, "commit", REFUSED, lambda _: True))
    )
    revoke_due(world, ports)
    assert lease_of(world).kept == ""
    assert (PromiseKind.END, FIRST) in rows(world)
