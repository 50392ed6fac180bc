"""Binaries are found where they are, and built only when they are nowhere."""

import os
from io import StringIO
from pathlib import Path

import pytest

from sandbox.cluster.binaries import MODULE, NAMES, cache_of, located, newest_cache
from sandbox.cluster.build import PACKAGES, explain_failure, kubernetes_version
from sandbox.cluster.go import new_enough
from sandbox.cluster.progress import Progress
from sandbox.errors import SandboxError


def _program(path: Path, mode: int = 0o755) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(mode)
    return path


def test_assets_win_when_the_cache_has_the_binary_too(tmp_path: Path) -> None:
    """KUBEBUILDER_ASSETS is what the person chose; the cache fills what it lacks."""
    assets, cache = tmp_path / "assets", tmp_path / "cache"
    given = _program(assets / "etcd")
    _program(cache / "etcd")
    built = _program(cache / "kubectl")
    found = located({"KUBEBUILDER_ASSETS": str(assets)}, cache)
    assert found == {"etcd": given, "kubectl": built}


def test_file_is_no_binary_when_it_cannot_be_run(tmp_path: Path) -> None:
    """A half-made or copied file without its mode counts as missing."""
    _program(tmp_path / "etcd", mode=0o644)
    assert located({}, tmp_path) == {}


def test_cache_is_another_when_go_is_another(tmp_path: Path) -> None:
    """What an older Go built is not used by a newer one; both are outside the repository."""
    environment = {"XDG_CACHE_HOME": str(tmp_path)}
    old, new = (cache_of(environment, version) for version in ("go1.26.1", "go1.26.2"))
    assert old != new
    assert old.parent == new.parent == tmp_path / "daypass" / "cluster"


def test_newest_cache_is_taken_when_there_is_no_go_to_ask(tmp_path: Path) -> None:
    """Binaries that were built stay usable when Go has gone."""
    environment = {"XDG_CACHE_HOME": str(tmp_path)}
    assert newest_cache(environment) is None
    for age, version in enumerate(("go1.26.2", "go1.26.1")):
        folder = cache_of(environment, version)
        folder.mkdir(parents=True)
        os.utime(folder, (1_000 - age, 1_000 - age))
    assert newest_cache(environment) == cache_of(environment, "go1.26.2")


@pytest.mark.parametrize(
    ("version", "answer"),
    [
        ("go1.26.0", True),
        ("go1.26", True),
        ("go1.27rc1", True),
        ("go2.0.1", True),
        ("go1.25.9", False),
        ("go1.9", False),
        ("devel +abc", False),
        ("", False),
    ],
)
def test_go_is_new_enough_when_it_is_at_least_the_modules(version: str, *, answer: bool) -> None:
    """Versions are compared as numbers, not as text."""
    assert new_enough(version) is answer


def test_module_pins_what_is_built_when_read() -> None:
    """The version that the binaries report is the one that go.mod pins, and go.sum knows it."""
    version = kubernetes_version((MODULE / "go.mod").read_text())
    assert version == "v1.36.3"
    assert f"k8s.io/kubernetes {version} h1:" in (MODULE / "go.sum").read_text()


def test_module_imports_every_package_that_is_built() -> None:
    """tools.go names what is built, so that go.sum covers it."""
    tools = (MODULE / "tools.go").read_text()
    assert set(PACKAGES) == set(NAMES)
    assert all(f'_ "{package}"' in tools for package in PACKAGES.values())


def test_version_is_missed_when_the_module_does_not_pin_it() -> None:
    """A broken go.mod is named, not guessed around."""
    with pytest.raises(SandboxError, match=r"does not require k8s.io/kubernetes"):
        kubernetes_version("module x\nreplace k8s.io/kubernetes => ../k\n")


def test_failure_shows_the_end_of_the_log_when_a_build_fails(tmp_path: Path) -> None:
    """The reason is at the end of a long log, and the whole of it has a path."""
    log = tmp_path / "etcd.log"
    log.write_text("\n".join(f"line {number}" for number in range(100)))
    text = explain_failure("etcd", log)
    assert text.startswith(f"etcd could not be built. The end of {log}:\n")
    assert text.splitlines()[1:] == [f"line {number}" for number in range(85, 100)]


def test_failure_speaks_of_the_disk_when_it_is_full(tmp_path: Path) -> None:
    """A compiler's complaint about one file is said as what it means."""
    log = tmp_path / "etcd.log"
    log.write_text("write /cache/ab: no space left on device\n")
    assert explain_failure("etcd", log).startswith("The disk is full: building needs about 5 GB")


class _Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_rewrites_its_line_when_on_a_terminal() -> None:
    """One line that counts, not a line for each second."""
    out = _Terminal()
    progress = Progress(out)
    progress.running("etcd", 61)
    progress.say("done")
    assert out.getvalue() == "\r\x1b[Ketcd: 1:01 so far\r\x1b[Kdone\n"


def test_progress_writes_now_and_then_when_in_a_log() -> None:
    """A log gets a line each half minute: enough to see that it goes on."""
    out = StringIO()
    progress = Progress(out)
    for second in range(65):
        progress.running("etcd", second)
    assert out.getvalue() == "etcd: 0:30 so far\netcd: 1:00 so far\n"
