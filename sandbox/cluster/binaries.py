"""Where the cluster's four binaries are: given by KUBEBUILDER_ASSETS, else built into the cache.

Looks only; `sandbox.cluster.build` builds.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox.cluster.go import installed_go
from sandbox.cluster.recipe import fingerprint
from sandbox.errors import SandboxError

NAMES = ("etcd", "kube-apiserver", "kube-controller-manager", "kubectl")


@dataclass(frozen=True, slots=True, kw_only=True)
class Binaries:
    """The paths of what a cluster runs, and of the kubectl that belongs to it."""

    etcd: Path
    kube_apiserver: Path
    kube_controller_manager: Path
    kubectl: Path

    @classmethod
    def of(cls, paths: Mapping[str, Path]) -> "Binaries":
        """From paths by the names in NAMES; all four must be there."""
        return cls(**{name.replace("-", "_"): paths[name] for name in NAMES})


def find_binaries(environment: Mapping[str, str]) -> Binaries:
    """The binaries, without building.

    Raises:
        SandboxError: some are missing; the text says which, and what builds them.
    """
    go = installed_go()
    folder = cache_of(environment, go[1]) if go else newest_cache(environment)
    paths = located(environment, folder)
    missing = [name for name in NAMES if name not in paths]
    if missing:
        raise SandboxError(f"{', '.join(missing)}: not built yet. Build once with: make cluster")
    return Binaries.of(paths)


def located(environment: Mapping[str, str], cache: Path | None) -> dict[str, Path]:
    """Name to path of the binaries that are there; KUBEBUILDER_ASSETS wins over the cache."""
    assets = environment.get("KUBEBUILDER_ASSETS")
    folders = [folder for folder in (cache, Path(assets) if assets else None) if folder]
    return {
        name: folder / name
        for folder in folders
        for name in NAMES
        if shutil.which(name, path=str(folder))
    }


def cache_of(environment: Mapping[str, str], go_version: str) -> Path:
    """The folder of what this Go makes of this recipe; outside the repository."""
    return _cache_root(environment) / f"{fingerprint()}-{go_version}"


def newest_cache(environment: Mapping[str, str]) -> Path | None:
    """Where no Go is left to ask for its version: the newest folder for this recipe."""
    folders = list(_cache_root(environment).glob(f"{fingerprint()}-*"))
    return max(folders, key=lambda folder: folder.stat().st_mtime, default=None)


def _cache_root(environment: Mapping[str, str]) -> Path:
    return _cache_home(environment) / "daypass" / "cluster"


def _cache_home(environment: Mapping[str, str]) -> Path:
    named = environment.get("XDG_CACHE_HOME")
    try:
        return Path(named) if named else Path.home() / ".cache"
    except RuntimeError as error:
        raise SandboxError("No home to keep a cache in: set HOME or XDG_CACHE_HOME.") from error
