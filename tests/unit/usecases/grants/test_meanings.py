"""A worker gives what a level means on its own cluster, by its own configuration (law 8)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daypass.domain.catalog import Selector
from daypass.domain.errors import PermanentOutsideError
from daypass.domain.lease import EndCause, LeaseState
from daypass.domain.roles import RoleRef
from daypass.usecases.grants.look_around import look_around
from daypass.usecases.grants.mean import given_level
from tests.builders import PODS, World, a_catalog, a_level, a_world
from tests.unit.usecases.scenes import approve, ask, lease_of, work

READS = a_level(clusters=Selector(names=("prod",)))
EDITS = a_level(
    clusters=Selector(names=("dev",)), role=RoleRef(name="edit"), namespaces=(), cluster_wide=True
)


@pytest.fixture
def world() -> World:
    """Return a world in which debug is another role on each cluster."""
    world = a_world(a_catalog(levels=(READS, EDITS)))
    world.clusters["dev"].roles["ClusterRole/edit"] = (PODS,)
    world.clock.advance(timedelta(seconds=1))
    look_around(world.grants("dev"))
    return world


def roles(world: World, cluster: str) -> list[tuple[str, str]]:
    """Return kind and role of what is on a cluster."""
    return [(one.ref.kind, str(one.role)) for one in world.clusters[cluster].objects]


def test_each_cluster_gives_what_the_name_means_there(world: World) -> None:
    """One person may have both, and each is proven and ends for itself."""
    there = [approve(world).lease_ids[0], ask(world, cluster="dev").request.lease_ids[0]]
    for cluster in ("prod", "dev"):
        work(world, cluster)
    assert [lease_of(world, one).state for one in there] == [LeaseState.ACTIVE] * 2
    assert roles(world, "prod") == [("RoleBinding", "ClusterRole/view")]
    assert roles(world, "dev") == [("ClusterRoleBinding", "ClusterRole/edit")]


def test_worker_that_is_configured_for_another_meaning_grants_nothing(world: World) -> None:
    """Not what the name means elsewhere, and not what it meant when it was approved."""
    (name,) = ask(world, cluster="dev").request.lease_ids
    swapped = (replace(READS, clusters=EDITS.clusters), replace(EDITS, clusters=READS.clusters))
    rules = replace(world.catalog, levels=swapped)
    work(world, "dev", replace(world.grants("dev"), catalog=rules))
    assert roles(world, "dev") == []
    assert lease_of(world, name).cause is EndCause.FAILED


def test_level_that_a_cluster_no_longer_offers_is_not_given(world: World) -> None:
    """Though another cluster still has one of that name."""
    lease = lease_of(world, ask(world, cluster="dev").request.lease_ids[0])
    ports = world.grants("dev")
    assert given_level(lease, ports) == EDITS
    with pytest.raises(PermanentOutsideError, match="level debug is not offered on dev"):
        given_level(lease, replace(ports, catalog=replace(ports.catalog, levels=(READS,))))
