"""What a test leaves on clusters that others share does not reach the next one, and is told."""

import pytest

from daypass.adapters.kubernetes.guard import guard, guard_name
from daypass.adapters.kubernetes.static import NAMESPACE, bare, role
from sandbox.cluster.servers import Clusters
from sandbox.seed import apply
from tests.guard import installs, refuses, unguarded_by_all, until_guarded
from tests.integration.guarding.ground import a_catalog_of
from tests.leftovers import Found, left_as_found, things

pytestmark = pytest.mark.real

_RBAC = "/apis/rbac.authorization.k8s.io/v1"


def test_names_and_removes_what_was_left(clusters: Clusters) -> None:
    """Each is named with its cluster, and gone: a static role, a mark, a binding, a namespace."""
    found = Found(clusters)
    apply(
        clusters["dev"],
        [
            role("ClusterRole", "daypass-sudo-left", []),
            bare("v1", "ConfigMap", "daypass-watermark-left", namespace=NAMESPACE),
            bare("v1", "Namespace", "team-left"),
        ],
    )
    left = {
        "dev: /api/v1/namespaces/daypass/configmaps/daypass-watermark-left",
        "dev: /api/v1/namespaces/team-left",
        f"dev: {_RBAC}/clusterroles/daypass-sudo-left",
    }
    assert set(found.restore()) == left
    assert found.restore() == ()


def test_keeps_what_stays_for_the_whole_run(clusters: Clusters) -> None:
    """What a stack brings that runs until the end is no leftover of whoever comes next."""
    found = Found(clusters)
    with left_as_found(clusters["dev"]):
        with found.more():
            apply(clusters["dev"], [role("ClusterRole", "daypass-sudo-stays", [])])
        assert found.restore() == ()
        assert f"{_RBAC}/clusterroles/daypass-sudo-stays" in things(clusters["dev"])


def test_guard_refuses_nothing_when_its_test_is_over(clusters: Clusters) -> None:
    """Taken away for a while or for good: the API server knows before anything goes on."""
    server = clusters["prod"]
    with left_as_found(server):
        apply(server, guard(a_catalog_of("leaving"), "prod"))
        until_guarded(server, "leaving")
        with unguarded_by_all(server):
            assert not refuses(server, "leaving")
        assert refuses(server, "leaving")
    assert "leaving" not in installs(server)
    assert not refuses(server, "leaving")
    assert not [one for one in things(server) if guard_name("leaving") in one]
