"""Builds the cluster's binaries that are missing, once for all work trees of this user.

Two builds never race: the second waits and finds what the first made. A binary appears in the cache
by a rename, so that one that is there is whole.
"""

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sandbox.cluster.binaries import NAMES, Binaries, cache_of, find_binaries, located
from sandbox.cluster.go import go_to_build_with
from sandbox.cluster.progress import Progress
from sandbox.cluster.recipe import MODULE, build_command, go_environment, list_command, made
from sandbox.errors import SandboxError

_LONGEST = 3600  # Seconds for the build, and for waiting for another one.
_DISK = "about 5 GB, most of it in Go's own caches"
# What Go says of a home or a cache that is not there or not ours.
_UNWRITABLE = ("permission denied", "read-only file system", "is not defined", "cache not found")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """One run of Go, which prints a package a line."""

    what: str
    command: Sequence[str]
    log: Path
    most: int = 0
    """Packages that may come; 0 if nobody knows."""


def ensure_binaries(environment: Mapping[str, str], progress: Progress) -> Binaries:
    """The binaries, after building those that neither KUBEBUILDER_ASSETS nor the cache has.

    Raises:
        SandboxError: Go is missing, or a build failed; the text says where its log is.
    """
    with suppress(SandboxError):
        return find_binaries(environment)
    go, version = go_to_build_with()
    cache = cache_of(environment, version)
    try:
        with _only_build(cache, progress):
            _build_missing(go, cache, environment=environment, progress=progress)
    except OSError as error:
        raise SandboxError(
            f"Building in {cache} failed: {error.strerror}: {error.filename}. It needs {_DISK}."
        ) from error
    return Binaries.of(located(environment, cache))


def _build_missing(
    go: Path, cache: Path, *, environment: Mapping[str, str], progress: Progress
) -> None:
    paths = located(environment, cache)
    missing = [name for name in NAMES if name not in paths]
    if not missing:
        return
    started = time.monotonic()
    progress.say(f"Building {', '.join(missing)} with {cache.name.partition('-')[2]} in {cache}")
    _build(go, missing, cache, progress=progress)
    for name in missing:
        made(name, cache / "new").replace(cache / name)
    progress.say(f"Built in {time.monotonic() - started:.0f} s")


def _build(go: Path, names: Sequence[str], cache: Path, *, progress: Progress) -> None:
    sources, new = cache / "sources.log", cache / "new"
    new.mkdir(exist_ok=True)
    _run(_Step(what="Fetching sources", command=list_command(go, names), log=sources), progress)
    building = _Step(
        what="Compiling",
        command=build_command(go, names, new),
        log=cache / "build.log",
        most=packages_in(sources),
    )
    _run(building, progress)


def _run(step: _Step, progress: Progress) -> None:
    with step.log.open("wb") as output, _ended(_start(step.command, output.fileno())) as go:
        started = time.monotonic()
        while go.poll() is None and (elapsed := time.monotonic() - started) < _LONGEST:
            progress.running(step.what, int(elapsed), _reached(step))
            with suppress(subprocess.TimeoutExpired):
                go.wait(1)
    if go.returncode != 0:
        raise SandboxError(explain_failure(step.what, step.log))


def _reached(step: _Step) -> str:
    return how_far(packages_in(step.log), step.most) if step.most else ""


def how_far(begun: int, most: int) -> str:
    """Which package is being compiled and how many are left; what Go still has is not counted."""
    return f", package {begun:,}, at most {max(0, most - begun):,} of {most:,} left"


def packages_in(log: Path) -> int:
    """How many packages Go has printed so far, each on a line of its own."""
    return sum(not line.startswith(b"go: ") for line in log.read_bytes().splitlines())


def _start(command: Sequence[str], output: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        cwd=MODULE,
        env=go_environment(),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


@contextmanager
def _ended(go: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """Leaves no compiler behind, whatever interrupts the build."""
    try:
        yield go
    finally:
        if go.poll() is None:
            os.killpg(go.pid, signal.SIGKILL)
            go.wait()


def explain_failure(what: str, log: Path) -> str:
    """What a person needs to know of a failed build: the end of its log and where all of it is."""
    text = log.read_text(errors="replace")
    end = "\n".join(text.splitlines()[-15:])
    if "no space left on device" in text:
        return f"The disk is full: building needs {_DISK}. Log: {log}\n{end}"
    if any(words in end for words in _UNWRITABLE):
        return (
            "Go cannot write its caches. Name folders that can be written with GOCACHE and "
            f"GOMODCACHE. Log: {log}\n{end}"
        )
    return f"{what} failed. The end of {log}:\n{end}"


@contextmanager
def _only_build(cache: Path, progress: Progress) -> Iterator[None]:
    with _lock_of(cache) as lock:
        _take(lock, progress)
        yield


def _lock_of(cache: Path) -> IO[str]:
    try:
        cache.mkdir(parents=True, exist_ok=True)
        return (cache / "lock").open("w")
    except OSError as error:
        raise SandboxError(
            f"The cache {cache} cannot be written: {error.strerror}. "
            f"Building needs {_DISK}; XDG_CACHE_HOME names another place."
        ) from error


def _take(lock: IO[str], progress: Progress) -> None:
    started = time.monotonic()
    if not _taken(lock.fileno()):
        progress.say("Another build of the same binaries is running; waiting for it.")
    while not _taken(lock.fileno()):
        elapsed = time.monotonic() - started
        if elapsed > _LONGEST:
            raise SandboxError(f"Another build has held {lock.name} for an hour; stop it.")
        progress.running("Waiting", int(elapsed))
        time.sleep(1)


def _taken(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
