"""A cluster that does not answer, and what people are told meanwhile; everything is real."""

import pytest

from daypass.domain.lease import EndCause, LeaseState
from tests.whole import Whole

pytestmark = pytest.mark.real


def test_grants_when_cluster_comes_back(whole: Whole) -> None:
    """Until then the card says that it is tried again, and until when."""
    request = whole.asks()
    whole.card(request, "Pending")
    with whole.unreachable():
        whole.clicks("bob", "approve", request)
        whole.card(request, "Granting")
        whole.until(lambda: bool(whole.lease(request).why), "it is said what it waits for")
    whole.card(request, "Granted")
    assert whole.sees_pods("alice")
    assert len(whole.objects()) == 1


def test_fails_and_undoes_when_cluster_stays_away_too_long(whole: Whole) -> None:
    """At its deadline the lease has failed for people; it is over when the cluster says so."""
    request = whole.asks()
    whole.card(request, "Pending")
    with whole.unreachable():
        whole.clicks("bob", "approve", request)
        whole.until(lambda: bool(whole.lease(request).why), "it is said what it waits for")
        whole.ages(request)
        whole.card(request, "Failed", "being removed from the cluster")
        whole.direct("alice", "Failed", f"{request}-1")
    whole.card(request, "Failed", "nothing of it is left")
    assert whole.reaches(request, LeaseState.ENDED).cause is EndCause.FAILED
    assert not whole.objects()
    assert not whole.sees_pods("alice")


def test_ends_when_cluster_comes_back(whole: Whole) -> None:
    """An end waits for nothing but the cluster, and is not called over before (laws 3 and 4)."""
    request = whole.grants("alice")
    with whole.unreachable():
        whole.says("alice", f"release {request}")
        whole.card(request, "Ending")
        assert whole.lease(request).state is LeaseState.REVOKING
    whole.card(request, "Ended", "released by its holder")
    assert not whole.objects()
    assert not whole.sees_pods("alice")


def test_serves_other_cluster_when_one_is_away(whole: Whole) -> None:
    """A cluster that is away holds up nobody else."""
    with whole.unreachable("prod"):
        whole.says("alice", "to dev --k8sGroup=log-reader --duration 10m")
        whole.until(lambda: whole.sees_pods("alice", cluster="dev"), "alice is served on dev")
