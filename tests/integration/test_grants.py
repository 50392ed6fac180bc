"""Granting and revoking on real parts: workers, Valkey, an API server, people's own tokens."""

from datetime import timedelta
from pathlib import Path

import pytest

from daypass.domain.lease import EndCause, LeaseState
from daypass.usecases.requests.release import Release, release
from sandbox.cluster.binaries import Binaries
from sandbox.kubeconfig import write_kubeconfig
from tests.guard import unguarded_by_all
from tests.integration.site import ALICE, BINDINGS, KIM, SOON, Site, forged
from tests.integration.test_sandbox_cluster import _kubectl

pytestmark = pytest.mark.real


def test_serves_holder_when_granted_and_nobody_when_over(site: Site) -> None:
    """Refused before, served during, refused after; never in another namespace (laws 1 and 4)."""
    assert not site.may_list_pods("payments")
    lease = site.granted("debug")
    assert site.may_list_pods("payments")
    assert not site.may_list_pods("checkout")
    site.released(lease)
    assert not site.may_list_pods("payments")
    assert site.objects() == []


@pytest.mark.parametrize(
    ("cluster", "level", "known", "other"),
    [("prod", "debug", "kim", "kim-lower"), ("dev", "log-reader", "kim-lower", "kim")],
    ids=["letters kept", "small letters"],
)
def test_serves_holder_under_the_spelling_that_the_cluster_knows(
    site: Site, cluster: str, level: str, known: str, other: str
) -> None:
    """Slack's capitals are the user's, unless the template says lower; proven is what works."""
    assert not site.may_list_pods("payments", known, cluster)
    lease = site.granted(level, actor=KIM, cluster=cluster)
    assert site.may_list_pods("payments", known, cluster)
    assert not site.may_list_pods("payments", other, cluster)
    site.released(lease, by=KIM)
    assert not site.may_list_pods("payments", known, cluster)


def test_says_everything_on_the_object_when_granted(site: Site) -> None:
    """The object itself names lease, end, requester and approver."""
    lease = site.granted("debug")
    [found] = site.objects()
    said = found["metadata"]["annotations"]
    assert found["metadata"]["labels"]["daypass.dev/lease"] == lease
    assert said["daypass.dev/requester"] == "alice@example.com"
    assert "bob" in said["daypass.dev/approvers"]
    assert said["daypass.dev/expires-at"].endswith("Z")
    site.released(lease)


def test_lets_holder_act_as_group_when_level_is_a_group(
    site: Site, binaries: Binaries, tmp_path: Path
) -> None:
    """Kubectl with --as works while the lease lives, as that group and no other."""
    kubeconfig = write_kubeconfig(tmp_path / "kubeconfig", site.prod.contexts())

    def acts_as(group: str) -> bool:
        who = ("--as=daypass:platform-admins", f"--as-group={group}")
        command = ("--context", "alice@prod", *who, "get", "nodes")
        return _kubectl(binaries, kubeconfig, command).returncode == 0

    assert not acts_as("platform-admins")
    lease = site.granted("platform-admins")
    assert acts_as("platform-admins")
    assert not acts_as("system:masters")
    site.released(lease)
    assert not acts_as("platform-admins")


def test_gives_under_ones_own_name_what_a_group_has(site: Site) -> None:
    """One object for each binding of the group, the wide one and the one within it."""
    lease = site.granted("oncall")
    assert site.may_list_pods("checkout")
    assert [one["roleRef"]["name"] for one in site.objects()] == ["view"]
    stored = site.lease(lease)
    assert stored.attempt is not None
    assert [one.kind for one in stored.attempt.objects] == ["ClusterRoleBinding", "RoleBinding"]
    assert stored.already == ""
    site.released(lease)
    assert not site.may_list_pods("checkout")
    assert site.objects() == []


def test_gives_nothing_of_a_group_that_has_it_no_more(site: Site) -> None:
    """Nobody gets by a group what the group has not; it is there again a moment after."""
    place = f"{BINDINGS}/oncall"
    there = site.prod.admin().get(place)
    site.prod.admin().delete(place)
    try:
        why = "binding of group oncall to ClusterRole/view in payments"
        site.look()
        site.until(lambda: any(why in one for one in site.lacking("oncall")))
    finally:
        metadata = {"name": "oncall", "namespace": "payments"}
        site.prod.admin().post(BINDINGS, {**there, "metadata": metadata})
    site.look()
    site.until(lambda: not site.lacking("oncall"))


def test_ends_by_itself_when_time_is_up(site: Site) -> None:
    """Nobody does anything, and it is over (law 3)."""
    lease = site.granted("debug", timedelta(seconds=2))
    site.until(lambda: site.lease(lease).state is LeaseState.ENDED)
    assert site.lease(lease).cause is EndCause.EXPIRED
    assert not site.may_list_pods("payments")


def test_revokes_when_cluster_comes_back(site: Site) -> None:
    """An end waits for nothing but the cluster (law 3)."""
    lease = site.granted("debug")
    site.clusters.stop_api_server("prod")
    try:
        release(Release(actor=ALICE, target=lease), site.ask)
    finally:
        site.clusters.start_api_server("prod")
    site.until(lambda: site.lease(lease).state is LeaseState.ENDED)
    assert site.objects() == []


def test_removes_object_when_it_was_forged(site: Site) -> None:
    """Our label without a lease of ours does not last (law 1)."""
    with unguarded_by_all(site.prod):
        site.prod.admin().post(BINDINGS, forged())
    site.look()
    site.until(lambda: site.objects() == [])


def test_refuses_to_start_when_cluster_with_live_leases_is_gone(site: Site, tmp_path: Path) -> None:
    """Nobody would end them; the exit code says that starting again does not help."""
    lease = site.granted("debug")
    site.processes.stop("grants")
    changed = tmp_path / "daypass.yaml"
    changed.write_text(
        Path(site.settings["DAYPASS_CONFIG"]).read_text().replace("  prod:\n", "  renamed:\n")
    )
    site.start("grants", DAYPASS_CONFIG=str(changed))
    assert site.processes["grants"].wait(SOON) == 78
    assert "cluster prod is not in the configuration" in site.processes["grants"].last_lines()
    site.start("grants")
    site.released(lease)
