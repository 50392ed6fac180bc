"""`daypass discover`: the same on a terminal."""

import json
from datetime import timedelta

import pytest

from daypass.cli.discover import listed
from daypass.cli.parser import parser
from daypass.domain.errors import RefusedError
from daypass.domain.picture import Kind
from daypass.domain.rbac import PolicyRule
from tests.builders import World, a_world
from tests.drawing import ALICE_THERE, VIEW, a_binding, a_role, a_rule, draw


def lines(world: World, *words: str) -> list[str]:
    return list(listed(parser().parse_args(["discover", *words]), world.ledger))


@pytest.fixture
def world() -> World:
    """A world in which prod was seen."""
    made = a_world()
    vault = a_role("vault", a_rule("get", of="secrets"), labels={"a": "b\x1b[2J"}, left_out=2)
    bound = a_binding("mine", "vault", ALICE_THERE, namespace="payments")
    draw(made, VIEW, vault, bound)
    return made


def test_discover_prints_a_table(world: World) -> None:
    """Everything, aligned; what a terminal would obey is replaced."""
    unkept = "2 not kept, which may lead further"
    assert lines(world, "prod") == [
        "KIND         NAMESPACE  NAME               WHAT",
        "User         -          alice@example.com  ClusterRole/vault (payments)",
        f"ClusterRole  -          vault              1 rules, secrets, {unkept}, a=b�[2J",
        "ClusterRole  -          view               1 rules",
        "RoleBinding  payments   mine               ClusterRole/vault to User alice@example.com",
    ]


def test_discover_filters_as_slack_does(world: World) -> None:
    """By words, kind and namespace."""
    assert [one.split()[2] for one in lines(world, "prod", "VAULT", "--kind", "role")[1:]] == [
        "vault"
    ]
    assert len(lines(world, "prod", "-n", "payments")) == 3


def test_discover_prints_json_whole(world: World) -> None:
    """One object in each line, rules in Kubernetes' own words."""
    (vault,) = map(json.loads, lines(world, "prod", "vault", "--kind", "clusterrole", "--json"))
    assert vault["rules"][0]["resources"] == ["secrets"]
    assert (vault["risks"], vault["left_out"]) == (["secrets"], 2)
    first, *_ = map(json.loads, lines(world, "prod", "--json"))
    assert first["bindings"] == [{"key": "RoleBinding/payments/mine", "role": "ClusterRole/vault"}]
    bound = json.loads(lines(world, "prod", "mine", "--json")[0])
    assert bound["subjects"] == ["User/alice@example.com"]


def test_discover_says_what_is_old_or_missing() -> None:
    """Below the table."""
    world = a_world()
    seen = world.clock.now()
    draw(
        world, VIEW, at=seen - timedelta(hours=2), unseen={Kind.ROLE: "no"}, left_out={Kind.ROLE: 5}
    )
    assert lines(world, "prod")[2:] == [
        "As it was 2h ago.", "Role: not seen (no)", "Role: 5 too many to be kept",
    ]  # fmt: skip
    draw(world, at=seen + timedelta(hours=2))
    assert "time has jumped back" in lines(world, "prod")[2]


def test_discover_names_roles_that_are_bound_and_not_there(world: World) -> None:
    """In the table, and in JSON."""
    draw(world, a_binding("odd", "none", ALICE_THERE))
    assert lines(world, "prod", "odd")[1].endswith("there is no ClusterRole/none")
    (said,) = map(json.loads, lines(world, "prod", "odd", "--json"))
    assert said["lacking"] == ["ClusterRole/none"]


def test_discover_counts_bindings_that_are_too_many() -> None:
    """A line stays one."""
    world = a_world()
    draw(world, VIEW, *(a_binding(f"b{n}", "view", ALICE_THERE) for n in range(103)))
    assert lines(world, "prod", "--kind", "user")[1].endswith("and 3 more bindings")


@pytest.mark.parametrize("words", [("prd",), ("dev",), ("prod", "--kind", "pod")])
def test_discover_refuses_what_is_not_there(world: World, words: tuple[str, ...]) -> None:
    """A cluster that is none, one that nobody watched, a kind that is none."""
    with pytest.raises(RefusedError):
        lines(world, *words)


def test_paths_and_names_are_in_json() -> None:
    """Nothing of a rule is lost."""
    world = a_world()
    rule = PolicyRule(verbs=("get",), resource_names=("a",), non_resource_urls=("/x",))
    draw(world, a_role("r", rule))
    (one,) = map(json.loads, lines(world, "prod", "--json"))
    assert one["rules"] == [
        {"verbs": ["get"], "apiGroups": [""], "resources": [], "resourceNames": ["a"],
         "nonResourceURLs": ["/x"]}
    ]  # fmt: skip
