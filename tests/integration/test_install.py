"""What is installed is what is locked, whatever was published since and however old the pip is."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from packaging.utils import NormalizedName, canonicalize_name

from tests.conftest import real_is_required, require_real
from tests.docs.project import ROOT
from tests.integration.package_index import locked, offer, serving
from tests.integration.pythons import Bare, bare_environments

_LOOK: Final = """
import importlib.metadata, json, platform, sys
print(json.dumps({
    "markers": {
        "python_full_version": platform.python_version(),
        "sys_platform": sys.platform,
        "platform_python_implementation": platform.python_implementation(),
    },
    "installed": {d.metadata["Name"]: d.version for d in importlib.metadata.distributions()},
}))
"""
"""Asks a Python what it is, as markers say it, and what is installed for it."""


def _environments() -> list[Bare]:
    """CI tries every Python here; elsewhere the one with the oldest pip, which forgets most."""
    tried = bare_environments()
    return tried if real_is_required() else tried[:1]


_ENVIRONMENTS: Final = _environments()


_Versions = dict[NormalizedName, str]


@pytest.fixture(scope="module")
def locks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Both locks as the index has them."""
    folder = tmp_path_factory.mktemp("index")
    return {
        name: offer(ROOT / "requirements" / f"{name}.txt", folder / "simple")
        for name in ("run", "dev")
    }


@pytest.fixture(scope="module")
def index(locks: dict[str, Path]) -> Iterator[str]:
    """The address of an index that also has a newer release of everything."""
    with serving(locks["run"].parent / "simple") as address:
        yield address


def test_old_pip_is_among_those_that_are_tried() -> None:
    """The law is about a pip that forgets a pin when another package asks for an extra."""
    if not any(environment.is_old for environment in _ENVIRONMENTS):
        require_real("no Python here bundles a pip older than 24")


@pytest.mark.parametrize("bare", _ENVIRONMENTS, ids=str)
def test_environment_holds_what_is_locked_and_nothing_else(
    bare: Bare, locks: dict[str, Path], index: str, tmp_path: Path
) -> None:
    """No pip takes a release that is not in the lock, and what the lock names is whole."""
    python = bare.make(tmp_path / "bare")
    for lock in locks.values():  # The first is a part of the second.
        done = _install(python, lock, index)
        assert done.returncode == 0, done.stderr
        installed, expected = _installed_and_expected(python, lock)
        assert installed == expected


def test_lock_that_misses_something_says_so(
    locks: dict[str, Path], index: str, tmp_path: Path
) -> None:
    """A lock that is not closed is refused by name, with what is missing and the line to run."""
    if not _ENVIRONMENTS:
        require_real("no Python here bundles a pip")
    python = _ENVIRONMENTS[0].make(tmp_path / "bare")
    lines = locks["run"].read_text(encoding="utf-8").splitlines(keepends=True)
    holed = tmp_path / "holed.txt"
    holed.write_text("".join(line for line in lines if not line.startswith("slack-sdk==")))
    done = _install(python, holed, index)
    assert done.returncode == 1
    assert f"what {holed} names is not whole" in done.stderr
    assert "slack-bolt" in done.stderr
    assert "make lock" in done.stderr


def _install(python: Path, lock: Path, index: str) -> subprocess.CompletedProcess[str]:
    return _run([ROOT / "scripts" / "install", python, lock], PIP_INDEX_URL=index)


def _installed_and_expected(python: Path, lock: Path) -> tuple[_Versions, _Versions]:
    """Name to version; what is expected is what the lock names for such a Python."""
    seen = json.loads(_run([python, "-c", _LOOK]).stdout)
    expected: _Versions = {
        canonicalize_name(entry.name): str(entry.specifier).removeprefix("==")
        for entry in locked(lock)
        if not entry.marker or entry.marker.evaluate(seen["markers"])
    }
    installed: _Versions = {
        canonicalize_name(name): version for name, version in seen["installed"].items()
    }
    del installed[canonicalize_name("pip")]  # All that a bare environment has.
    return installed, expected


def _run(command: list[Path | str], **settings: str) -> subprocess.CompletedProcess[str]:
    """Runs it with nothing of what the machine says about its own package index."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    environment = {**ours, "PIP_CONFIG_FILE": os.devnull, "PIP_NO_CACHE_DIR": "1", **settings}
    return subprocess.run(
        command, check=False, capture_output=True, env=environment, text=True, timeout=100
    )
