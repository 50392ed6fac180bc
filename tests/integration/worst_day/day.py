"""One test's worst day: two clusters, a daypass.yaml, an install of its own, nothing that runs."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Final

from daypass.adapters.kubernetes.manifests import binding, collection
from daypass.domain.grant import (
    EXPIRES_AT,
    INSTALL,
    LEASE,
    MAC,
    MANAGED_BY,
    REQUESTER,
    GrantObject,
    Subject,
    seal,
)
from daypass.domain.instants import write_time
from daypass.domain.lease import SKEW, ObjectRef
from daypass.domain.roles import RoleRef
from sandbox.cluster.servers import Clusters, ClusterServer
from tests.docs.project import ROOT

KEY: Final = b"w" * 32
PAST: Final = -SKEW - timedelta(seconds=2)
"""From now; long enough ago to be past by any clock."""
SOON: Final = timedelta(minutes=10)
FAR: Final = datetime(2099, 1, 1, tzinfo=UTC)
_NUMBERS: Final = count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """Two clusters, a daypass.yaml, a namespace for one test, and nothing else that runs."""

    clusters: Clusters
    config: Path
    install: str
    namespace: str
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def prod(self) -> ClusterServer:
        """The cluster on which things happen."""
        return self.clusters["prod"]

    def put(self, found: GrantObject) -> str:
        """Create an object as somebody who may do anything; return its name."""
        self.prod.admin().post(collection(found.ref), dict(binding(found)))
        return found.ref.name

    def names(self) -> set[str]:
        """Return the names of what is under our label in the namespace of the test."""
        place = collection(ObjectRef(kind="RoleBinding", namespace=self.namespace, name=""))
        items = self.prod.admin().get(place)["items"]
        return {
            one["metadata"]["name"]
            for one in items
            if one["metadata"].get("labels", {}).get(MANAGED_BY) == "daypass"
        }

    def an_object(self, end: datetime | timedelta | None, **fields: str) -> GrantObject:
        """Return a sealed object; `end` is a moment, or from now. Fields: install, mac."""
        lease = f"w0rstday{next(_NUMBERS):04}-1"
        at = datetime.now(UTC) + end if isinstance(end, timedelta) else end
        said = {REQUESTER: "carol@example.com"} | ({EXPIRES_AT: write_time(at)} if at else {})
        install = fields.get("install", self.install)
        bare = GrantObject(
            ref=ObjectRef(
                kind="RoleBinding", namespace=self.namespace, name=f"daypass-{lease}-1-1"
            ),
            role=RoleRef(name="view"),
            subjects=(Subject(name="carol@example.com"),),
            labels={MANAGED_BY: "daypass", LEASE: lease, INSTALL: install},
            annotations=said,
        )
        mac = fields.get("mac") or seal(bare, cluster="prod", key=KEY)
        return replace(bare, annotations={**said, MAC: mac})

    def run(self, *arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
        """Run `daypass reconcile --no-redis` with no more than it needs."""
        environment = {"DAYPASS_CONFIG": str(self.config), **self.environment, **settings}
        return _ran("reconcile", "--no-redis", *arguments, environment=environment)


def _ran(*arguments: str, environment: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "daypass.cli", *arguments],
        capture_output=True,
        check=False,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        text=True,
        timeout=60,
    )
