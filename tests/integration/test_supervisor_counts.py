"""What children count lasts longer than they do, and takes no more room the more of them die."""

import sys
from pathlib import Path
from threading import Event
from typing import Final

import pytest
from prometheus_client import CollectorRegistry

from daypass.adapters.prometheus.serve import of_children
from workers.supervisor import Look, Pace, supervise

PACE: Final = Pace(first_wait=0.0, longest_wait=0.0)
PLACES: Final = 2
LIVES: Final = 6
"""That end one after another in each place or so."""
CHILD: Final = """
import sys
from prometheus_client import CollectorRegistry
from daypass.adapters.prometheus.children import count_in
count_in(int(sys.argv[-1]))
from daypass.adapters.prometheus.meters import Meters
from tests.unit.adapters.prometheus.events import GRANTED
Meters(CollectorRegistry()).count([GRANTED])
"""
COUNTED: Final = {"kind": "grant", "result": "done", "cluster": "prod"}


def granted(registry: CollectorRegistry) -> float:
    """Return what all of them counted together."""
    return registry.get_sample_value("daypass_attempts_total", COUNTED) or 0


def test_children_that_die_again_and_again_leave_no_more_files_than_there_are_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each life goes on counting where the one before ended: nothing is lost, and nothing grows."""
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(Path.cwd()))
    stop, registry = Event(), of_children(str(tmp_path))

    def told(_: Look) -> None:
        if granted(registry) >= LIVES * PLACES:
            stop.set()

    assert supervise((sys.executable, "-c", CHILD), PLACES, pace=PACE, stop=stop, told=told) == 0
    assert granted(registry) >= LIVES * PLACES
    kinds = {path.name.rpartition("_")[0] for path in tmp_path.iterdir()}
    assert len(list(tmp_path.iterdir())) <= PLACES * len(kinds)
