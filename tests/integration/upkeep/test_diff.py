"""`daypass rbac --diff` on a real API server: what differs is said, and nothing else."""

import pytest

from tests.integration.upkeep.ground import INSTALL, WORKER, Kept, binding, role

pytestmark = pytest.mark.real

PART = {"app.kubernetes.io/part-of": "daypass"}
ACCOUNT = {"kind": "ServiceAccount", "name": WORKER, "namespace": "daypass"}
SECRETS = {"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"]}


def test_says_nothing_differs_when_all_is_applied(
    well: Kept, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever a server adds to what it was sent: to the guard, the lane, the roles."""
    said = well.diff(capsys)
    assert (said.status, said.lines) == (0, [f"prod: {len(well.wanted)} same"])


def test_worker_itself_sees_that_nothing_differs(
    well: Kept, capsys: pytest.CaptureFixture[str]
) -> None:
    """It may read its own guard and its own lane, and whatever else is needed."""
    said = well.run(capsys, "rbac", str(well.file), "--cluster", "prod", "--diff")
    assert (said.status, said.lines[-1]) == (0, f"prod: {len(well.wanted)} same"), said.text


def test_names_what_is_missing(well: Kept, capsys: pytest.CaptureFixture[str]) -> None:
    """With the line that applies it."""
    with well.without(f"FlowSchema {WORKER}"):
        said = well.diff(capsys)
    assert said.status == 1
    assert said.lines[0] == f"missing: FlowSchema {WORKER}"
    assert said.lines[-1].endswith("| kubectl --context prod apply -f -")


def test_shows_what_was_changed(well: Kept, capsys: pytest.CaptureFixture[str]) -> None:
    """A rule that somebody put beside ours is a line that should not be there."""
    rules = well.wanted[f"ClusterRole {WORKER}"]["rules"]
    with well.changed(f"ClusterRole {WORKER}", rules=[*rules, SECRETS]):
        said = well.diff(capsys)
    assert said.status == 1
    assert said.lines[0] == f"changed: ClusterRole {WORKER}"
    assert "    -      - secrets" in said.lines
    assert not [line for line in said.lines if line.startswith("    +  ")]


def test_shows_a_guard_that_only_warns(well: Kept, capsys: pytest.CaptureFixture[str]) -> None:
    """The policy's binding is as much of it as the policy."""
    guard = f"ValidatingAdmissionPolicyBinding daypass-guard-{INSTALL}"
    spec = well.wanted[guard]["spec"]
    with well.changed(guard, spec={**spec, "validationActions": ["Warn"]}):
        said = well.diff(capsys)
    assert said.status == 1
    assert {"    -    - Warn", "    +    - Deny"} <= {*said.lines}


def test_names_what_is_too_many(well: Kept, capsys: pytest.CaptureFixture[str]) -> None:
    """The role of a removed level, and whatever gives the worker more; each with its line."""
    left = role("daypass-sudo-removed", SECRETS, labels=PART)
    wider = binding("somebodys", "edit", ACCOUNT)
    with well.beside(left, wider):
        said = well.diff(capsys)
    assert said.status == 1
    more = "it gives the grants worker the role edit, which the configuration does not need"
    assert said.lines[:4] == [
        "too many: ClusterRole daypass-sudo-removed: no level needs it any more",
        "    kubectl delete clusterrole daypass-sudo-removed",
        f"too many: ClusterRoleBinding somebodys: {more}",
        "    kubectl delete clusterrolebinding somebodys",
    ]


def test_says_what_it_may_not_read(well: Kept, capsys: pytest.CaptureFixture[str]) -> None:
    """By name, with the server's words; that is never taken for the same."""
    with well.without(f"ClusterRoleBinding {WORKER}"):
        said = well.run(capsys, "rbac", str(well.file), "--cluster", "prod", "--diff")
    assert said.status == 2
    read = [line for line in said.lines if line.startswith("not read: ClusterRole ")]
    assert f"not read: ClusterRole {WORKER}: may not read clusterroles: prod: GET" in read[0]
    assert said.lines[-1].startswith("What was not read may differ")


def test_says_that_nobody_answers(well: Kept, capsys: pytest.CaptureFixture[str]) -> None:
    """A cluster that is away differs in nothing that anybody knows."""
    text = well.file.read_text().replace(well.server.url, "https://127.0.0.1:1")
    file = well.file.with_name("away.yaml")
    file.write_text(text)
    said = well.run(capsys, "rbac", str(file), "--cluster", "prod", "--diff")
    assert said.status == 2
    assert "prod could not be looked at: prod: GET /readyz" in said.text
