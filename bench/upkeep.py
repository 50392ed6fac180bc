"""What leases cost when nothing happens to them: a look at a cluster, and idle processors."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bench.calm import until_calm
from bench.figures import timed
from bench.floor import Bare
from bench.holding import held
from bench.usage import cpu_shares
from sandbox.processes import without_proxies
from sandbox.stack import ROLES, Stack

PRODUCT: Final = ("bot", "grants", "notifications", "timekeeper", "valkey")
_IDLE: Final = 900.0
"""Seconds; each cluster is compared as a whole once in that time, and looked at thirty times."""
_BINDINGS: Final = "/apis/rbac.authorization.k8s.io/v1/rolebindings"
_OURS: Final = "labelSelector=app.kubernetes.io%2Fmanaged-by%3Ddaypass"
_PAGE: Final = 500
_LONG: Final = 300
"""Seconds: one look takes as long as it takes, and then there is no other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """Several looks of one fresh process at one cluster; `processor` is seconds of one for each."""

    seconds: Sequence[float]
    processor: float
    megabytes: Sequence[float]
    objects: int


def looks(stack: Stack, cluster: str) -> Looks:
    """Reconcile again and again in a process of its own, while the grants worker is held."""
    settings = stack.configured.environment("grants", *ROLES["grants"])
    with held(stack, "grants"):
        done = subprocess.run(
            (sys.executable, "-m", "bench.looking", cluster),
            env=without_proxies(os.environ) | settings,
            capture_output=True,
            check=True,
            timeout=_LONG,
        )
    said = json.loads(done.stdout)
    if said.pop("failed") or said.pop("removed") or said.pop("drifted"):
        raise RuntimeError(f"{cluster} was not as it should be: {done.stdout!r} {done.stderr!r}")
    return Looks(**said)


def listing(bare: Bare) -> float:
    """Return the seconds that it takes to list our objects page by page, over bare HTTP."""
    return timed(lambda: _listed(bare))[0]


def _listed(bare: Bare) -> int:
    token, count = "", 0
    while True:
        place = f"&continue={token}" if token else ""
        page = bare.call("GET", f"{_BINDINGS}?{_OURS}&limit={_PAGE}{place}", {})
        count += len(page["items"])
        token = page["metadata"].get("continue", "")
        if not token:
            return count


def idle(stack: Stack) -> Mapping[str, float]:
    """Return what each part takes of one processor while nobody does anything.

    Once the grants worker has seen what was made while it was held.
    """
    until_calm(stack)
    return cpu_shares(stack, _IDLE)
