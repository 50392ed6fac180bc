"""What README and Makefile say can be run exists, and a machine on which it cannot is told why."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests import conftest
from tests.docs.project import ROOT, read

_TARGET: Final = re.compile(r"^([a-z]+):[^=]*?(?:## (.+))?$", re.MULTILINE)
_FENCE: Final = re.compile(r"^```(?:sh|bash|console|text)?\n(.*?)^```", re.MULTILINE | re.DOTALL)
_PAGES: Final = ("README.md", "CONTRIBUTING.md")


def _targets() -> dict[str, str]:
    return dict(_TARGET.findall(read("Makefile")))


def _commands(page: str) -> set[str]:
    """The make targets that the page's code blocks and inline code name."""
    text = read(page)
    blocks = "\n".join(_FENCE.findall(text))
    inline = "\n".join(re.findall(r"`(make [^`\n]+)`", text))
    lines = (line.lstrip("$ ") for line in (blocks + "\n" + inline).splitlines())
    return {line.split()[1] for line in lines if line.startswith("make ")}


@pytest.mark.parametrize("page", _PAGES)
def test_make_knows_every_target_that_a_page_names(page: str) -> None:
    """A command on a page is a command that exists."""
    assert _commands(page) <= _targets().keys()


def test_readme_names_both_commands() -> None:
    """A newcomer finds the demo and the tests."""
    assert {"demo", "test"} <= _commands("README.md")


def test_make_explains_every_target() -> None:
    """`make` alone prints every target with what it does."""
    silent = [name for name, text in _targets().items() if not text]
    assert silent == []


@pytest.mark.parametrize("gone", ["awk", "bash", "env"])
def test_make_says_what_the_machine_lacks(tmp_path: Path, gone: str) -> None:
    """Before anything runs: a recipe that fails in its middle tells nobody what to install."""
    make = shutil.which("make")
    assert make is not None
    for tool in {"bash", "env", "awk", "cat", "dirname", "rm"} - {gone}:
        found = shutil.which(tool)
        assert found is not None
        (tmp_path / tool).symlink_to(found)
    told = subprocess.run(
        [make, "help"],
        cwd=ROOT,
        env={"PATH": str(tmp_path)},
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    assert told.returncode == 2
    assert re.search(rf"not on the PATH: {gone}\. Install it", told.stderr)


def test_scripts_are_executable_when_make_names_them() -> None:
    """Every script that make or CI starts is there and may be started."""
    named = {*re.findall(r"scripts/[a-z]+", read("Makefile")), ".ci/run"}
    broken = [name for name in sorted(named) if not (ROOT / name).stat().st_mode & 0o100]
    assert broken == []


def test_ci_runs_check_and_the_readmes_test_command_on_real_parts() -> None:
    """CI is what a newcomer runs and a short chaos, with no missing part excused."""
    script = read(".ci/run")
    runs = re.findall(r"^run (make \w+)", script, re.MULTILINE)
    assert runs == ["make check", "make test", "make chaos"]
    assert "export DAYPASS_REQUIRE_REAL=1" in script


def test_conftest_is_one_module_however_it_is_imported(pytestconfig: pytest.Config) -> None:
    """What conftest read before it cleaned the environment holds for every test."""
    assert pytestconfig.pluginmanager.is_registered(conftest)
