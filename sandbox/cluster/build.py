"""Builds the cluster's binaries that are missing, once for all work trees of this user.

Two builds never race: the second waits and finds what the first made. A binary appears in the cache
by a rename, so that one that is there is whole.
"""

import fcntl
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from sandbox.cluster.binaries import MODULE, NAMES, Binaries, cache_of, find_binaries, located
from sandbox.cluster.go import go_to_build_with
from sandbox.cluster.progress import Progress
from sandbox.errors import SandboxError

PACKAGES = {
    "etcd": "go.etcd.io/etcd/server/v3",
    "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
    "kube-controller-manager": "k8s.io/kubernetes/cmd/kube-controller-manager",
    "kubectl": "k8s.io/kubernetes/cmd/kubectl",
}
# Core-minutes from a cold cache, measured on two cores in this order; the download is not in them.
_CORE_MINUTES = {"etcd": 2, "kube-apiserver": 6, "kube-controller-manager": 2, "kubectl": 1}
_LONGEST = 3600  # Seconds for one binary, and for waiting for another build.
_DISK = "about 5 GB, most of it in Go's own caches"


def ensure_binaries(environment: Mapping[str, str], progress: Progress) -> Binaries:
    """The binaries, after building those that neither KUBEBUILDER_ASSETS nor the cache has.

    Raises:
        SandboxError: Go is missing, or a build failed; the text says where its log is.
    """
    with suppress(SandboxError):
        return find_binaries(environment)
    go, version = go_to_build_with()
    cache = cache_of(environment, version)
    with _only_build(cache, progress):
        _build_missing(go, cache, environment=environment, progress=progress)
    return Binaries.of(located(environment, cache))


def _build_missing(
    go: Path, cache: Path, *, environment: Mapping[str, str], progress: Progress
) -> None:
    paths = located(environment, cache)
    missing = [name for name in NAMES if name not in paths]
    if missing:
        progress.say(
            f"Building {', '.join(missing)} with {cache.name.partition('-')[2]} in {cache}"
        )
    for name in missing:
        started = time.monotonic()
        progress.say(f"{name}: {_expected(name)}")
        _build(
            name, command=_command(go, cache, name), log=cache / f"{name}.log", progress=progress
        )
        (cache / f"{name}.new").replace(cache / name)
        progress.say(f"{name}: built in {time.monotonic() - started:.0f} s")


def _expected(name: str) -> str:
    cores = os.cpu_count() or 1
    minutes = max(1, round(_CORE_MINUTES[name] / cores))
    return f"about {minutes} min on {cores} cores the first time"


def _command(go: Path, cache: Path, name: str) -> list[str]:
    flags = _link_flags(kubernetes_version((MODULE / "go.mod").read_text()))
    output = str(cache / f"{name}.new")
    return [str(go), "build", "-ldflags", flags, "-o", output, PACKAGES[name]]


def kubernetes_version(go_mod: str) -> str:
    """The version of k8s.io/kubernetes that a go.mod pins, as "v1.36.3"."""
    found = re.search(r"^\s*k8s\.io/kubernetes (v\S+)$", go_mod, re.MULTILINE)
    if found is None:
        raise SandboxError("sandbox/cluster/go.mod does not require k8s.io/kubernetes.")
    return found[1]


def _link_flags(version: str) -> str:
    """Small binaries that know their version; without it /version says v0.0.0-master."""
    major, minor, _ = version.removeprefix("v").split(".", 2)
    base = "k8s.io/component-base/version"
    values = {
        f"{base}.gitVersion": version,
        f"{base}.gitMajor": major,
        f"{base}.gitMinor": minor,
        "k8s.io/client-go/pkg/version.gitVersion": version,
    }
    return " ".join(["-s -w", *(f"-X {name}={value}" for name, value in values.items())])


def _go_environment() -> dict[str, str]:
    return {
        **os.environ,
        "CGO_ENABLED": "0",  # No C compiler is needed, and the binaries run anywhere.
        "GOFLAGS": "-mod=readonly -trimpath -buildvcs=false",
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
    }


def _build(name: str, *, command: list[str], log: Path, progress: Progress) -> None:
    with log.open("wb") as output, _ended(_start(command, output.fileno())) as go:
        started = time.monotonic()
        while go.poll() is None and (elapsed := time.monotonic() - started) < _LONGEST:
            progress.running(name, int(elapsed))
            with suppress(subprocess.TimeoutExpired):
                go.wait(1)
    if go.returncode != 0:
        raise SandboxError(explain_failure(name, log))


def _start(command: list[str], output: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        cwd=MODULE,
        env=_go_environment(),
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


def explain_failure(name: str, log: Path) -> str:
    """What a person needs to know of a failed build: the end of its log and where all of it is."""
    text = log.read_text(errors="replace")
    end = "\n".join(text.splitlines()[-15:])
    if "no space left on device" in text:
        return f"The disk is full: building needs {_DISK}. Log: {log}\n{end}"
    return f"{name} could not be built. The end of {log}:\n{end}"


@contextmanager
def _only_build(cache: Path, progress: Progress) -> Iterator[None]:
    try:
        cache.mkdir(parents=True, exist_ok=True)
        lock = (cache / "lock").open("w")
    except OSError as error:
        raise SandboxError(f"The cache {cache} cannot be written: {error.strerror}.") from error
    with lock:
        _take(lock, progress)
        yield


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
