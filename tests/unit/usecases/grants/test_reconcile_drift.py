"""A lease whose objects are gone has drifted, if really so, and is ended (law 1)."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

import pytest

from daypass.adapters.memory.cluster import MemoryCluster
from daypass.domain.grant import INSTALL, LEASE, GrantObject
from daypass.domain.lease import EndCause, LeaseState, ObjectRef
from daypass.ports import PromiseKind
from daypass.usecases.grants.drift import PAGE
from daypass.usecases.grants.findings import Findings
from daypass.usecases.grants.reconcile import first_look, reconcile
from daypass.usecases.shared.rows import end_row
from tests.builders import a_world, unbounded
from tests.property.crashing import run
from tests.unit.usecases.scenes import (
    FIRST,
    HOUR,
    Meanwhile,
    approve,
    grant,
    lease_of,
    let_go,
    look,
    ours,
    rows,
    with_cluster,
)


@pytest.mark.parametrize("removed", [True, False], ids=["object removed", "label removed"])
def test_reconcile_ends_a_lease_that_drifted(*, removed: bool) -> None:
    """An active lease whose object is gone, or no longer ours to see, is ended."""
    world = a_world()
    grant(world)
    cluster, found = world.clusters["prod"], ours(world)
    cluster.remove(found.ref)
    if not removed:
        cluster.put(replace(found, labels={}))
    assert look(world).drifted == (FIRST,)
    lease = lease_of(world)
    assert (lease.state, lease.cause) == (LeaseState.REVOKING, EndCause.DRIFTED)
    assert rows(world)[PromiseKind.END, FIRST] == 0


def test_reconcile_takes_no_lease_for_drifted_that_is_not_running() -> None:
    """What is granted, ends or is past its end right now lacks objects for good reasons."""
    world = a_world(unbounded())
    for _ in range(3):
        grant(world)
    approve(world)
    let_go(world, "000000000001")
    world.agenda.write([end_row(lease_of(world), world.clock.now() + HOUR)], [])
    for found in world.clusters["prod"].objects:
        world.clusters["prod"].remove(found.ref)
    late = lease_of(world, cast("Any", "000000000002-1"))
    world.store._leases[late.id] = replace(late, ends_at=world.clock.now())
    assert look(world).drifted == ("000000000003-1",)


def test_reconcile_looks_afresh_before_it_calls_anything_drifted() -> None:
    """An object that the list missed but that is there is in order."""
    world = a_world()
    grant(world)

    class Forgetful:
        """A cluster whose list came from an old cache."""

        def __getattr__(self, name: str) -> Any:
            return getattr(world.clusters["prod"], name)

        def ours(self) -> tuple[GrantObject, ...]:
            """Return nothing."""
            return ()

    assert look(world, with_cluster(world.grants(), Forgetful())).drifted == ()
    assert lease_of(world).state is LeaseState.ACTIVE


@pytest.mark.parametrize("moment", ["lease", "commit"])
def test_reconcile_leaves_a_lease_to_whoever_ends_it_first(moment: str) -> None:
    """What is released while it is found drifted was released."""
    world = a_world()
    grant(world)
    world.clusters["prod"].remove(ours(world).ref)
    store = Meanwhile(world.store, moment, lambda: let_go(world))
    findings = look(world, replace(world.grants(), store=cast("Any", store)))
    assert findings.drifted == ()
    assert lease_of(world).cause is EndCause.RELEASED


class Long:
    """A cluster whose list has pages of another install's objects before each of ours."""

    def __init__(self, cluster: MemoryCluster) -> None:
        self._cluster = cluster
        self.asked: list[ObjectRef] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cluster, name)

    def read(self, ref: ObjectRef) -> GrantObject | None:
        """Note which objects are looked at one by one."""
        self.asked.append(ref)
        return self._cluster.read(ref)

    def ours(self) -> Iterator[GrantObject]:
        """Return a page of others, then one, and so on."""
        for one in self._cluster.ours():
            theirs = replace(
                one,
                ref=replace(one.ref, name="daypass-else-1-1-1"),
                labels={**one.labels, INSTALL: "other", LEASE: "else-1"},
            )
            yield from (theirs for _ in range(PAGE))
            yield one


def test_reconcile_holds_a_lease_against_its_objects_page_by_page() -> None:
    """Objects of one lease that are listed far apart are all there: nothing is looked at again."""
    world = a_world()
    grant(world, "open", namespaces=("team-a", "team-b"))
    cluster = Long(world.clusters["prod"])
    findings = look(world, with_cluster(world.grants(), cluster))
    assert findings == Findings(objects=2 * PAGE + 2)
    assert cluster.asked == []


def test_reconcile_misses_one_of_several_objects_of_a_lease() -> None:
    """A lease that has lost one of two objects has drifted, wherever in the list the other is."""
    world = a_world()
    grant(world, "open", namespaces=("team-a", "team-b"))
    first, *_ = world.clusters["prod"].objects
    world.clusters["prod"].remove(first.ref)
    cluster = Long(world.clusters["prod"])
    assert look(world, with_cluster(world.grants(), cluster)).drifted == (FIRST,)


def test_reconcile_takes_nothing_for_drifted_that_is_granted_while_it_lists() -> None:
    """A lease that the list is too old to show was granted, and stays."""
    world = a_world()
    approve(world)
    first_look(world.grants())
    claims = {one.promise.kind: one for one in world.agenda.claim("prod", 50)}
    store = Meanwhile(
        world.store, "leases", lambda: run(claims[PromiseKind.PROVISION], world.grants())
    )
    ports = replace(world.grants(), store=cast("Any", store))
    assert reconcile(claims[PromiseKind.RECONCILE], ports).drifted == ()
    assert lease_of(world).state is LeaseState.ACTIVE
