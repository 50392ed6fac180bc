"""Commands that look at clusters go the way that the workers go: through the proxy, if any."""

import re
from pathlib import Path

import pytest

from daypass.cli.__main__ import main
from tests.docs.project import ROOT


@pytest.fixture
def reached_with(tmp_path: Path) -> str:
    """The example, with a token that is there."""
    (tmp_path / "token").write_text("t")
    text = (ROOT / "examples" / "daypass.yaml").read_text(encoding="utf-8")
    text = re.sub(r"token_file: \S+", f"token_file: {tmp_path / 'token'}", text)
    path = tmp_path / "daypass.yaml"
    path.write_text(re.sub(r" +ca_file: \S+\n", "", text), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    "command", [["rbac", "--diff", "--cluster", "prod"], ["doctor", "--cluster", "prod"]]
)
def test_a_cluster_is_looked_at_through_the_proxy(
    command: list[str],
    reached_with: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Nothing listens there: it says so, and does not try the cluster itself."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert main([command[0], reached_with, *command[1:]]) == 2
    assert "the proxy 127.0.0.1:9 cannot be reached" in capsys.readouterr().out
