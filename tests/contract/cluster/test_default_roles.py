"""What the roles that every cluster has lead to, as a real API server has them."""

import json
from pathlib import Path

import pytest

from daypass.adapters.kubernetes.manifests import Manifest, whole_rules
from daypass.domain.rbac.risk import risks
from sandbox.cluster.servers import ClusterServer

_ROLES = (
    "/apis/rbac.authorization.k8s.io/v1/clusterroles"
    "?labelSelector=kubernetes.io%2Fbootstrapping%3Drbac-defaults"
)
TABLE = Path(__file__).with_name("default_roles.json")


def _risks(role: Manifest) -> list[str]:
    rules = whole_rules(role)
    assert rules is not None
    return [one.value for one in risks(rules)]


@pytest.mark.real
def test_risks_of_every_default_role_are_those_of_the_table(worker_server: ClusterServer) -> None:
    """A Kubernetes that adds a role, or a rule of ours that reads one otherwise, shows here.

    What tells roles apart is read by people: the table is to be changed by hand.
    """
    found = worker_server.admin().get(_ROLES)["items"]
    named = {role["metadata"]["name"]: _risks(role) for role in found}
    assert len(named) > 60
    assert named == json.loads(TABLE.read_text())
