"""Binaries are found where they are, and built only when they are nowhere."""

import os
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest

from sandbox.cluster.binaries import NAMES, cache_of, located, newest_cache
from sandbox.cluster.build import ensure_binaries, explain_failure, how_far, packages_in
from sandbox.cluster.commands import CONTROLLERS
from sandbox.cluster.go import go_to_build_with, new_enough, no_go
from sandbox.cluster.progress import Progress
from sandbox.cluster.recipe import (
    MODULE,
    PACKAGES,
    build_command,
    fingerprint,
    kubernetes_version,
    made,
)
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
    """tools.go names what others wrote, so that go.sum covers it; the rest lies in the module."""
    tools = (MODULE / "tools.go").read_text()
    assert set(PACKAGES) == set(NAMES)
    ours = {name: MODULE / package for name, package in PACKAGES.items() if package[0] == "."}
    assert all((folder / "main.go").exists() for folder in ours.values())
    foreign = [PACKAGES[name] for name in set(PACKAGES) - set(ours)]
    assert all(f'_ "{package}"' in tools for package in foreign)


def test_version_is_missed_when_the_module_does_not_pin_it() -> None:
    """A broken go.mod is named, not guessed around."""
    with pytest.raises(SandboxError, match=r"does not require k8s.io/kubernetes"):
        kubernetes_version("module x\nreplace k8s.io/kubernetes => ../k\n")


def test_failure_shows_the_end_of_the_log_when_a_build_fails(tmp_path: Path) -> None:
    """The reason is at the end of a long log, and the whole of it has a path."""
    log = tmp_path / "etcd.log"
    log.write_text("\n".join(f"line {number}" for number in range(100)))
    text = explain_failure("Compiling", log)
    assert text.startswith(f"Compiling failed. The end of {log}:\n")
    assert text.splitlines()[1:] == [f"line {number}" for number in range(85, 100)]


def test_failure_speaks_of_the_disk_when_it_is_full(tmp_path: Path) -> None:
    """A compiler's complaint about one file is said as what it means."""
    log = tmp_path / "etcd.log"
    log.write_text("write /cache/ab: no space left on device\n")
    assert explain_failure("Compiling", log).startswith(
        "The disk is full: building needs about 5 GB"
    )


@pytest.mark.parametrize(
    "said",
    [
        "failed to initialize build cache at /h/.cache: mkdir /h: permission denied",
        "go: could not create module cache: mkdir /h: read-only file system",
        "build cache is required, but could not be located: GOCACHE is not defined",
        "go: module cache not found: neither GOMODCACHE nor GOPATH is set",
    ],
)
def test_failure_speaks_of_gos_caches_when_it_cannot_write_them(tmp_path: Path, said: str) -> None:
    """Go's folders are not ours: the sentence names the variables that move them."""
    log = tmp_path / "build.log"
    log.write_text(f"{said}\n")
    text = explain_failure("Compiling", log)
    assert text.startswith("Go cannot write its caches. Name folders that can be written with")
    assert said in text


def test_build_says_where_it_cannot_write_when_the_cache_is_closed(tmp_path: Path) -> None:
    """A file where the cache's folder should be stands for a home that nobody may write."""
    (tmp_path / "daypass").write_text("")
    environment = {"XDG_CACHE_HOME": str(tmp_path)}
    with pytest.raises(SandboxError, match=r"cannot be written: Not a directory.*XDG_CACHE_HOME"):
        ensure_binaries(environment, Progress(StringIO()))


def test_build_says_what_failed_when_it_was_not_the_cache(tmp_path: Path) -> None:
    """What goes wrong while building is not taken for a cache that nobody may write."""
    environment = {"XDG_CACHE_HOME": str(tmp_path)}
    cache = cache_of(environment, go_to_build_with()[1])
    cache.mkdir(parents=True)
    (cache / "new").write_text("no folder")
    with pytest.raises(
        SandboxError, match=r"^Building in .* failed: File exists: .*/new\. It needs"
    ):
        ensure_binaries(environment, Progress(StringIO()))


def test_cache_asks_for_a_home_when_there_is_none() -> None:
    """A user without an entry and without HOME learns what to set."""
    code = "import os; from sandbox.cluster.binaries import cache_of\n"
    code += "os.environ.pop('HOME', None); os.setuid(54321); cache_of({}, 'go1.26.8')"
    if os.getuid() != 0:
        pytest.skip("only root may become somebody without an entry")
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=False, text=True, timeout=60
    )
    assert "No home to keep a cache in: set HOME or XDG_CACHE_HOME." in done.stderr


@pytest.mark.parametrize(
    ("program", "words"),
    [
        (None, "the PATH has none"),
        ("echo go1.25.9", "is go1.25.9"),
        ("exit 3", "is none that runs"),
    ],
)
def test_missing_go_is_told_apart_from_an_old_one(
    tmp_path: Path, program: str | None, words: str
) -> None:
    """Each says what was found and what to install."""
    found = tmp_path / "go"
    if program:
        _program(found).write_text(f"#!/bin/sh\n{program}\n")
    text = no_go(str(found) if program else None)
    assert re.match(rf"No Go 1\.26 or newer: .*{words}\. Install it from", text)


def test_cache_is_another_when_what_is_built_is_another(tmp_path: Path) -> None:
    """A changed controller or a changed pin is never answered with yesterday's binaries."""
    (tmp_path / "controllers").mkdir()
    for part in ("go.mod", "go.sum", "controllers/main.go", "controllers/controllers.go"):
        (tmp_path / part).write_bytes((MODULE / part).read_bytes())
    seen = [fingerprint(tmp_path)]
    for part in ("go.mod", "go.sum", "controllers/main.go", "controllers/controllers.go"):
        with (tmp_path / part).open("a") as file:
            file.write("// changed\n")
        seen.append(fingerprint(tmp_path))
    assert len(set(seen)) == len(seen)


def test_our_controllers_are_those_that_the_cluster_runs() -> None:
    """The program that is built knows each controller that it is asked to run, and no other."""
    source = (MODULE / "controllers" / "controllers.go").read_text()
    assert tuple(re.findall(r'^\t"(\S+-controller)":', source, re.MULTILINE)) == CONTROLLERS


def test_all_are_made_by_one_build() -> None:
    """What they share is compiled once; each program is found under the name that Go gives it."""
    command = build_command(Path("go"), NAMES, Path("/new"))
    assert command[-4:] == [PACKAGES[name] for name in NAMES]
    assert [made(name, Path("/new")).name for name in NAMES] == [
        "server",
        "kube-apiserver",
        "controllers",
        "kubectl",
    ]


def test_progress_counts_packages_when_go_prints_them(tmp_path: Path) -> None:
    """Each line is a package, but for Go's own words about fetching."""
    log = tmp_path / "build.log"
    log.write_text("go: downloading k8s.io/api v0.36.3\nruntime\nnet/http\n")
    assert how_far(packages_in(log), 2_404) == ", package 2, at most 2,402 of 2,404 left"


class _Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_rewrites_its_line_when_on_a_terminal() -> None:
    """One line that counts, not a line for each second."""
    out = _Terminal()
    progress = Progress(out)
    progress.running("etcd", 61, ", package 2")
    progress.say("done")
    assert out.getvalue() == "\r\x1b[Ketcd: 1:01 so far, package 2\r\x1b[Kdone\n"


def test_progress_writes_now_and_then_when_in_a_log() -> None:
    """A log gets a line each half minute: enough to see that it goes on."""
    out = StringIO()
    progress = Progress(out)
    for second in range(65):
        progress.running("etcd", second)
    assert out.getvalue() == "etcd: 0:30 so far\netcd: 1:00 so far\n"
