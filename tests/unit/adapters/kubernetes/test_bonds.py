"""What a group is seen to mean where names on the cluster are odd."""

from typing import Any

from daypass.domain.discovery import Wanted
from daypass.domain.rbac.meaning import Meaning
from daypass.domain.rbac.risk import Risk
from tests.unit.adapters.kubernetes.canned import Canned
from tests.unit.adapters.kubernetes.served import a_cluster

ODD = "odd\ufffd"
NOTHING = Canned(body={"items": []})


def role(uid: str, *resources: str) -> dict[str, Any]:
    """Return a Role as a list shows it; its name was bytes that are no text."""
    rule = {"verbs": ["get"], "apiGroups": [""], "resources": resources}
    return {"metadata": {"namespace": "a", "name": ODD, "uid": uid}, "rules": [rule]}


def meant(*roles: dict[str, Any]) -> Meaning:
    """Return what a group means that is bound to a role of that name."""
    bound = {
        "metadata": {"namespace": "a", "name": "x"},
        "roleRef": {"kind": "Role", "name": ODD},
        "subjects": [{"kind": "Group", "name": "ops"}],
    }
    bindings = (Canned(body={"items": [bound]}), NOTHING, NOTHING, NOTHING)
    version = Canned(body={"gitVersion": "v1"})
    listed = (NOTHING, Canned(body={"items": roles}))
    with a_cluster(NOTHING, NOTHING, *bindings, *listed, version) as (cluster, _):
        return cluster.discover(Wanted(groups=frozenset({"ops"}))).means["Group/ops"]


def test_group_means_all_that_roles_of_one_odd_name_allow() -> None:
    """Two names that are no text read alike: which of them is bound nobody can tell."""
    secret, exec_ = role("1", "secrets"), role("2", "pods/exec")
    both = meant(secret, exec_)
    assert both.risks == (Risk.SECRETS, Risk.EXEC)
    assert meant(exec_, secret, secret) == both
    assert meant(secret).risks == (Risk.SECRETS,)


def test_group_means_nothing_more_when_its_odd_role_is_gone() -> None:
    """The binding is there, and gives nothing until somebody makes the role."""
    assert meant().risks == ()
