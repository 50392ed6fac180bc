"""What Prometheus and a kubelet read of each role, from the running processes."""

from functools import partial

import pytest
import urllib3

from daypass.domain.lease import LeaseState
from tests.whole import PRODUCT, Whole

pytestmark = pytest.mark.real


def get(whole: Whole, role: str, path: str) -> tuple[int, str]:
    """Ask a role."""
    with urllib3.PoolManager(retries=False, timeout=10) as http:
        answer = http.request("GET", f"{whole.stack.health_of(role)}{path}")
        return answer.status, answer.data.decode()


def sample(whole: Whole, role: str, name: str) -> float:
    """Return the sum of a metric's samples that begin with `name`; 0 where there is none."""
    lines = get(whole, role, "/metrics")[1].splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))


def says(whole: Whole, role: str, status: int) -> bool:
    """Whether a role answers so when it is asked whether it is ready; not where nobody listens."""
    try:
        return get(whole, role, "/readyz")[0] == status
    except urllib3.exceptions.NewConnectionError:
        return False


@pytest.fixture(autouse=True)
def _all_serve(whole: Whole) -> None:
    """A test before may have started one of them anew: what it serves comes a moment later."""
    whole.until(lambda: all(says(whole, role, 200) for role in PRODUCT), "all four serve")


@pytest.mark.parametrize("role", PRODUCT)
def test_every_role_says_that_it_lives_and_is_ready(whole: Whole, role: str) -> None:
    """All four serve the same three paths."""
    whole.until(lambda: get(whole, role, "/readyz") == (200, "ok\n"), f"{role} is ready")
    assert get(whole, role, "/healthz") == (200, "ok\n")
    assert "# HELP daypass_" in get(whole, role, "/metrics")[1]


def test_a_grant_and_its_end_are_counted(whole: Whole) -> None:
    """What one child process of the grants worker did is read at the role's one address."""
    granted = 'daypass_attempts_total{cluster="prod",kind="grant",result="done"}'
    lag = 'daypass_revoke_lag_seconds_count{cluster="prod"}'
    before = sample(whole, "grants", granted), sample(whole, "grants", lag)
    request = whole.grants("alice", 'to prod --k8sGroup=debug --duration 3s --reason "INC-42"')
    whole.reaches(request, LeaseState.ENDED)
    whole.until(lambda: sample(whole, "grants", lag) > before[1], "the end is counted")
    assert sample(whole, "grants", granted) == before[0] + 1


def test_the_timekeeper_says_how_things_stand(whole: Whole) -> None:
    """Overdue promises, the last reconcile, restore mode and queues are asked of the store."""
    assert sample(whole, "timekeeper", "daypass_store_up") == 1
    assert sample(whole, "timekeeper", 'daypass_overdue_promises{set="prod"}') < 5
    seen = sample(whole, "timekeeper", "daypass_last_reconcile_timestamp_seconds")
    assert seen > 1_000_000_000
    assert sample(whole, "timekeeper", "daypass_restoring") == 0
    assert "daypass_queue_depth" in get(whole, "timekeeper", "/metrics")[1]


def test_a_role_without_redis_is_not_ready(whole: Whole) -> None:
    """It says what is missing, and is ready again by itself; it need not be restarted."""
    whole.stack.valkey.kill()
    try:
        for role in PRODUCT:
            whole.until(partial(says, whole, role, 503), f"{role} says so")
            assert "Redis" in get(whole, role, "/readyz")[1]
    finally:
        whole.stack.valkey.start_again()
    for role in PRODUCT:
        whole.until(partial(says, whole, role, 200), f"{role} is ready")


def test_an_end_needs_no_timekeeper(whole: Whole) -> None:
    """The grants worker looks by itself: nobody has to wake it for what is overdue (law 10)."""
    request = whole.grants("alice", 'to prod --k8sGroup=debug --duration 4s --reason "INC-42"')
    with whole.frozen("timekeeper"):
        whole.reaches(request, LeaseState.ENDED)
    assert not whole.objects()
