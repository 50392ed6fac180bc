"""What a group is seen to mean where names on the cluster are odd."""

from itertools import count
from typing import Any

from daypass.adapters.kubernetes.bonds import WITHIN, meanings_of_groups
from daypass.domain.discovery import Wanted
from daypass.domain.rbac.meaning import TOO_MUCH, Meaning
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


SMALL = {"metadata": {"name": "r", "uid": "9"}, "rules": []}
SECONDS = WITHIN / 4
"""That pass whenever a test looks at the time."""


def bound(group: str, *roles: str) -> list[dict[str, Any]]:
    """Return what binds a group to these."""
    return [
        {
            "metadata": {"namespace": "a", "name": f"{group}-{role}"},
            "roleRef": {"kind": role.partition("/")[0], "name": role.partition("/")[2]},
            "subjects": [{"kind": "Group", "name": group}],
        }
        for role in roles
    ]


def known(bindings: list[dict[str, Any]], *answers: Canned) -> set[str]:
    """Return of which groups it is known what they mean, where time passes."""
    asked = Wanted(groups=frozenset({"ops", "other"}))
    ticks = map(float, count(0, SECONDS))
    listed = (Canned(body={"items": bindings}), NOTHING, NOTHING, NOTHING)
    with a_cluster(*listed, *answers) as (cluster, _):
        meant = meanings_of_groups(cluster._api, asked, install="main", ticks=lambda: next(ticks))
        return {group for group, one in meant if one != TOO_MUCH}


def test_what_takes_too_long_keeps_no_other_group_from_being_known() -> None:
    """Whoever binds one in their namespace to hundreds of long roles stops no look with that."""
    other, ops = bound("other", "ClusterRole/view"), bound("ops", "Role/r")
    assert known([*other, *ops], Canned(body=SMALL)) == {"Group/other"}


def test_all_is_known_where_there_is_time() -> None:
    """A role that is gone takes no more of it than others."""
    assert known(bound("ops", "ClusterRole/view"), Canned(status=404)) == {"Group/ops"}


def test_nothing_is_known_where_even_bindings_take_too_long() -> None:
    """There may be others that nobody saw."""
    assert known(bound("ops", *(f"Role/{number}" for number in range(9)))) == set()


def test_what_is_not_known_is_said_to_be_there() -> None:
    """Who acts in it may have all of it: it is not gone."""
    asked, ticks = Wanted(groups=frozenset({"ops"})), map(float, count(0, WITHIN))
    with a_cluster(Canned(body={"items": bound("ops", "Role/r")})) as (cluster, _):
        meant = meanings_of_groups(cluster._api, asked, install="main", ticks=lambda: next(ticks))
        assert dict(meant) == {"Group/ops": TOO_MUCH}


def test_a_group_that_was_not_seen_in_a_list_is_not_known() -> None:
    """It may come later in it."""
    one = {**SMALL, "metadata": {"name": "a", "uid": "1"}}
    there = Canned(body={"items": [one] * 9})
    ops = bound("ops", f"Role/{ODD}")
    assert known(ops, there) == set()
