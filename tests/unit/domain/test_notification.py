"""What Slack should have been told by now (law 9)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daypass.domain.lease import EndCause, Lease, LeaseState
from daypass.domain.notification import Topic, notifications
from daypass.domain.request import Approval, Request, RequestState
from tests.builders import NOON, a_lease, a_person, a_plan, a_request

YES = Approval(by=a_person("bob", "sre"), at=NOON, yes=True)
ASKED = a_request()
APPROVED = a_request(state=RequestState.APPROVED, approvals=(YES,))
GRANTED = a_lease(state=LeaseState.ACTIVE, granted_at=NOON)
RUNNING = replace(GRANTED, ends_at=NOON + timedelta(hours=1))
ENDED = replace(GRANTED, state=LeaseState.ENDED, cause=EndCause.EXPIRED)
ONE = "k7q2m9x4t1bd-1"
CARD = "card:C0APPROVE"
TOLD = [CARD, "thread:decided", f"thread:granted:{ONE}", f"direct:granted:{ONE}"]


@pytest.mark.parametrize(
    ("request_", "leases", "keys"),
    [
        (ASKED, (), [CARD]),
        (a_request(approvals=(YES,)), (), [CARD, "thread:answered:1"]),
        (a_request(state=RequestState.CANCELLED), (), [CARD, "thread:decided"]),
        (
            a_request(state=RequestState.DENIED),
            (),
            [CARD, "thread:decided", "direct:decided"],
        ),
        (
            a_request(state=RequestState.LAPSED, approvals=(YES,)),
            (),
            [CARD, "thread:answered:1", "thread:decided", "direct:decided"],
        ),
        (APPROVED, (a_lease(),), [CARD, "thread:decided"]),
        (
            replace(APPROVED, approvals=(YES, YES)),
            (a_lease(),),
            [CARD, "thread:answered:1", "thread:decided"],
        ),
        (
            APPROVED,
            (GRANTED,),
            TOLD,
        ),
        (
            APPROVED,
            (ENDED,),
            [*TOLD, f"thread:ended:{ONE}", f"direct:ended:{ONE}"],
        ),
        (
            APPROVED,
            (a_lease().ending(EndCause.FAILED),),
            [CARD, "thread:decided", f"thread:ended:{ONE}", f"direct:ended:{ONE}"],
        ),
        (
            APPROVED,
            (GRANTED.ending(EndCause.RELEASED),),
            TOLD,
        ),
    ],
    ids=["asked", "one yes of two", "cancelled", "denied", "lapsed", "approved",
         "approved by two", "granted", "ended", "failed at once", "ending"],
)  # fmt: skip
def test_notifications_follow_from_state(
    request_: Request, leases: tuple[Lease, ...], keys: list[str]
) -> None:
    """Laws 4 and 9: news follow from state alone; granted and ended only once proven."""
    assert [one.key for one in notifications(request_, leases, NOON)] == keys


@pytest.mark.parametrize(
    ("minutes", "reminder"), [(14, []), (15, [1]), (29, [1]), (30, [2]), (59, [2]), (60, [])]
)
def test_notifications_hold_the_last_reminder_that_is_due(
    minutes: int, reminder: list[int]
) -> None:
    """Approvers who were not reminded in time are reminded once, never after the time-out."""
    told = notifications(ASKED, (), NOON + timedelta(minutes=minutes))
    found = [(one.key, one.to, one.threaded) for one in told if one.topic is Topic.REMINDED]
    assert found == [(f"thread:reminded:{n}:C0APPROVE", "C0APPROVE", True) for n in reminder]


def test_notifications_remind_nobody_where_there_is_no_channel() -> None:
    """A reminder is for a thread; without a card there is none."""
    quiet = replace(ASKED, plan=a_plan(channels=()))
    late = NOON + timedelta(minutes=20)
    assert not list(notifications(quiet, (), late))


@pytest.mark.parametrize(
    ("minutes", "warning"), [(44, []), (45, [1]), (54, [1]), (55, [2]), (59, [2]), (60, [])]
)
def test_notifications_hold_the_last_warning_that_is_due(minutes: int, warning: list[int]) -> None:
    """The holder is warned of the end once for each moment, never at or after it."""
    found = warned(RUNNING, minutes)
    end = NOON + timedelta(hours=1)
    assert found == [f"direct:warned:{ONE}:{end.timestamp():.0f}:{n}" for n in warning]


def test_notifications_warn_anew_when_the_end_is_another() -> None:
    """Warnings of an end that was moved are no warnings of the new one."""
    later = replace(RUNNING, ends_at=NOON + timedelta(hours=2))
    assert warned(later, 59) == []
    assert set(warned(later, 106)).isdisjoint(warned(RUNNING, 46))


def warned(lease: Lease, minutes: int) -> list[str]:
    """Return the keys of the warnings that are to have been given by then."""
    told = notifications(APPROVED, (lease,), NOON + timedelta(minutes=minutes))
    return [one.key for one in told if one.topic is Topic.WARNED]


def test_notifications_go_to_the_requester_alone_when_there_is_no_channel() -> None:
    """Without a channel only direct messages remain, and none hangs under a card."""
    quiet = replace(APPROVED, plan=a_plan(channels=(), steps=()), approvals=())
    told = list(notifications(quiet, (GRANTED,), NOON))
    assert [(one.to, one.threaded) for one in told] == [("U0ALICE", False)]


def test_notifications_go_under_the_card_and_to_the_requester() -> None:
    """A lease's news carry the lease."""
    told = {one.key: one for one in notifications(APPROVED, (GRANTED,), NOON)}
    assert told[CARD].to == told[f"thread:granted:{ONE}"].to == "C0APPROVE"
    assert told[f"thread:granted:{ONE}"].threaded
    assert told[f"direct:granted:{ONE}"].to == "U0ALICE"
    assert told[f"direct:granted:{ONE}"].lease == GRANTED
