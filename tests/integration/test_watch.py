"""What changes on a cluster is acted on although nobody looks around (law 1)."""

import signal

import pytest

from daypass.domain.lease import EndCause, LeaseState
from daypass.ports import watch_of
from sandbox.seed import apply
from tests.guard import unguarded_by_all
from tests.integration.site import BINDINGS, Site, forged

pytestmark = pytest.mark.real


def watched(site: Site) -> None:
    """Wait until somebody sees all that happens on prod, and has said so lately."""
    before = site.ask.clock.now()

    def heard() -> bool:
        at = site.ask.heartbeats.heard(watch_of("prod"))
        return at is not None and at > before

    site.until(heard)


def nobody_looks(site: Site) -> None:
    """Put every look off, as somebody may who can write to Redis."""
    site.redis.zadd("daypass:due:prod", {"reconcile:prod": 4e15})


def forged_goes(site: Site, *, left: int = 0) -> None:
    """Forge an object while nobody looks around, and wait until it is gone again."""
    watched(site)
    nobody_looks(site)
    with unguarded_by_all(site.prod):
        site.prod.admin().post(BINDINGS, forged())
    site.until(lambda: len(site.objects()) == left)


def test_object_that_somebody_forged_goes(site: Site) -> None:
    """Seen when it is written, judged, and gone."""
    forged_goes(site)


def test_object_that_somebody_altered_goes_and_its_lease_ends(site: Site) -> None:
    """Its holder, its approvers and the trail hear of it."""
    watched(site)
    lease = site.granted("debug")
    nobody_looks(site)
    [found] = site.objects()
    with unguarded_by_all(site.prod):
        metadata = {"name": found["metadata"]["name"], "namespace": "payments"}
        changed = {"daypass.dev/expires-at": "2099-01-01T00:00:00Z"}
        apply(site.prod, [{**_kind(), "metadata": {**metadata, "annotations": changed}}])
    site.until(lambda: site.lease(lease).state is LeaseState.ENDED)
    assert site.lease(lease).cause is EndCause.DRIFTED
    assert site.objects() == []


def test_lease_whose_object_somebody_deleted_ends(site: Site) -> None:
    """Nothing goes on saying Granted of what is gone."""
    watched(site)
    lease = site.granted("debug")
    nobody_looks(site)
    [found] = site.objects()
    with unguarded_by_all(site.prod):
        site.prod.admin().delete(f"{BINDINGS}/{found['metadata']['name']}")
    site.until(lambda: site.lease(lease).state is LeaseState.ENDED)
    assert site.lease(lease).cause is EndCause.DRIFTED


def test_watch_goes_on_when_the_api_server_was_away(site: Site) -> None:
    """What happened meanwhile is compared, and what comes after is seen."""
    watched(site)
    site.clusters.stop_api_server("prod")
    site.clusters.start_api_server("prod")
    forged_goes(site)


def test_another_worker_takes_over_when_the_one_that_watched_is_killed(site: Site) -> None:
    """Some seconds later another sees what happens."""
    watched(site)
    site.processes.kill("grants")
    site.start("grants", name="second")
    forged_goes(site)
    site.processes.stop("second")
    site.start("grants")


def test_another_worker_takes_over_when_the_one_that_watched_is_frozen(site: Site) -> None:
    """It wakes late, finds that the duty is another's, and undoes nothing."""
    watched(site)
    site.processes["grants"].signal(signal.SIGSTOP)
    site.start("grants", name="second")
    lease = site.granted("debug")
    forged_goes(site, left=1)
    site.processes["grants"].signal(signal.SIGCONT)
    site.processes.stop("second")
    watched(site)
    assert site.lease(lease).state is LeaseState.ACTIVE
    site.released(lease)


def _kind() -> dict[str, str]:
    return {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding"}
