"""How the cluster's binaries are built: from what, by which command, and what makes them others."""

import hashlib
import os
import re
from collections.abc import Sequence
from pathlib import Path

from sandbox.errors import SandboxError

MODULE = Path(__file__).parent  # The folder of go.mod and go.sum.

PACKAGES = {
    "etcd": "go.etcd.io/etcd/server/v3",
    "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
    # Four of the stock program's controllers: the others bring volumes and clouds, never run here.
    "kube-controller-manager": "./controllers",
    "kubectl": "k8s.io/kubernetes/cmd/kubectl",
}
# What `go build` calls the program of a package when it makes several.
_MADE = {"etcd": "server", "kube-controller-manager": "controllers"}
_COMPILER = "-gcflags=all=-dwarf=false"  # -s -w would drop what a debugger needs anyway.


def build_command(go: Path, names: Sequence[str], folder: Path) -> list[str]:
    """One build for all: what they share is compiled once. Each package is printed as it begins."""
    packages = [PACKAGES[name] for name in names]
    return [str(go), "build", "-v", *_flags(), "-o", f"{folder}{os.sep}", *packages]


def list_command(go: Path, names: Sequence[str]) -> list[str]:
    """Prints every package that may have to be compiled; fetches the sources first."""
    return [str(go), "list", "-deps", *(PACKAGES[name] for name in names)]


def made(name: str, folder: Path) -> Path:
    """Where `build_command` puts a binary."""
    return folder / _MADE.get(name, name)


def go_environment() -> dict[str, str]:
    """For both commands. The compiler collects its garbage less often: a tenth less work."""
    return {
        "GOGC": "400",
        "GOMEMLIMIT": "2GiB",  # For each compiler; there are as many as cores.
        **os.environ,
        "CGO_ENABLED": "0",  # No C compiler is needed, and the binaries run anywhere.
        "GOFLAGS": "-mod=readonly -trimpath -buildvcs=false",
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
    }


def fingerprint(module: Path = MODULE) -> str:
    """Of everything in the repository that decides what the binaries are."""
    parts = [module / "go.mod", module / "go.sum", *sorted((module / "controllers").glob("*.go"))]
    whole = hashlib.sha256(repr((_flags(), sorted(PACKAGES.items()))).encode())
    for part in parts:
        whole.update(hashlib.sha256(part.read_bytes()).digest())
    return whole.hexdigest()[:16]


def kubernetes_version(go_mod: str) -> str:
    """The version of k8s.io/kubernetes that a go.mod pins, as "v1.36.3"."""
    found = re.search(r"^\s*k8s\.io/kubernetes (v\S+)$", go_mod, re.MULTILINE)
    if found is None:
        raise SandboxError("sandbox/cluster/go.mod does not require k8s.io/kubernetes.")
    return found[1]


def _flags() -> list[str]:
    version = kubernetes_version((MODULE / "go.mod").read_text())
    return [_COMPILER, "-ldflags", _link_flags(version)]


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
