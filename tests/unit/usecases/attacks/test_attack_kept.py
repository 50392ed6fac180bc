"""Somebody's webhook keeps an object that has to go, and they change it again and again."""

from datetime import timedelta
from typing import Any

from structlog.testing import capture_logs

from daypass.domain.errors import PermanentOutsideError
from daypass.domain.ids import LeaseId
from daypass.domain.lease import ObjectRef
from daypass.usecases.grants.tell_once import QUIET
from tests.builders import World, a_world
from tests.unit.usecases.attacks.watching import Worker, settled
from tests.unit.usecases.scenes import Failing, names, stray

DENIED = PermanentOutsideError('admission webhook "theirs.example.com" denied the request (403)')
NOBODYS = LeaseId("000000000000-1")
STRAY = ObjectRef(kind="RoleBinding", namespace="team-a", name="stray")


def a_worker_that_may_not_delete(world: World) -> Worker:
    """Return a worker whose deletions are refused."""
    cluster: Any = Failing(world.clusters["prod"], "delete", DENIED, lambda _: True)
    world.clusters["prod"] = cluster
    worker = settled(world)
    stray(world, NOBODYS, ref=STRAY)
    return worker


def times_said(worker: Worker, changes: int) -> int:
    """Change the object so often, a second apart, and count how often the log says so."""
    with capture_logs() as logged:
        for _ in range(changes):
            worker.world.clusters["prod"].touch(STRAY)
            worker.second()
    return sum(line["event"] == "reconcile.refused" for line in logged)


def test_the_log_is_not_filled_by_what_is_kept() -> None:
    """Each change is seen and the object tried again; that it is kept is said once in a while."""
    world = a_world()
    worker = a_worker_that_may_not_delete(world)
    assert times_said(worker, changes=30) == 1
    world.clock.advance(QUIET + timedelta(seconds=1))
    assert times_said(worker, changes=30) == 1
    assert "stray" in names(world)
