"""The same without the page: `up`, `say`, `click`, `show`, from a terminal."""

import os
import re
import secrets
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import pytest

from sandbox import proctable
from sandbox.acts import remember
from tests.talk import APPROVALS, REQUEST, SOON
from tests.whole import Whole

pytestmark = pytest.mark.real

_START: Final = 90.0
"""Seconds for a whole stack to start and to stop on a busy machine."""
_MARK: Final = "E2E_DEMO"
_PARTS: Final = 11
"""Sandbox, Valkey, etcd, two API servers, two controller managers, Slack, bot and three workers,
of which some supervise others."""
_ROOT: Final = Path(__file__).resolve().parents[2]


def _sandbox(folder: Path, *arguments: str) -> str:
    """Run `python -m sandbox` beside a sandbox that runs in `folder`; return what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", "sandbox", *arguments],
        capture_output=True,
        check=False,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(_ROOT)},
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def terminal(whole: Whole, tmp_path: Path) -> Path:
    """A folder in which the verbs find the running stack."""
    folder = tmp_path / ".sandbox"
    folder.mkdir()
    remember(folder, whole.stack.page)
    return tmp_path


def test_says_clicks_and_shows_readable_text(terminal: Path, whole: Whole) -> None:
    """Ask, approve, look: no markup, no JSON, every id and line in full."""
    line = '/access to prod --k8sGroup=debug --duration 10m --reason "INC-42"'
    receipt = _sandbox(terminal, "say", "alice", line)
    found = REQUEST.search(receipt)
    assert found, receipt
    assert "One approval is needed, from team:sre (bob, dan)." in receipt
    approved = _sandbox(terminal, "click", "bob", "approve", found[1])
    assert f"Approved: debug in payments on prod for @alice (request `{found[1]}`)" in approved
    shown = _sandbox(terminal, "show", APPROVALS)
    assert "Granted* until" in shown
    assert "Approved by @bob for 10m." in shown
    said = _sandbox(terminal, "show", "@daypass", "--as", "alice")
    assert "kubectl --context alice@prod -n payments get pods" in said
    assert whole.sees_pods("alice")
    revoked = _sandbox(terminal, "click", "bob", "revoke", found[1])
    assert "Ending" in revoked
    for text in (receipt, approved, revoked):
        assert not re.search(r"<@U0|<!date|\{'|\": ", text), text


def test_denies_with_the_reason_given(terminal: Path, whole: Whole) -> None:
    """The form that the page would show is filled from the command line."""
    request = whole.asks()
    whole.card(request, "Pending")
    _sandbox(terminal, "click", "bob", "deny", request, "--reason", "use staging")
    whole.card(request, "Denied", "use staging")


def test_says_so_when_no_sandbox_runs(tmp_path: Path) -> None:
    """The answer names the command that starts one."""
    with pytest.raises(AssertionError, match="No sandbox runs here; start it with `make demo`"):
        _sandbox(tmp_path, "show", "#general")


@pytest.fixture
def mark() -> str:
    """What the environment of everything that the demo starts has, and of nothing else."""
    return secrets.token_hex(8)


@pytest.fixture
def demo(tmp_path: Path, mark: str) -> Iterator["subprocess.Popen[str]"]:
    """`python -m sandbox up` in a folder of its own, as a person starts it."""
    with subprocess.Popen(
        [sys.executable, "-m", "sandbox", "up"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(_ROOT), _MARK: mark},
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as running:
        yield running
        running.send_signal(signal.SIGINT)
        try:
            running.wait(_START)
        finally:
            running.kill()


@pytest.mark.usefixtures("binaries")
def test_demo_does_what_it_prints_and_leaves_nothing(
    demo: "subprocess.Popen[str]", tmp_path: Path, mark: str
) -> None:
    """The lines to try work as printed; Ctrl-C ends every process that was started."""
    printed = _printed(demo, until="Ctrl-C stops everything")
    assert len(proctable.pids_with(_MARK, mark)) >= _PARTS
    answers = [_run(line, tmp_path, printed) for line in _lines_to_try(printed)]
    assert "Pending" in answers[0]
    assert "Granted" in answers[1]
    assert "payments-api-5c9f7" in answers[2]
    assert "daypass.dev/requester: alice@example.com" in answers[3]
    demo.send_signal(signal.SIGINT)
    rest, _ = demo.communicate(timeout=_START)
    assert demo.returncode == 0, rest
    assert "Everything is stopped." in rest
    assert proctable.pids_with(_MARK, mark) == ()


def _printed(demo: "subprocess.Popen[str]", until: str) -> str:
    assert demo.stdout is not None
    lines: list[str] = []
    for line in demo.stdout:  # Ends with the process, if it fails; pytest's timeout bounds it.
        lines.append(line)
        if until in line:
            return "".join(lines)
    pytest.fail(f"the sandbox ended:\n{''.join(lines)}")


def _lines_to_try(printed: str) -> Sequence[str]:
    """The three lines, and the one by which bob looks at what was made."""
    return re.findall(r"((?:\.venv/bin/python|/\S+/kubectl) .+)$", printed, re.MULTILINE)


def _run(line: str, folder: Path, printed: str) -> str:
    """Run a printed line as it stands, in the demo's folder."""
    kubeconfig = re.search(r"export KUBECONFIG=(\S+)", printed)
    assert kubeconfig
    words = shlex.split(line.replace(".venv/bin/python", sys.executable))
    done = subprocess.run(
        words,
        capture_output=True,
        check=False,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(_ROOT), "KUBECONFIG": kubeconfig[1]},
        text=True,
        timeout=SOON,
    )
    return done.stdout + done.stderr
