"""An install that is all well on the real prod, and whoever looks at it from a terminal."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from daypass.adapters.yaml import load
from daypass.cli.__main__ import main
from daypass.cli.rbac import needed
from sandbox.cluster.api import path_of
from sandbox.cluster.servers import Clusters, ClusterServer
from sandbox.configuration import write_configuration
from sandbox.kubeconfig import write_kubeconfig
from sandbox.seed import apply, worker_token
from tests.guard import until_guarded
from tests.leftovers import left_as_found

INSTALL: Final = "kept"
GROUP: Final = "rbac.authorization.k8s.io"
ROOT: Final = f"/apis/{GROUP}/v1"
WORKER: Final = f"daypass-worker-{INSTALL}"
JSON = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a command printed, and its exit status."""

    status: int
    text: str

    @property
    def lines(self) -> list[str]:
        """Line by line."""
        return self.text.splitlines()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The cluster with everything applied, the configuration, an administrator's kubeconfig."""

    server: ClusterServer
    file: Path
    kubeconfig: Path
    wanted: Mapping[str, JSON]
    """What is applied, as `KIND NAME`."""

    def run(self, capsys: pytest.CaptureFixture[str], *arguments: str) -> Said:
        """Run one command."""
        status = main(list(arguments))
        return Said(status=status, text=capsys.readouterr().out)

    def diff(self, capsys: pytest.CaptureFixture[str], *options: str) -> Said:
        """Compare the cluster, as administrator unless told otherwise."""
        as_admin = options or ("--kubeconfig", str(self.kubeconfig))
        return self.run(capsys, "rbac", str(self.file), "--cluster", "prod", "--diff", *as_admin)

    @contextmanager
    def without(self, what: str) -> Iterator[None]:
        """Inside it is not there."""
        manifest = self.wanted[what]
        self.server.admin().delete(path_of(manifest).split("?")[0])
        try:
            yield
        finally:
            apply(self.server, [manifest])

    @contextmanager
    def changed(self, what: str, **fields: Any) -> Iterator[None]:
        """Inside it says something else."""
        manifest = self.wanted[what]
        apply(self.server, [{**manifest, **fields}])
        try:
            yield
        finally:
            apply(self.server, [manifest])

    @contextmanager
    def beside(self, *manifests: JSON) -> Iterator[None]:
        """Inside these are there, too."""
        apply(self.server, manifests)
        try:
            yield
        finally:
            for one in manifests:
                self.server.admin().delete(path_of(one).split("?")[0])


def role(name: str, *rules: JSON, labels: JSON | None = None) -> JSON:
    """Return a ClusterRole."""
    return {
        "apiVersion": f"{GROUP}/v1",
        "kind": "ClusterRole",
        "metadata": {"name": name, "labels": labels or {}},
        "rules": [*rules],
    }


def binding(name: str, role: str, subject: JSON) -> JSON:
    """Return a ClusterRoleBinding."""
    return {
        "apiVersion": f"{GROUP}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": name},
        "roleRef": {"apiGroup": GROUP, "kind": "ClusterRole", "name": role},
        "subjects": [subject],
    }


@contextmanager
def kept(clusters: Clusters, folder: Path) -> Iterator[Kept]:
    """Apply everything for an install of its own; it is all gone afterwards."""
    prod, file = clusters["prod"], folder / "daypass.yaml"
    tokens = {server.name: folder / f"{server.name}-token" for server in clusters}
    for path in tokens.values():
        path.touch()
    write_configuration(file, clusters, tokens, install=INSTALL)
    with left_as_found(prod):
        manifests = needed(load(file).catalog, "prod")
        apply(prod, manifests)
        worker_token(prod, tokens["prod"], install=INSTALL)
        until_guarded(prod, INSTALL)
        admin = write_kubeconfig(folder / "admin", [prod.admin_context()])
        wanted = {f"{one['kind']} {one['metadata']['name']}": one for one in manifests}
        yield Kept(server=prod, file=file, kubeconfig=admin, wanted=wanted)
