"""`python -m bench.looking CLUSTER`: reconcile in a fresh process; seconds and memory as JSON.

Wired as a grants worker, by the same settings. Changes nothing that a reconciliation would not.
"""

import json
import os
import sys
from pathlib import Path
from time import process_time
from typing import Final

from bench.figures import timed
from daypass import logs
from daypass.ports import Claim
from daypass.settings import GrantsSettings
from daypass.usecases.grants.findings import Findings
from daypass.usecases.grants.reconcile import reconcile
from daypass.usecases.shared.rows import look_row
from workers.grants.worker import wire

_LOOKS: Final = 4
_ENOUGH: Final = 60.0
"""Seconds of looks after which no further one is made: a busy machine takes many for one."""


def main(cluster: str) -> None:
    """Print how long each look took, and by how much they raised the highest resident memory."""
    logs.configure("bench", sys.stderr)  # What is printed is one line of JSON.
    ports = wire(GrantsSettings.read(os.environ)).ports(cluster)
    now = ports.clock.now()
    # Nobody's claim: it postpones nothing.
    claim = Claim(promise=look_row(cluster, now), until=now)
    ports.cluster.discover()
    before = _peak()
    started = process_time()
    looks = list[tuple[float, Findings, float]]()
    while len(looks) < _LOOKS and sum(seconds for seconds, _, _ in looks) < _ENOUGH:
        seconds, found = timed(lambda: reconcile(claim, ports))
        looks.append((seconds, found, _peak() - before))
        print(f"{seconds:.1f} s, {found.objects} objects", file=sys.stderr, flush=True)
    said = {
        "seconds": [seconds for seconds, _, _ in looks],
        "processor": (process_time() - started) / len(looks),
        "megabytes": [peak for _, _, peak in looks],
        "objects": looks[0][1].objects,
        "failed": [found.failed for _, found, _ in looks if found.failed],
        "removed": sum(len(found.removed) for _, found, _ in looks),
        "drifted": sum(len(found.drifted) for _, found, _ in looks),
    }
    print(json.dumps(said))


def _peak() -> float:
    # Not ru_maxrss: that begins with what whoever started us had.
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))


if __name__ == "__main__":
    main(sys.argv[1])
