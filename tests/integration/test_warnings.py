"""Warnings and reminders arrive once. Leases and requests are made older instead of waited for."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daypass.adapters.redis.ids import RandomIds
from daypass.domain.ids import RequestId
from daypass.ports import Change, PromiseKind
from tests.integration.telling import is_seen_to, promised
from tests.talk import APPROVALS, DIRECT
from tests.whole import Whole

pytestmark = pytest.mark.real

WARN, REMIND = PromiseKind.WARN, PromiseKind.REMIND


def runs_for(
    whole: Whole, request: RequestId, by: timedelta, left: timedelta | None = None
) -> None:
    """Let a lease have begun earlier, by so much; its end stays, or is so far away."""
    lease = whole.lease(request)
    end = lease.ends_at if left is None else whole.clock.now() + left
    older = replace(lease, approved_at=lease.approved_at - by, ends_at=end)
    whole.store.commit(Change(move=RandomIds().move(), leases=(older,)))


def waits_for(whole: Whole, request: RequestId, by: timedelta) -> None:
    """Let a request have been made earlier, by so much; its time-out stays."""
    asked = whole.request(request)
    older = replace(asked, asked_at=asked.asked_at - by)
    whole.store.commit(Change(move=RandomIds().move(), requests=(older,)))


def warnings(whole: Whole, request: RequestId) -> int:
    """Count the warnings about a request's first lease that alice sees."""
    seen = whole.slack.messages("alice", DIRECT)
    return sum("Ends soon" in one["as_text"] and request in one["as_text"] for one in seen)


def reminders(whole: Whole, request: RequestId) -> int:
    """Count the reminders under a request's card."""
    card = whole.card(request)["ts"]
    seen = whole.slack.messages("bob", APPROVALS)
    return sum("Still waiting" in one["as_text"] and one.get("thread_ts") == card for one in seen)


def test_holder_is_warned_once_with_the_lines_to_type(whole: Whole) -> None:
    """10 minutes before the end of an hour: one message, whoever wakes the worker again."""
    request = whole.grants()
    lease = f"{request}-1"
    assert warnings(whole, request) == 0
    runs_for(whole, request, timedelta(minutes=50))
    for _ in range(3):
        is_seen_to(whole, WARN, lease)
    warning = whole.direct("alice", "Ends soon", lease)["as_text"]
    assert f"/access extend {lease} 30m" in warning
    assert f"/access release {lease}" in warning
    assert warnings(whole, request) == 1


def test_holder_is_not_warned_after_the_end(whole: Whole) -> None:
    """A wake-up that comes late says nothing, also where the revocation is later still."""
    request = whole.grants()
    lease = f"{request}-1"
    runs_for(whole, request, timedelta(minutes=50), left=timedelta(seconds=-1))
    is_seen_to(whole, WARN, lease)
    assert warnings(whole, request) == 0


def test_approvers_are_reminded_once_and_not_of_what_is_decided(whole: Whole) -> None:
    """A request of 20 minutes ago: one post in its thread mentions who could say yes."""
    request = whole.asks()
    whole.card(request, "Pending")
    waits_for(whole, request, timedelta(minutes=20))
    for _ in range(2):
        is_seen_to(whole, REMIND, request)
    assert "@sre" in whole.thread(request, "Still waiting")["as_text"]
    assert reminders(whole, request) == 1
    whole.says("alice", f"cancel {request}")
    assert promised(whole, REMIND, request) is None
    is_seen_to(whole, REMIND, request)
    assert promised(whole, REMIND, request) is None
    assert reminders(whole, request) == 1
