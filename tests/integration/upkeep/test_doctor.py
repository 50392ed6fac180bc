"""`daypass doctor` on a real API server: all is ok, and what is broken is one finding."""

import pytest

from tests.guard import remove_guard, until_guarded
from tests.integration.upkeep.ground import INSTALL, WORKER, Kept, Said, binding

pytestmark = pytest.mark.real

ACCOUNT = {"kind": "ServiceAccount", "name": WORKER, "namespace": "daypass"}
WELL = 5
"""Lines of a cluster that is well."""


def doctor(well: Kept, capsys: pytest.CaptureFixture[str]) -> Said:
    """Look at prod, as administrator where that is needed."""
    as_admin = ("--kubeconfig", str(well.kubeconfig))
    return well.run(capsys, "doctor", str(well.file), "--cluster", "prod", *as_admin)


def bad(said: Said) -> list[str]:
    """Return the findings that are not ok."""
    return [line for line in said.lines if not line.startswith(("ok ", "    "))]


def test_all_is_ok(well: Kept, capsys: pytest.CaptureFixture[str]) -> None:
    """Everything is applied: nothing else is said."""
    said = doctor(well, capsys)
    assert (said.status, bad(said), len(said.lines)) == (0, [], WELL), said.text
    assert said.lines[-1] == "ok      prod: the guard refuses what it has to"


def test_worker_itself_sees_that_all_is_ok(well: Kept, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody needs an administrator's credential to look at what is well."""
    said = well.run(capsys, "doctor", str(well.file), "--cluster", "prod")
    assert (said.status, bad(said), len(said.lines)) == (0, [], WELL), said.text


def test_says_what_is_missing(well: Kept, capsys: pytest.CaptureFixture[str]) -> None:
    """With the line that mends it, also where it is the watermark."""
    for what in (f"FlowSchema {WORKER}", f"ConfigMap daypass-watermark-{INSTALL}"):
        with well.without(what):
            said = doctor(well, capsys)
        assert said.status == 1
        kind, name = what.split()
        place = "daypass/" if kind == "ConfigMap" else ""
        assert bad(said) == [f"trouble prod: missing: {kind} {place}{name}"]
        assert (
            f"    daypass rbac {well.file} --cluster prod | kubectl --context prod apply -f -"
            in (said.lines)
        )


def test_says_what_the_worker_has_too_much(well: Kept, capsys: pytest.CaptureFixture[str]) -> None:
    """By the binding, with the line that shows why."""
    with well.beside(binding("somebodys", "edit", ACCOUNT)):
        said = doctor(well, capsys)
    assert said.status == 1
    assert bad(said) == ["trouble prod: there and not needed: ClusterRoleBinding somebodys"]


def test_says_that_the_guard_refuses_nothing(
    well: Kept, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is really refused counts, not only what is there."""
    guard = f"ValidatingAdmissionPolicyBinding daypass-guard-{INSTALL}"
    remove_guard(well.server, INSTALL)
    try:
        said = doctor(well, capsys)
    finally:
        well.server.admin().apply(dict(well.wanted[guard]))
        until_guarded(well.server, INSTALL)
    assert said.status == 1
    assert bad(said) == [
        f"trouble prod: missing: {guard}",
        "trouble prod: the guard refuses nothing: a binding without an end would be made",
    ]


def test_cluster_that_is_away_stops_no_other(
    well: Kept, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is said, and the others are looked at."""
    text = well.file.read_text().replace(well.server.url, "https://127.0.0.1:1")
    file = well.file.with_name("gone.yaml")
    file.write_text(text)
    said = well.run(capsys, "doctor", str(file))
    away = [line for line in said.lines if line.startswith("trouble prod: ")]
    assert len(away) == 1
    assert "the grants worker cannot work there: prod: GET /readyz" in away[0]
    assert [line for line in said.lines if " dev: " in line]
    alone = well.run(capsys, "doctor", str(file), "--cluster", "prod")
    assert alone.status == 2
