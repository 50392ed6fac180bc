"""Processes that die, Redis and Slack that go away: nothing is lost, nothing granted stays."""

from datetime import timedelta

import pytest

from daypass.adapters.redis.heartbeats import RedisHeartbeats
from daypass.domain.ids import RequestId, lease_id
from daypass.domain.lease import EndCause, LeaseState
from daypass.domain.policy import TIMEKEEPER_SILENCE
from daypass.usecases.shared.judging import TIMEKEEPER_PROCESS
from sandbox import proctable
from sandbox.cluster.servers import api_server
from sandbox.processes import Processes
from tests.talk import APPROVALS, ASK, SOON
from tests.whole import Whole, frozen

pytestmark = pytest.mark.real

_SHORT = ASK.replace("10m", "3s")


def _killed_in_mid_provision(whole: Whole, processes: Processes) -> RequestId:
    """Let bob approve, and kill the worker as soon as an attempt is stored, its create under way.

    The API server hangs from then on until the worker is dead.
    """
    request = whole.asks()
    whole.card(request, "Pending")
    whole.slack.click("bob", APPROVALS, match=request, action="approve")
    _meets_attempt(whole, request)
    with frozen(processes[api_server("prod")]):
        whole.stack.processes.kill("grants")
    return request


def _meets_attempt(whole: Whole, request: RequestId) -> None:
    """Return in the moment in which an attempt is stored: a create takes milliseconds."""
    late = whole.clock.now() + timedelta(seconds=SOON)
    while not (lease := whole.store.lease(lease_id(request, 1))) or lease.attempt is None:
        assert whole.clock.now() < late, "an attempt"


def test_threads_of_a_worker_share_a_heap(whole: Whole) -> None:
    """With one for each of tens of threads it would be some megabytes larger."""
    group = whole.stack.processes["grants"].pid
    sharing = proctable.pids_with("MALLOC_ARENA_MAX", "1")
    assert any(proctable.group_of(pid) == group for pid in sharing if pid != group)


def test_finishes_when_grants_worker_is_killed_in_mid_provision(
    whole: Whole, processes: Processes
) -> None:
    """The attempt that is stored goes on: one object, proven, said (law 2)."""
    request = _killed_in_mid_provision(whole, processes)
    whole.revive("grants")
    whole.card(request, "Granted")
    assert len(whole.objects()) == 1
    assert whole.sees_pods("alice")


def test_undoes_when_lease_is_released_while_its_worker_is_dead(
    whole: Whole, processes: Processes
) -> None:
    """Whatever the dead worker had sent is looked for until nothing can land any more."""
    request = _killed_in_mid_provision(whole, processes)
    whole.says("alice", f"release {request}")
    whole.revive("grants")
    assert whole.lease(request).state is LeaseState.REVOKING
    whole.ages(request)
    whole.card(request, "Ended", "released by its holder")
    assert not whole.objects()
    assert not whole.sees_pods("alice")


def test_grants_and_tells_later_when_notifications_worker_is_killed(whole: Whole) -> None:
    """Slack is a view: access does not wait for it, and nothing is said twice (law 9)."""
    request = whole.asks()
    whole.card(request, "Pending")
    whole.stack.processes.kill("notifications")
    whole.clicks("bob", "approve", request)
    whole.reaches(request, LeaseState.ACTIVE)
    assert whole.sees_pods("alice")
    whole.revive("notifications")
    whole.card(request, "Granted")
    whole.direct("alice", "Granted", f"{request}-1")
    seen = whole.slack.messages("bob", APPROVALS)
    cards = [m for m in seen if request in m["as_text"] and not m["is_ephemeral"]]
    assert len(cards) == 1


def test_takes_clicks_on_old_cards_when_bot_was_restarted(whole: Whole) -> None:
    """A button carries an id and nothing that a process would have to remember."""
    request = whole.asks()
    whole.card(request, "Pending")
    whole.restart_bot()
    whole.clicks("bob", "approve", request)
    whole.card(request, "Granted")


def test_refuses_new_requests_when_nobody_keeps_time(whole: Whole) -> None:
    """The interlock: what nobody would end is not granted; what is due ends all the same."""
    request = whole.grants("alice", _SHORT)
    whole.stack.processes.kill("timekeeper")
    silence = TIMEKEEPER_SILENCE
    whole.until(lambda: _unheard_for(whole) > silence, "the timekeeper's silence is noticed")
    said = "No access is granted while no timekeeper runs, for nobody would end it on time."
    assert said in whole.says("carol", ASK)
    assert whole.reaches(request, LeaseState.ENDED).cause is EndCause.EXPIRED
    assert not whole.sees_pods("alice")
    whole.revive("timekeeper")
    whole.card(request, "Ended", "its time is up")
    whole.until(lambda: _unheard_for(whole) < silence, "the timekeeper is heard again")
    assert "Pending" in whole.says("carol", ASK)


def _unheard_for(whole: Whole) -> timedelta:
    heard = RedisHeartbeats(whole.client).heard(TIMEKEEPER_PROCESS)
    assert heard is not None
    return whole.clock.now() - heard


def test_loses_nothing_when_redis_is_killed(whole: Whole) -> None:
    """What was answered for is there afterwards: request, lease, its end on time."""
    pending = whole.asks("carol")
    whole.card(pending, "Pending")
    lasting = whole.grants()
    ending = whole.grants("alice", 'to prod --k8sGroup=platform-admins --duration 4s --reason "x"')
    whole.stack.valkey.kill()
    try:
        answer = whole.says("alice", "leases")
    finally:
        whole.stack.valkey.start_again()
    assert "answer" in answer
    assert "Reference" in answer
    whole.card(ending, "Ended", "its time is up")
    assert whole.lease(lasting).state is LeaseState.ACTIVE
    whole.clicks("bob", "approve", pending)
    whole.card(pending, "Granted")
    assert whole.sees_pods("carol")


def test_grants_and_ends_when_slack_is_down_after_the_click(whole: Whole) -> None:
    """No failure of Slack delays anything on a cluster; what was to be said is said later."""
    request = whole.asks("alice", _SHORT)
    whole.card(request, "Pending")
    with whole.frozen("notifications"):
        whole.clicks("bob", "approve", request)
        whole.slack.set_faults(down=True)
    whole.until(lambda: whole.lease(request).granted_at is not None, "it is granted")
    assert whole.reaches(request, LeaseState.ENDED).cause is EndCause.EXPIRED
    assert not whole.objects()
    assert not whole.sees_pods("alice")
    whole.slack.clear_faults()
    whole.slack.wait_for_app(within=SOON)
    whole.card(request, "Ended", "its time is up")
    whole.direct("alice", "Ended", f"{request}-1")
