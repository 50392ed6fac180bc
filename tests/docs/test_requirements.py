"""What is installed is locked by hash, names no address, and is what pyproject.toml says."""

import re
import tomllib
from typing import Any, Final

import pytest

from tests.docs.project import read

_LOCKS: Final = ("run", "dev", "go", "lock")
_PIN: Final = re.compile(r"^([a-z0-9._-]+)(?:\[[a-z,]+\])?==\S+", re.IGNORECASE)


def _entries(name: str) -> list[str]:
    """The entries of a lock file: one logical line each, comments dropped."""
    joined = read(f"requirements/{name}.txt").replace("\\\n", " ")
    return [line for line in joined.splitlines() if line and not line.lstrip().startswith("#")]


def _wanted(name: str) -> set[str]:
    lines = read(f"requirements/{name}.in").splitlines()
    return {line for line in lines if line and not line.startswith(("#", "-r"))}


def _project() -> dict[str, Any]:
    project: dict[str, Any] = tomllib.loads(read("pyproject.toml"))["project"]
    return project


@pytest.mark.parametrize("name", _LOCKS)
def test_every_package_is_pinned_with_a_hash(name: str) -> None:
    """What pip installs is, byte for byte, what was reviewed."""
    loose = [e for e in _entries(name) if not _PIN.match(e) or "--hash=sha256:" not in e]
    assert loose == []


@pytest.mark.parametrize("name", [f"{lock}.{end}" for lock in _LOCKS for end in ("in", "txt")])
def test_no_requirement_names_an_address(name: str) -> None:
    """Each machine's own package index is used: no address, no index option."""
    text = read(f"requirements/{name}")
    assert "://" not in text
    assert not re.search(r"^\s*(-i|-f|--(extra-)?index-url|--find-links)\b", text, re.MULTILINE)


def test_run_versions_are_those_that_were_tested() -> None:
    """What production installs is what the tests ran with."""
    tested = {e.split("--hash")[0].strip() for e in _entries("dev")}
    run = {e.split("--hash")[0].strip() for e in _entries("run")}
    assert run <= tested


def test_project_depends_on_what_the_requirements_say() -> None:
    """pyproject.toml and requirements/*.in are one list."""
    extras = _project()["optional-dependencies"]
    assert set(_project()["dependencies"]) == _wanted("run")
    assert {*extras["sandbox"], *extras["dev"]} - {"daypass[sandbox]"} == _wanted("dev")


@pytest.mark.parametrize("name", ["scripts/venv", "scripts/go", "scripts/lock", "Dockerfile"])
def test_packages_are_installed_in_one_way_only(name: str) -> None:
    """All goes through scripts/install; only the project itself, which asks no index, does not."""
    text = read(name).replace("\\\n", " ")
    others = re.findall(r"^.*pip3? install.*$", text, re.MULTILINE)
    assert "scripts/install " in text
    assert [line for line in others if "--no-index --no-deps " not in line] == []


def test_nothing_is_resolved_when_installing() -> None:
    """No dependency is looked up, every file has its hash, no build tool of the day is fetched."""
    script = read("scripts/install")
    assert "--no-deps --require-hashes --only-binary :all:" in script
    assert "pip check" in script
