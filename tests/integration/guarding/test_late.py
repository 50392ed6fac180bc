"""A worker that was paused between its record and its POST grants nothing, guard or no guard.

Store and clock are in memory, so that minutes may pass; the cluster is real.
"""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from daypass.adapters.kubernetes.cluster import ApiCluster
from daypass.adapters.kubernetes.rights import rights
from daypass.adapters.kubernetes.watermark import watermark_name
from daypass.domain.access import ClusterAccess
from daypass.domain.errors import PermanentOutsideError
from daypass.domain.grant import GrantObject
from daypass.domain.lease import PROVISION_DEADLINE, SKEW, LeaseState, ObjectRef
from daypass.domain.roles import RoleRef
from daypass.ports import GrantPorts
from sandbox.seed import apply, worker_token
from tests.builders import World, a_catalog, a_level, a_snapshot, a_world
from tests.guard import unguarded
from tests.integration.guarding.ground import Ground, a_catalog_of
from tests.property.crashing import Crash
from tests.unit.usecases.scenes import approve, lease_of, let_go, revoke_due, with_cluster, work

pytestmark = pytest.mark.real

ASLEEP = PROVISION_DEADLINE + timedelta(seconds=1)


class Paused:
    """A cluster whose worker sleeps before its POST, sends it, and is killed."""

    def __init__(self, cluster: ApiCluster, meanwhile: Callable[[], object]) -> None:
        self._cluster = cluster
        self._meanwhile = meanwhile
        self.said = ""

    def create(self, planned: GrantObject) -> ObjectRef:
        """Create one, late."""
        self._meanwhile()
        try:
            self._cluster.create(planned)
        except PermanentOutsideError as error:
            self.said = str(error)
        raise Crash

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cluster, name)


@pytest.fixture
def cluster(ground: Ground, tmp_path: Path) -> Iterator[ApiCluster]:
    """The real prod, as the install's worker reaches it."""
    server = ground.server
    # The mark of an earlier test's store would tell this one that it was set back.
    name = watermark_name(ground.install)
    server.admin().delete(f"/api/v1/namespaces/daypass/configmaps/{name}")
    apply(server, rights(a_catalog_of(ground.install), "prod"))
    token = worker_token(server, tmp_path / "token", install=ground.install)
    access = ClusterAccess(server=server.url, ca_file=server.ca_file, token_file=token)
    made = ApiCluster("prod", access, install=ground.install, now=lambda: datetime.now(UTC))
    yield made
    made.close()


def a_world_asleep_until_now(ground: Ground, cluster: ApiCluster) -> World:
    """Return a world whose clock is behind the cluster's by as long as the worker will sleep."""
    level = a_level(role=RoleRef(name="view"), namespaces=(ground.namespace,))
    world = a_world(replace(a_catalog(levels=(level,)), install=ground.install))
    world.clock.set(datetime.now(UTC) - ASLEEP - SKEW)
    world.heartbeats.beat("timekeeper")
    # A yes is for what the role allows there.
    means = dict(cluster.means(["ClusterRole/view"]))
    places = frozenset({ground.namespace})
    seen = a_snapshot(taken_at=world.clock.now(), means=means, namespaces=places)
    world.store.keep_seen(seen)
    return world


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "unguarded"])
def test_late_create_of_a_paused_worker_grants_nothing(
    ground: Ground, cluster: ApiCluster, *, guarded: bool
) -> None:
    """The guard refuses it; without the guard it lands, and the re-check removes it (law 2)."""
    world = a_world_asleep_until_now(ground, cluster)
    approve(world)
    awake = with_cluster(world.grants(), cluster)
    paused = Paused(cluster, meanwhile=lambda: _sleep_while_alice_lets_go(world, awake))
    with nullcontext() if guarded else unguarded(ground.server, ground.install):
        with pytest.raises(Crash):
            work(world, ports=with_cluster(world.grants(), paused))
        there = bool(ground.names())
        assert there is not guarded
        assert ("It is too late to create this object" in paused.said) is guarded
    _until_ended(world, awake)
    assert ground.names() == []


def _sleep_while_alice_lets_go(world: World, awake: GrantPorts) -> None:
    """Let another worker see that a create may still be on its way: it ends nothing yet."""
    let_go(world)
    revoke_due(world, awake)
    assert lease_of(world).state is LeaseState.REVOKING
    world.clock.advance(ASLEEP)
    work(world, ports=awake)
    assert lease_of(world).state is LeaseState.REVOKING


def _until_ended(world: World, awake: GrantPorts) -> None:
    for _ in range(100):
        world.clock.advance(timedelta(seconds=1))
        work(world, ports=awake)
        if lease_of(world).state is LeaseState.ENDED:
            return
    pytest.fail(f"it does not end: {lease_of(world)}")
