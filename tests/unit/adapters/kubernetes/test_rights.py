"""What the worker may do on a cluster follows from the configuration and is no more (law 8)."""

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from daypass.adapters.kubernetes.guard import POLICIES, guard
from daypass.adapters.kubernetes.lane import LEVELS, lane
from daypass.adapters.kubernetes.manifests import KINDS, whole_rules
from daypass.adapters.kubernetes.rights import rendered, rights
from daypass.adapters.yaml.load import load
from daypass.domain.catalog import Level, Selector
from daypass.domain.deliveries import realisation
from daypass.domain.grant import MANAGED_BY
from daypass.domain.rbac.groups import lending
from daypass.domain.rbac.meaning import meaning
from daypass.domain.roles import Part, RoleKind, RoleRef
from tests.builders import a_catalog, a_group_level, a_level, a_mirror

ROOT = Path(__file__).parents[4]
EXAMPLE = ROOT / "examples" / "daypass.yaml"


def of(*levels: Level) -> list[dict[str, Any]]:
    """Return the rights on `prod` where these levels are offered."""
    return rights(a_catalog(levels=tuple(levels)), "prod")


def named(manifests: list[dict[str, Any]], name: str) -> list[str]:
    """Return kind and namespace of the objects of that name."""
    return [
        f"{one['kind']} {one['metadata'].get('namespace', '')}".rstrip()
        for one in manifests
        if one["metadata"]["name"] == name
    ]


def bindable(manifests: list[dict[str, Any]]) -> set[tuple[str, str, str]]:
    """Return namespace, resource and name of every role that may be bound."""
    return {
        (one["metadata"].get("namespace", ""), resource, name)
        for one in manifests
        for rule in one.get("rules", ())
        if "bind" in rule["verbs"]
        for resource in rule["resources"]
        for name in rule["resourceNames"]
    }


def test_binds_in_namespace_only_when_level_names_it() -> None:
    """A role that is offered in one namespace cannot be bound in another."""
    made = of(a_level(role=RoleRef(name="view"), namespaces=("payments",)))
    assert bindable(made) == {("payments", "clusterroles", "view")}
    assert named(made, "daypass-worker-main-bind") == ["Role payments", "RoleBinding payments"]


@pytest.mark.parametrize(
    "place", [{"cluster_wide": True}, {"choose": ("team-*",)}], ids=["cluster-wide", "choose"]
)
def test_binds_everywhere_when_namespaces_are_not_known(place: dict[str, Any]) -> None:
    """Where people choose, any namespace may be meant; names of roles are explicit all the same."""
    made = of(a_level(role=RoleRef(name="view"), namespaces=(), **place))
    assert bindable(made) == {("", "clusterroles", "view")}
    assert named(made, "daypass-worker-main-bind") == ["ClusterRole", "ClusterRoleBinding"]


def test_binds_there_only_when_what_is_chosen_is_named_in_full() -> None:
    """A name among the globs of a level stands for itself."""
    made = of(a_level(role=RoleRef(name="view"), namespaces=(), choose=("payments", "team-a")))
    assert bindable(made) == {(place, "clusterroles", "view") for place in ("payments", "team-a")}


def test_binds_what_a_mirrored_group_has_where_it_has_it() -> None:
    """Each role in its own place, and none of them elsewhere (law 8)."""
    reader = RoleRef(kind=RoleKind.ROLE, name="reader")
    parts = (
        Part(role=RoleRef(name="nodes")),
        Part(role=RoleRef(name="view"), namespace="payments"),
        Part(role=reader, namespace="team-a"),
    )
    assert bindable(of(a_mirror(parts=parts, namespaces=(), cluster_wide=True))) == {
        ("", "clusterroles", "nodes"),
        ("payments", "clusterroles", "view"),
        ("team-a", "roles", "reader"),
    }


def test_binds_roles_of_namespace_when_level_has_one() -> None:
    """A Role is bound by its own kind."""
    reader = RoleRef(kind=RoleKind.ROLE, name="log-reader")
    made = of(a_level(role=reader, namespaces=("payments", "team-a")))
    assert bindable(made) == {(place, "roles", "log-reader") for place in ("payments", "team-a")}


def test_says_a_right_once_when_it_holds_everywhere() -> None:
    """What may be bound everywhere is not repeated for a namespace."""
    here = a_level("here", role=RoleRef(name="view"), namespaces=("payments",))
    wide = a_level("wide", role=RoleRef(name="view"), namespaces=(), cluster_wide=True)
    assert bindable(of(here, wide)) == {("", "clusterroles", "view")}


def test_makes_role_to_act_as_group_when_delivery_is_sudo() -> None:
    """It names one user and one group, each in its own rule, for names hold for a whole rule."""
    made = of(a_group_level("platform-admins"))
    [role] = [one for one in made if one["metadata"]["name"] == "daypass-sudo-platform-admins"]
    assert [(r["resources"], r["resourceNames"], r["verbs"]) for r in role["rules"]] == [
        (["users"], ["daypass:platform-admins"], ["impersonate"]),
        (["groups"], ["platform-admins"], ["impersonate"]),
    ]
    assert bindable(made) == {("", "clusterroles", "daypass-sudo-platform-admins")}
    # So a look knows it for ours, and anything else in it for more than was meant.
    whole = whole_rules(role)
    [static] = realisation(a_group_level()).static_roles(a_group_level())
    assert whole is not None
    assert meaning(whole) == meaning(lending(static.acts_as))


@pytest.mark.parametrize(
    ("level", "created"),
    [
        (a_level(namespaces=("payments",)), ["rolebindings"]),
        (a_level(namespaces=(), cluster_wide=True), ["rolebindings", "clusterrolebindings"]),
        (a_group_level(), ["rolebindings", "clusterrolebindings"]),
    ],
    ids=["in namespaces", "cluster-wide", "sudo"],
)
def test_creates_cluster_bindings_only_when_a_level_needs_them(
    level: Level, created: list[str]
) -> None:
    """Without a cluster-wide level the worker creates nothing outside of namespaces."""
    [worker] = [
        one
        for one in of(level)
        if (one["kind"], one["metadata"]["name"]) == ("ClusterRole", "daypass-worker-main")
    ]
    assert next(r["resources"] for r in worker["rules"] if "create" in r["verbs"]) == created


def test_holds_no_right_to_widen_when_everything_is_offered() -> None:
    """The worker never escalates or impersonates, and edits bindings and its watermark only."""
    catalog = load(EXAMPLE).catalog
    verbs = {"create", "get", "list", "watch", "patch", "delete", "deletecollection", "bind"}
    for cluster in catalog.clusters:
        for one in rights(catalog, cluster):
            if one["metadata"]["name"].startswith("daypass-sudo-"):
                continue
            for rule in one.get("rules", ()):
                assert set(rule["verbs"]) <= verbs
                if "deletecollection" in rule["verbs"]:
                    assert set(rule["resources"]) == {*KINDS.values()}
                if "patch" in rule["verbs"]:
                    assert set(rule["resources"]) <= {*KINDS.values(), "configmaps"}
                assert "*" not in [*rule.get("resources", ()), *rule.get("apiGroups", ())]
                assert rule.get("nonResourceURLs", ["/readyz"]) == ["/readyz"]
                named = {"configmaps", "endpointslices", LEVELS, *POLICIES}.intersection(
                    rule.get("resources", ())
                )
                assert ("bind" in rule["verbs"] or bool(named)) == ("resourceNames" in rule)


def test_nobody_in_a_namespace_takes_away_what_ends_need() -> None:
    """Who may write roles there may delete ours: of those it has none but to bind in that place."""
    others = {
        (one["metadata"]["namespace"], one["metadata"]["name"])
        for one in of(a_level(role=RoleRef(name="view"), namespaces=("payments",)), a_group_level())
        if one["kind"] == "Role" and one["metadata"]["namespace"] != "daypass"
    }
    assert others == {("payments", "daypass-worker-main-bind")}


def test_counts_the_servers_by_one_name() -> None:
    """All API servers confirm that access is gone: which there are stands in one slice."""
    found = [
        (one["kind"], rule["resourceNames"], rule["verbs"])
        for one in of(a_level())
        for rule in one.get("rules", ())
        if "endpointslices" in rule.get("resources", ())
    ]
    assert found == [("ClusterRole", ["kubernetes"], ["get"])]


def test_leaves_watermark_alone_when_applied_again() -> None:
    """The ConfigMap comes without content: to apply it once more takes nothing away (law 10)."""
    [kept] = [one for one in of(a_level()) if one["kind"] == "ConfigMap"]
    assert kept["metadata"]["name"] == "daypass-watermark-main"
    assert kept["metadata"]["namespace"] == "daypass"
    assert "data" not in kept


def test_touches_no_other_config_map_when_it_keeps_its_watermark() -> None:
    """The worker gets and patches that one, by its name."""
    found = [
        (one["metadata"]["namespace"], rule["resourceNames"], rule["verbs"])
        for one in of(a_level())
        for rule in one.get("rules", ())
        if "configmaps" in rule.get("resources", ())
    ]
    assert found == [("daypass", ["daypass-watermark-main"], ["get", "patch"])]


def test_bears_static_label_when_made() -> None:
    """The label of leases' objects would make reconcile remove the worker's own rights."""
    for one in of(a_level(), a_group_level()):
        assert one["metadata"]["labels"] == {"app.kubernetes.io/part-of": "daypass"}
        assert MANAGED_BY not in one["metadata"]["labels"]


def test_leaves_level_out_when_it_is_offered_elsewhere() -> None:
    """A cluster's worker cannot bind what only another cluster offers."""
    elsewhere = a_level(clusters=Selector(names=("dev",)))
    assert bindable(of(elsewhere)) == set()


def test_is_the_same_when_written_and_read() -> None:
    """What is rendered is what `kubectl apply` gets."""
    made = of(a_level(), a_group_level())
    assert list(YAML(typ="safe").load_all(rendered(made))) == made


@pytest.mark.parametrize("cluster", ["prod", "dev"])
def test_is_up_to_date_when_example_is_rendered(cluster: str) -> None:
    """The files in deploy/rbac are what the example configuration needs."""
    stored = (ROOT / "deploy" / "rbac" / f"{cluster}.yaml").read_text()
    catalog = load(EXAMPLE).catalog
    beside = [*lane(catalog.install), *guard(catalog, cluster)]
    assert stored.endswith(rendered([*rights(catalog, cluster), *beside]))
    assert f"daypass rbac examples/daypass.yaml --cluster {cluster}" in stored
