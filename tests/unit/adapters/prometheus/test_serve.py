"""Metrics and health over HTTP, as Prometheus and a kubelet ask for them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import urllib3
from prometheus_client import CollectorRegistry, Counter

from daypass.adapters.prometheus.serve import Health, of_children, serving
from daypass.domain.errors import SettingsError

HERE = ("127.0.0.1", 0)
WELL = Health(lives=lambda: "", ready=lambda: "")
CHILD = """
from prometheus_client import CollectorRegistry
from daypass.adapters.prometheus.meters import Meters
from tests.unit.adapters.prometheus.events import GRANTED
Meters(CollectorRegistry()).count([GRANTED])
"""


def get(port: int, path: str) -> tuple[int, str]:
    """Ask on loopback."""
    with urllib3.PoolManager(retries=False, timeout=5) as http:
        answer = http.request("GET", f"http://127.0.0.1:{port}{path}")
        return answer.status, answer.data.decode()


def test_serves_metrics_and_health() -> None:
    """Each has its path; a wrong one names them."""
    registry = CollectorRegistry()
    Counter("things", "Things.", registry=registry).inc(3)
    with serving(HERE, registry, WELL) as port:
        assert "things_total 3.0" in get(port, "/metrics")[1]
        assert get(port, "/healthz") == (200, "ok\n")
        assert get(port, "/readyz") == (200, "ok\n")
        status, text = get(port, "/")
        assert status == 404
        assert "/metrics" in text


def test_says_what_is_wrong() -> None:
    """Whoever asks reads why a process is not ready, or is stuck."""
    ill = Health(lives=lambda: "it has been stuck for 11 s", ready=lambda: "Redis does not answer")
    with serving(HERE, CollectorRegistry(), ill) as port:
        assert get(port, "/healthz") == (503, "it has been stuck for 11 s\n")
        assert get(port, "/readyz") == (503, "Redis does not answer\n")


def test_serves_nothing_where_no_address_is_set() -> None:
    """It is off unless somebody asks for it."""
    with serving(None, CollectorRegistry(), WELL) as port:
        assert port == 0


def test_a_taken_port_is_a_wrong_setting() -> None:
    """The process says which setting to change instead of running unseen."""
    with (
        serving(HERE, CollectorRegistry(), WELL) as port,
        pytest.raises(SettingsError, match=r"DAYPASS_HEALTH: 127\.0\.0\.1:\d+ cannot be listened"),
        serving(("127.0.0.1", port), CollectorRegistry(), WELL),
    ):
        pass


def test_what_children_count_is_added_up(tmp_path: Path) -> None:
    """One address per role, however many processes it keeps, also after they have ended."""
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    for _ in range(2):
        subprocess.run([sys.executable, "-c", CHILD], env=environment, check=True, timeout=60)
    with serving(HERE, of_children(str(tmp_path)), WELL) as port:
        text = get(port, "/metrics")[1]
    assert 'daypass_attempts_total{cluster="prod",kind="grant",result="done"} 2.0' in text
