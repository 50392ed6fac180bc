"""What `daypass rbac` prints is what kubectl takes, as often as an administrator applies it."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from daypass.adapters.kubernetes.cluster import ApiCluster
from daypass.domain.access import ClusterAccess
from daypass.domain.epoch import Watermark
from daypass.domain.errors import PermanentOutsideError
from sandbox.cluster.binaries import Binaries
from sandbox.cluster.servers import Clusters, ClusterServer
from sandbox.configuration import write_configuration
from sandbox.kubeconfig import write_kubeconfig
from sandbox.seed import worker_token
from tests.docs.project import ROOT
from tests.guard import refuses, until_guarded
from tests.integration.test_sandbox_cluster import _kubectl
from tests.leftovers import left_as_found

pytestmark = pytest.mark.real

INSTALL = "applied"
MARK = Watermark(epoch="one", event="7-1", at=datetime(2026, 1, 5, 9, 0, tzinfo=UTC))


@pytest.fixture
def dev(clusters: Clusters) -> Iterator[ClusterServer]:
    """The real dev; what the test's install has there goes when the test is over."""
    with left_as_found(clusters["dev"]):
        yield clusters["dev"]


def _printed(clusters: Clusters, folder: Path, *options: str) -> Path:
    """Run `daypass rbac` for dev; return the file that an administrator would apply."""
    tokens = {server.name: folder / f"{server.name}-token" for server in clusters}
    for token in tokens.values():
        token.touch()
    write_configuration(folder / "daypass.yaml", clusters, tokens, install=INSTALL)
    line = ["rbac", str(folder / "daypass.yaml"), "--cluster", "dev", *options]
    done = subprocess.run(
        [sys.executable, "-m", "daypass.cli", *line],
        capture_output=True,
        check=True,
        cwd=ROOT,
        text=True,
        timeout=60,
    )
    made = folder / "rbac.yaml"
    made.write_text(done.stdout)
    return made


def test_rights_and_guard_hold_when_applied_by_kubectl(
    clusters: Clusters, dev: ClusterServer, binaries: Binaries, tmp_path: Path
) -> None:
    """Applied again they take nothing away: the watermark stays (law 10)."""
    admin = write_kubeconfig(tmp_path / "kubeconfig", [dev.admin_context()])
    cluster = _cluster(dev, tmp_path / "dev-token")
    bare = _printed(clusters, tmp_path, "--no-guard")
    assert _kubectl(binaries, admin, ["apply", "-f", str(bare)]).returncode == 0
    assert not refuses(dev, INSTALL)
    worker_token(dev, tmp_path / "dev-token", install=INSTALL)
    assert cluster.watermark() is None
    cluster.keep_watermark(MARK)
    whole = _printed(clusters, tmp_path)
    applied = _kubectl(binaries, admin, ["apply", "-f", str(whole)])
    assert (applied.returncode, applied.stderr) == (0, "")
    until_guarded(dev, INSTALL)
    worker_token(dev, tmp_path / "dev-token", install=INSTALL)
    assert cluster.watermark() == MARK
    again = _kubectl(binaries, admin, ["apply", "-f", str(whole)]).stdout.splitlines()
    assert again
    assert all(line.endswith("unchanged") for line in again), again
    assert cluster.watermark() == MARK
    cluster.close()


def test_worker_writes_its_own_watermark_only(
    clusters: Clusters, dev: ClusterServer, binaries: Binaries, tmp_path: Path
) -> None:
    """Its right is for one ConfigMap, by name (law 8)."""
    admin = write_kubeconfig(tmp_path / "kubeconfig", [dev.admin_context()])
    made = _printed(clusters, tmp_path)
    assert _kubectl(binaries, admin, ["apply", "-f", str(made)]).returncode == 0
    until_guarded(dev, INSTALL)
    token = worker_token(dev, tmp_path / "dev-token", install=INSTALL)
    foreign = _cluster(dev, token, install="contract")
    with pytest.raises(PermanentOutsideError, match="apply what `daypass rbac` prints"):
        foreign.keep_watermark(MARK)
    foreign.close()


def _cluster(server: ClusterServer, token: Path, install: str = INSTALL) -> ApiCluster:
    access = ClusterAccess(server=server.url, ca_file=server.ca_file, token_file=token)
    return ApiCluster("dev", access, install=install, now=lambda: datetime.now(UTC))
