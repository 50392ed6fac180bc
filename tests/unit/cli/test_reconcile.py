"""`daypass reconcile --no-redis`: what it says, what it refuses to begin, what it never touches."""

import json
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Barrier
from typing import Final

import pytest

from daypass.cli.__main__ import main
from daypass.cli.reconcile import sweep_all, told
from daypass.domain.access import ClusterAccess
from daypass.domain.grant import EXPIRES_AT, Subject
from daypass.domain.lease import SKEW
from daypass.domain.listed import listed
from daypass.domain.suspicion import Suspicion
from daypass.usecases.grants.deletion import Deletion
from daypass.usecases.grants.sweep import Sweep, Swept
from tests.docs.project import ROOT
from tests.unit.adapters.kubernetes.canned import Canned, CannedServer
from tests.unit.adapters.yaml.example import edited
from tests.unit.usecases.grants.sweeping import END, WISH, a_trying, an_object, swept

SWEEP: Final = ["reconcile", "--no-redis"]
NOWHERE: Final = edited("https://10.0.0.1:6443", "https://127.0.0.1:1").replace(
    "in_cluster: true", 'server: "https://127.0.0.1:2", token_file: prod-token'
)
"""Two clusters at which nobody listens."""


def _configured(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    (folder / "daypass.yaml").write_text(text, encoding="utf-8")
    (folder / "prod-token").write_text("t", encoding="ascii")
    monkeypatch.setenv("DAYPASS_CONFIG", str(folder / "daypass.yaml"))


def test_says_a_line_for_each_object_and_a_summary() -> None:
    """Who has what until when, why it goes, and what the cluster said where it stays."""
    gone = Deletion(found=listed(an_object(1)), why=Suspicion.PAST_END)
    left = Deletion(found=listed(an_object(2)), why=Suspicion.FORGED, refusal="no (403)")
    swept = Swept(removed=(gone,), left=(left,), kept=(listed(an_object(3, end="")),), foreign=2)
    assert (
        "\n".join(told("prod", swept, rehearsal=False, quiet=False))
        == """\
prod: removed RoleBinding payments/daypass-k7q2m9x4t1bd-1-1-1 \
(alice@example.com, ClusterRole/view, until 2026-11-20T13:00:00Z): past its end
prod: NOT removed RoleBinding payments/daypass-k7q2m9x4t1bd-2-1-1 \
(alice@example.com, ClusterRole/view, until 2026-11-20T13:00:00Z): \
its MAC is not ours: forged or altered; no (403)
prod: kept RoleBinding payments/daypass-k7q2m9x4t1bd-3-1-1 \
(alice@example.com, ClusterRole/view, until for ever)
prod: 1 removed, 1 NOT removed, 1 kept, 2 of other installs left alone; NOT DONE"""
    )


def test_lists_nothing_that_stays_when_it_is_to_be_quiet() -> None:
    """Ten thousand valid objects a minute are no log."""
    swept = Swept(kept=(listed(an_object(1)),))
    lines = list(told("prod", swept, rehearsal=False, quiet=True))
    assert lines == ["prod: 0 removed, 0 NOT removed, 1 kept; done"]


def test_says_what_would_go_when_it_is_a_rehearsal() -> None:
    """Nobody reads "removed" of what is still there."""
    swept = Swept(left=(Deletion(found=listed(an_object()), why=Suspicion.ENDLESS),))
    first, last = told("prod", swept, rehearsal=True, quiet=True)
    assert first.startswith("prod: would remove RoleBinding payments/daypass-")
    assert last == "prod: 1 would be removed, 0 kept; NOT DONE"


def test_rehearsal_says_what_would_keep_an_object() -> None:
    """The run that follows says NOT removed of the very same object."""
    cluster = a_trying(END + SKEW)
    cluster.put(replace(an_object(), finalizers=("a", "b", "c", "d")))
    rehearsed = swept(cluster, replace(WISH, rehearsal=True))
    first, last = told("prod", rehearsed, rehearsal=True, quiet=True)
    assert first.endswith("; it would wait for the finalizer a, b, c and 1 more")
    assert last == "prod: 1 would be removed, 0 kept; NOT DONE"


@pytest.mark.parametrize("evil", ["eve\nprod: 0 removed; done", "eve\x1b[2K", "eve\u2028"])
def test_writes_no_line_of_a_forgers_own(evil: str) -> None:
    """What a forged object says cannot look like our own words."""
    forged = replace(an_object(), subjects=(Subject(name=evil),), annotations={EXPIRES_AT: evil})
    lines = list(told("prod", Swept(kept=(listed(forged),)), rehearsal=False, quiet=False))
    assert len("\n".join(lines).splitlines()) == 2
    assert all(line.isprintable() for line in lines)


def test_tells_of_each_cluster_that_is_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every configured cluster is tried, and the exit status says that it is not done."""
    _configured(tmp_path, monkeypatch, NOWHERE)
    assert main(SWEEP) == 1
    out = capsys.readouterr().out.splitlines()
    assert out[0].startswith("DAYPASS_MAC_KEY is not set: what was forged or altered cannot")
    for name in ("prod", "dev"):
        assert any(line.startswith(f"{name}: not everything could be looked at") for line in out)
        assert f"{name}: 0 removed, 0 NOT removed, 0 kept; NOT DONE" in out


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting(Canned):
    """An answer that is given when as many others are asked for at the same time."""

    meet: Barrier

    @property
    def bytes(self) -> bytes:
        """Wait for the others."""
        self.meet.wait(10)
        return json.dumps(self.body).encode()


def test_sweeps_clusters_side_by_side_and_tells_of_them_in_order() -> None:
    """Law 10: one that hangs keeps nothing alive on the others."""
    empty: dict[str, list[str]] = {"items": []}
    first = Meeting(meet=Barrier(2), body=empty)
    wishes = [Sweep(install="main", cluster=name, everything=True) for name in ("prod", "dev")]
    with (
        CannedServer(first, Canned(body=empty)) as prod,
        CannedServer(first, Canned(body=empty)) as dev,
    ):
        urls = {"prod": prod.url, "dev": dev.url}
        access = {name: ClusterAccess(server=url) for name, url in urls.items()}
        assert list(sweep_all(wishes, access).items()) == [("prod", Swept()), ("dev", Swept())]


@pytest.mark.parametrize(
    ("line", "settings", "said", "status"),
    [
        ("", {}, "DAYPASS_CONFIG: not set", 2),
        ("--cluster prd", {"CONFIG": "example"}, "no cluster “prd”. Did you mean prod?", 1),
        ("--install main", {"CONFIG": "example"}, "--install: daypass.yaml names it", 2),
        ("--in-cluster", {}, "--in-cluster: whose objects? Add --install", 2),
        ("--in-cluster --install x --cluster a --cluster b", {}, "this is one cluster", 2),
        ("--in-cluster --install x", {"MAC_KEY": "6b" * 32}, "add --cluster with its name", 2),
        ("", {"CONFIG": "example", "MAC_KEY": "short"}, "DAYPASS_MAC_KEY", 2),
        ("", {"CONFIG": "nothing"}, "cannot be read", 1),
    ],
    ids=[
        "no configuration", "unknown cluster", "install twice", "no install", "two clusters here",
        "key without a cluster's name", "wrong key", "no such file",
    ],
)  # fmt: skip
def test_touches_nothing_when_it_is_called_wrongly(
    line: str,
    settings: dict[str, str],
    said: str,
    status: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A slip is answered with what would be right, before any cluster is asked anything."""
    files = {"example": str(ROOT / "examples" / "daypass.yaml"), "nothing": "/nowhere/daypass.yaml"}
    for name, value in settings.items():
        monkeypatch.setenv(f"DAYPASS_{name}", files.get(value, value))
    assert main([*SWEEP, *line.split()]) == status
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err


def test_says_so_when_it_is_in_no_pod(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Outside of a pod there is no account to take."""
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    assert main([*SWEEP, "--in-cluster", "--install", "main"]) == 1
    assert "this cluster: not everything could be looked at: not inside" in capsys.readouterr().out


def test_needs_the_word_no_redis(capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody believes that this command did what the workers do."""
    with pytest.raises(SystemExit) as caught:
        main(["reconcile"])
    assert caught.value.code == 2
    assert "--no-redis" in capsys.readouterr().err


def test_loads_neither_redis_nor_slack() -> None:
    """The worst day's tool stands on nothing that may be broken that day."""
    program = (
        "import sys; from daypass.cli.__main__ import main;"
        "main(['reconcile', '--no-redis', '--in-cluster', '--install', 'main']);"
        "print(sorted({'redis', 'rq', 'slack_sdk', 'slack_bolt'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, check=True, cwd=ROOT, env={}, text=True)
    assert done.stdout.splitlines()[-1] == "[]"
