"""What a right configuration becomes."""

from datetime import timedelta
from pathlib import Path

import pytest

from daypass.adapters.yaml import load, read
from daypass.domain.access import ClusterAccess
from daypass.domain.catalog import Delivery, Principal, Selector, Step
from daypass.domain.deliveries import DELIVERIES, Names
from daypass.domain.errors import BrokenInvariantError, ConfigurationError
from daypass.domain.levels import level_on
from daypass.domain.roles import RoleKind, RoleRef
from tests.docs.project import ROOT
from tests.rules import the_level
from tests.unit.adapters.yaml.example import RIGHT, edited


def test_read_returns_the_catalog_when_nothing_is_wrong() -> None:
    """What is written is what rules see."""
    catalog = read(RIGHT).catalog
    production, development = catalog.workflows
    assert catalog.admins == (Principal(team="sre"),)
    assert the_level("debug", catalog).role == RoleRef(name="view")
    assert the_level("admins", catalog).delivery is Delivery.SUDO
    assert the_level("debug", catalog).clusters == Selector(labels={"env": "prod"})
    assert production.steps == (Step(by=(Principal(team="pair"),), count=2),)
    assert production.clusters == Selector(names=("prod",))
    assert production.max_duration == timedelta(hours=4)
    assert production.reason_required
    assert development.steps == ()
    assert development.levels == ("admins",)


@pytest.mark.parametrize("delivery", Delivery)
def test_read_takes_each_delivery_by_its_name(delivery: Delivery) -> None:
    """What somebody writes is what they get, and never another."""
    of_role = DELIVERIES[delivery].of is Names.ROLE
    level, said = ("debug", "role: view") if of_role else ("admins", "group: platform-admins")
    parts = "\n    bindings: [{role: view, namespaces: [a]}]" if delivery is Delivery.MIRROR else ""
    catalog = read(edited(said, f"{said}\n    delivery: {delivery}{parts}")).catalog
    assert the_level(level, catalog).delivery is delivery


@pytest.mark.parametrize(
    ("bindings", "parts", "namespaces"),
    [
        ("[{role: view, namespaces: [b, a]}]", ["view in b", "view in a"], ("a", "b")),
        ("[{role: view, namespaces: [a]}, {role: edit, cluster_wide: true}]",
         ["view in a", "edit cluster-wide"], ()),
    ],
)  # fmt: skip
def test_read_places_a_mirrored_group_where_it_is_bound(
    bindings: str, parts: list[str], namespaces: tuple[str, ...]
) -> None:
    """In its namespaces, which may be narrowed; whole where it is bound everywhere, too."""
    said = "group: platform-admins"
    text = edited(said, f"{said}\n    delivery: mirror\n    bindings: {bindings}")
    level = the_level("admins", read(text).catalog)
    assert [str(part) for part in level.parts] == [f"ClusterRole/{part}" for part in parts]
    assert (level.namespaces, level.cluster_wide) == (namespaces, not namespaces)


def test_read_returns_no_warning_when_everything_is_of_use() -> None:
    """The right example is right in every respect."""
    assert read(RIGHT).warnings == ()


def test_read_folds_case_when_emails_are_written_with_capitals() -> None:
    """Emails are compared as Slack's adapter gives them: folded."""
    catalog = read(edited("admins: [team:sre]", "admins: [Dan@Example.com]")).catalog
    assert "dan@example.com" in catalog.teams["pair"].emails
    assert catalog.admins == (Principal(email="dan@example.com"),)


@pytest.mark.parametrize("key", ["username", "context"])
def test_read_takes_templates_that_keep_letters_or_make_them_small(key: str) -> None:
    """Each field in either form, in one text."""
    template = "oidc:{email}.{email:lower}.{local}.{local:lower}"
    text = edited("in_cluster: true", f'in_cluster: true, {key}: "{template}"')
    assert getattr(read(text).catalog.clusters["dev"], key) == template


@pytest.mark.parametrize(
    ("written", "template"),
    [
        ("gke", "{email}"),
        ("{preset: aks, lower: true}", "{email:lower}"),
        ("aws-auth-session", "{email:session}"),
        ("{preset: aws-auth-session, lower: true}", "{email:session:lower}"),
        ('"oidc:corp:"', "corp:{email}"),
        ('"oidc:{email}"', "oidc:{email}"),
        ('{preset: "{local}"}', "{local}"),
        (
            "eks-access-entry:arn:aws:iam::111122223333:role/Dev",
            "arn:aws:sts::111122223333:assumed-role/Dev/{email}",
        ),
    ],
)
def test_read_takes_a_preset_for_the_template_that_it_is(written: str, template: str) -> None:
    """A text with a field is what it says; one without is a platform's word for a template."""
    text = edited("in_cluster: true", f"in_cluster: true, username: {written}")
    assert read(text).catalog.clusters["dev"].username == template


def test_read_takes_overrides_by_email_as_emails_are_compared() -> None:
    """Whoever writes a configuration knows emails; ids of accounts only Slack shows."""
    text = edited("in_cluster: true", "in_cluster: true, overrides: {Dan@Example.com: Dan}")
    assert read(text).catalog.clusters["dev"].overrides == {"dan@example.com": "Dan"}


def test_read_takes_a_default_that_is_the_maximum() -> None:
    """Where only one length is offered, both are it."""
    first = read(edited("default: 1h,", "default: 4h,")).catalog.workflows[0]
    assert first.default_duration == first.max_duration


def test_read_takes_several_meanings_of_one_level() -> None:
    """One name, on each cluster what it means there; a single one needs no list."""
    meanings = (
        "\n    - {summary: Read, clusters: {env: prod}, role: view, namespaces: [payments]}"
        "\n    - {summary: Act, clusters: [dev], group: debuggers}"
    )
    alone = (
        "\n    summary: Read pods\n    clusters: {env: prod}\n    role: view"
        "\n    namespaces: [payments]"
    )
    catalog = read(edited(alone, meanings)).catalog
    given = {name: level_on(name, "debug", catalog) for name in ("prod", "dev")}
    assert {name: one and one.gives for name, one in given.items()} == {
        "prod": "ClusterRole/view",
        "dev": "Group/debuggers by sudo",
    }
    listed = alone.replace("\n    summary", "\n  - summary")
    assert read(edited(alone, listed)).catalog == read(RIGHT).catalog


def test_read_takes_a_role_of_a_namespace_when_its_kind_is_written() -> None:
    """A Role is named with its kind."""
    catalog = read(edited("role: view", "role: {kind: Role, name: log-reader}")).catalog
    assert the_level("debug", catalog).role == RoleRef(name="log-reader", kind=RoleKind.ROLE)


def test_read_takes_values_as_yaml_1_2_has_them_when_they_look_like_others() -> None:
    """`no`, `on` and dates stay text: they are names here."""
    catalog = read(
        edited("{env: prod}\n  dev", "{env: prod, no: on, day: 2026-01-01}\n  dev")
    ).catalog
    assert catalog.clusters["prod"].labels == {"env": "prod", "no": "on", "day": "2026-01-01"}


def test_read_sees_paths_from_the_files_folder_when_they_are_relative() -> None:
    """A configuration can be moved with the files it names."""
    access = read(RIGHT, "x.yaml", Path("/etc/daypass")).access
    assert access["prod"].token_file == Path("/etc/daypass/prod-token")
    assert access["dev"] == ClusterAccess(in_cluster=True)


def test_read_takes_a_kubeconfig_when_it_is_the_way_in() -> None:
    """A kubeconfig and one of its contexts are a way in."""
    text = edited("in_cluster: true", "kubeconfig: {path: /k, context: dev}")
    expected = ClusterAccess(kubeconfig=Path("/k"), context="dev")
    assert read(text).access["dev"] == expected


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("version: 1\n", "# words\nversion: 1\n", True),
        ("token_file: prod-token", "token_file: other", True),
        ("install: main", 'install: "main"', True),
        ("max: 12h", "max: 720m", True),
        ("max: 12h", "max: 13h", False),
        ("[bob@example.com, ", "[", False),
        ("{env: dev}", "{env: test}", False),
    ],
)
def test_version_changes_exactly_when_the_rules_change(old: str, new: str, *, same: bool) -> None:
    """The version says whether two processes follow the same rules, however those are written."""
    text = edited(old, new).replace("count: 2", "count: 1")
    before = RIGHT.replace("count: 2", "count: 1")
    assert (read(text).catalog.version == read(before).catalog.version) is same


@pytest.mark.parametrize(
    ("old", "new", "warning"),
    [
        (
            '["d*"], levels: [admins]',
            '["d*"], levels: [debug]',
            "31: workflows.development: matches no level on any cluster",
        ),
        (
            "clusters: prod}",
            'clusters: ["*"]}',
            "31: workflows.development: never decides anything: workflow production comes first",
        ),
        (
            "channel: C0APPROVE",
            "channel: C0APPROVE\n    self_approval: true",
            "25: workflows.production: requesters may approve their own requests",
        ),
        (
            "approve: []",
            (
                "approve: []\n    channel: C0APPROVE\n    self_approval: true\n    risk: "
                "{extra_step: {for: [secrets], by: [team:sre]}}"
            ),
            "31: workflows.development: requesters may approve their own requests",
        ),
        (
            "clusters: prod}",
            "clusters: prod, levels: [admins]}",
            "15: levels.debug: no workflow lets anybody ask for it",
        ),
        (
            "  pair: {emails",
            "  s-re: {everyone: true}\n  pair: {emails",
            "6: teams.sre: teams s-re, sre: they differ only by case, spaces",
        ),
        (
            "namespaces: [payments]",
            "namespaces: [team-a, teama]",
            "15: levels.debug: namespaces team-a, teama: they differ only by",
        ),
    ],
)
def test_read_warns_and_goes_on_when_something_is_of_no_use(
    old: str, new: str, warning: str
) -> None:
    """What is allowed but probably not meant is said, and stops nothing."""
    warnings = read(edited(old, new)).warnings
    assert any(one.startswith(f"daypass.yaml:{warning}") for one in warnings)


@pytest.mark.parametrize(("first", "hidden"), [("engineers", True), ("sre", False)])
def test_read_warns_of_a_hidden_workflow_when_everybody_is_served_before(
    first: str, *, hidden: bool
) -> None:
    """A team of everyone covers every other; teams that only Slack knows are not compared."""
    text = edited(
        "clusters: prod}\n    requesters: [team:engineers]",
        f'clusters: ["*"]}}\n    requesters: [team:{first}]',
    )
    later = text.replace("[team:engineers]\n    approve: []", "[team:pair]\n    approve: []")
    assert any("never decides" in one for one in read(later).warnings) is hidden


@pytest.mark.parametrize(("first", "hidden"), [("engineers", True), ("sre", False)])
def test_read_warns_of_a_default_that_is_never_meant(first: str, *, hidden: bool) -> None:
    """The first that holds for whoever asks is meant; a workflow without one hides none."""
    text = edited(
        "clusters: prod}\n    requesters: [team:engineers]",
        f'clusters: ["*"]}}\n    requesters: [team:{first}]\n    default_level: admins',
    )
    later = text.replace("levels: [admins]}\n", "levels: [admins]}\n    default_level: admins\n")
    warned = "default_level is never meant: the one of workflow production comes first"
    assert any(warned in one for one in read(later).warnings) is hidden
    bare = later.replace("\n    default_level: admins", "", 1)
    assert not any(warned in one for one in read(bare).warnings)


def test_load_reads_the_example_without_a_warning() -> None:
    """The example that we ship is right."""
    assert load(ROOT / "examples" / "daypass.yaml").warnings == ()


def test_load_names_the_path_when_a_line_of_the_file_is_wrong(tmp_path: Path) -> None:
    """A fault begins with the path that was given, so that an editor can jump to it."""
    path = tmp_path / "mine.yaml"
    path.write_text(edited("install: main", "install: Main"), encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load(path)
    assert caught.value.faults[0].startswith(f"{path}:2: install: ")


@pytest.mark.parametrize("content", [None, b"version: \xff"], ids=["missing", "not-text"])
def test_load_says_so_when_the_file_cannot_be_read(tmp_path: Path, content: bytes | None) -> None:
    """A missing file and one that is no text are faults like others."""
    path = tmp_path / "daypass.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"daypass.yaml: (cannot be read|is not UTF-8)"):
        load(path)


@pytest.mark.parametrize("ways", [{}, {"in_cluster": True, "kubeconfig": Path("x")}])
def test_access_is_refused_when_there_is_not_one_way_in(ways: dict[str, object]) -> None:
    """A cluster is reached in exactly one way."""
    with pytest.raises(BrokenInvariantError):
        ClusterAccess(**ways)  # type: ignore[arg-type]  # the table's values fit
