"""The administrators' command: answers on standard output, faults on standard error, exit codes."""

import base64
import json
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from ruamel.yaml import YAML

from daypass.cli.__main__ import main
from daypass.cli.config import summary
from daypass.domain.catalog import RiskRule, Selector, Step
from daypass.domain.risk import Risk
from daypass.domain.roles import RoleRef
from tests.builders import SRE, a_catalog, a_level, a_workflow
from tests.docs.project import ROOT
from tests.unit.adapters.yaml.example import RIGHT, edited

EXAMPLE: Final = str(ROOT / "examples" / "daypass.yaml")


def _file(folder: Path, text: str) -> str:
    path = folder / "daypass.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_config_check_says_who_may_ask_for_what_when_the_file_is_right(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A right file is answered with what it means."""
    assert main(["config", "check", EXAMPLE]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"{EXAMPLE} is right; its rules have version ")
    for line in (
        "  prod (env: prod)",
        "  debug: Read pods and logs in payments (ClusterRole/view in payments)",
        "  log-reader: Read logs in payments, and nothing more (Role/log-reader in payments)",
        "  production: team:engineers may ask for",
        "    on prod: debug, log-reader, team-view, platform-admins",
        "    for 1h if they say nothing, 4h at most",
        "    approved by 1 of team:sre; asked in C0APPROVE, for 1h",
        "    on dev: log-reader, team-view",
        "    team-view if they name no level, where it is offered",
        "    granted automatically",
    ):
        assert line in out.splitlines()
    assert "(ClusterRole/view in one of team-*)" in out
    assert "warning" not in out


def test_config_check_says_where_a_level_means_what() -> None:
    """Of a name that means several things each is said with its clusters."""
    here, there = Selector(names=("prod",)), Selector(names=("dev",))
    meanings = (a_level(clusters=here), a_level(clusters=there, role=RoleRef(name="edit")))
    said = list(summary(a_catalog(levels=meanings)))
    assert "  debug on prod: What debug is for (ClusterRole/view in payments)" in said
    assert "  debug on dev: What debug is for (ClusterRole/edit in payments)" in said


def test_config_check_says_what_is_otherwise_by_risk() -> None:
    """Else a workflow that asks somebody for what leads further is said to ask nobody."""
    rule = RiskRule(
        refuse=(Risk.NODES, Risk.ROLES),
        asks=(Risk.SECRETS,),
        step=Step(by=(SRE,)),
        short=(Risk.EXEC,),
        most=timedelta(minutes=30),
    )
    said = [*summary(a_catalog(workflows=(a_workflow(steps=(), risk=rule),)))]
    assert said[-4:] == [
        "    granted automatically",
        "    never what leads to nodes or roles",
        "    approved by 1 of team:sre, too, what leads to secrets",
        "    for 30m at most what leads to exec",
    ]


def test_config_check_prints_every_fault_and_fails_when_the_file_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Faults go to standard error, one a line; the exit status is 1."""
    file = _file(tmp_path, edited("install: main", "install: Main").replace("count: 2", "count: 3"))
    assert main(["config", "check", file]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert [line.removeprefix(file).split(":")[1] for line in err.splitlines()] == ["2", "28"]


def test_config_check_warns_and_succeeds_when_something_is_of_no_use(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A warning is no fault."""
    file = _file(tmp_path, edited("clusters: prod}", "clusters: prod, levels: [admins]}"))
    assert main(["config", "check", file]) == 0
    warning = f"warning: {file}:15: levels.debug: no workflow lets anybody ask for it"
    assert warning in capsys.readouterr().out


def test_config_check_tells_group_and_cluster_wide_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The summary says where a level holds."""
    text = edited("namespaces: [payments]", "cluster_wide: true")
    file = _file(tmp_path, text.replace("labels: {env: dev}", "labels: {}"))
    assert main(["config", "check", file]) == 0
    out = capsys.readouterr().out
    assert "debug: Read pods (ClusterRole/view cluster-wide)" in out
    assert "admins: Act as admins (group platform-admins)" in out
    assert "  dev\n" in out


def test_config_schema_prints_a_json_schema(capsys: pytest.CaptureFixture[str]) -> None:
    """Editors can check the file while it is written."""
    assert main(["config", "schema"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "daypass.yaml"


def test_rbac_prints_manifests_when_the_cluster_is_known(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What is printed is what kubectl applies."""
    assert main(["rbac", EXAMPLE, "--cluster", "prod"]) == 0
    manifests = list(YAML(typ="safe").load_all(capsys.readouterr().out))
    assert "daypass-sudo-platform-admins" in {one["metadata"]["name"] for one in manifests}


@pytest.mark.parametrize(
    ("options", "names"),
    [([], {"daypass-guard-main", "daypass-worker-main"}), (["--no-guard"], set())],
    ids=["with", "without"],
)
def test_rbac_prints_guard_and_lane_unless_they_are_left_out(
    capsys: pytest.CaptureFixture[str], options: list[str], names: set[str]
) -> None:
    """A server before Kubernetes 1.30 does not know such a policy; before 1.29 no lane either."""
    assert main(["rbac", EXAMPLE, "--cluster", "prod", *options]) == 0
    manifests = list(YAML(typ="safe").load_all(capsys.readouterr().out))
    groups = ("admissionregistration.", "flowcontrol.")
    newer = [one["metadata"]["name"] for one in manifests if one["apiVersion"].startswith(groups)]
    assert {*newer} == names


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--diff --dead-mans-switch", "`kubectl diff -f -`"),
        ("--context admin", "--kubeconfig, --context: without --diff no cluster is looked at"),
        ("--image x", "--image: only the CronJob of --dead-mans-switch has one"),
    ],
)
def test_rbac_refuses_flags_that_do_not_go_together(
    capsys: pytest.CaptureFixture[str], options: str, said: str
) -> None:
    """Nothing is looked at that was not asked for."""
    assert main(["rbac", EXAMPLE, "--cluster", "prod", *options.split()]) == 2
    assert said in capsys.readouterr().err


def test_rbac_offers_the_nearest_when_the_cluster_is_unknown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A slip is answered with the name that was meant."""
    assert main(["rbac", EXAMPLE, "--cluster", "prd"]) == 1
    assert capsys.readouterr().err == "There is no cluster “prd”. Did you mean prod?\n"


def test_key_prints_another_32_bytes_each_time(capsys: pytest.CaptureFixture[str]) -> None:
    """A key is random, long enough and fit for DAYPASS_MAC_KEY."""
    assert main(["key"]) == main(["key"]) == 0
    one, other = capsys.readouterr().out.split()
    assert one != other
    assert len(base64.b64decode(one, validate=True)) == 32


def test_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """`daypass --version` names the version."""
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out.startswith("daypass ")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "COMMAND"),
        ("config", "COMMAND"),
        ("config check", "FILE"),
        ("rbac x.yaml", "--cluster"),
        ("people confirm alice alice@example.com", "“alice” is no Slack id"),
        ("people confirm U0ALICE alice", "“alice” is no email address"),
        ("frobnicate", "frobnicate"),
    ],
)
def test_usage_is_printed_with_status_2_when_called_wrongly(
    line: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Wrong usage is told apart from a no."""
    with pytest.raises(SystemExit) as caught:
        main(line.split())
    assert caught.value.code == 2
    assert said in capsys.readouterr().err


def test_people_confirm_names_the_settings_when_they_are_missing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Without settings there is no store; every missing one is named, with status 2."""
    assert main(["people", "confirm", "U0ALICE", "alice@example.com"]) == 2
    err = capsys.readouterr().err
    assert "DAYPASS_CONFIG" in err
    assert "DAYPASS_REDIS_URL" in err


def test_people_confirm_fails_with_a_sentence_when_redis_is_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A store that does not answer is one sentence, with status 1."""
    monkeypatch.setenv("DAYPASS_CONFIG", _file(tmp_path, RIGHT))
    monkeypatch.setenv("DAYPASS_REDIS_URL", f"unix://{tmp_path}/no-redis.sock")
    assert main(["people", "confirm", "U0ALICE", "alice@example.com"]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1
