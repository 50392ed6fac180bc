"""Most webhooks see what is created and changed only: where that hangs ends go on."""

from collections.abc import Callable
from typing import Final

import pytest

from daypass.domain.errors import TemporaryOutsideError
from daypass.domain.grant import GrantObject
from daypass.domain.lease import LeaseState
from daypass.ports import Cluster, GrantPorts
from tests.builders import World, a_world
from tests.unit.usecases.scenes import (
    Failing,
    grant,
    lease_of,
    let_go,
    names,
    ours,
    revoke_due,
    with_cluster,
)
from tests.unit.workers.grants.test_breaker import Watch
from workers.grants.breaker import Breaker
from workers.grants.hanging import FAILURES

HUNG: Final = TemporaryOutsideError("prod: the server does not answer in time", unknown=True)
TIMEOUT: Final = 5.0
Write = Callable[[Cluster, GrantObject], object]


def create(cluster: Cluster, found: GrantObject) -> None:
    """Create something."""
    cluster.create(found)


def change(cluster: Cluster, found: GrantObject) -> None:
    """Change its end."""
    cluster.annotate(found, {})


def hangs_with(world: World, method: str) -> GrantPorts:
    """Return the worker's ports on prod, where all calls of a method hang, with a breaker."""
    watch = Watch()

    def slowly(_: object) -> bool:
        watch.now += TIMEOUT
        return True

    failing = Failing(world.clusters["prod"], method, HUNG, slowly)
    cluster = with_cluster(world.grants(), failing).cluster
    return with_cluster(world.grants(), Breaker("prod", cluster, lambda: watch.now))


@pytest.mark.parametrize(("method", "write"), [("create", create), ("annotate", change)])
def test_an_end_waits_for_nothing_where_other_writes_hang(method: str, write: Write) -> None:
    """Law 3: whoever asks again and again for what hangs there keeps nobody's access there."""
    world = a_world()
    grant(world)
    ports = hangs_with(world, method)
    for _ in range(FAILURES):
        with pytest.raises(TemporaryOutsideError, match="in time"):
            write(ports.cluster, ours(world))
    with pytest.raises(TemporaryOutsideError, match="in payments is not answered"):
        write(ports.cluster, ours(world))
    let_go(world)
    revoke_due(world, ports)
    assert names(world) == []
    assert lease_of(world).state is LeaseState.ENDED
