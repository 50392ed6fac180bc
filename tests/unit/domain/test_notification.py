"""What Slack should have been told by now (law 9)."""

from dataclasses import replace

import pytest

from daypass.domain.lease import EndCause, Lease, LeaseState
from daypass.domain.notification import notifications
from daypass.domain.request import Approval, Request, RequestState
from tests.builders import NOON, a_lease, a_person, a_plan, a_request

YES = Approval(by=a_person("bob", "sre"), at=NOON, yes=True)
ASKED = a_request()
APPROVED = a_request(state=RequestState.APPROVED, approvals=(YES,))
GRANTED = a_lease(state=LeaseState.ACTIVE, granted_at=NOON)
ENDED = replace(GRANTED, state=LeaseState.ENDED, cause=EndCause.EXPIRED)
ONE = "k7q2m9x4t1bd-1"
TOLD = ["card", "thread:decided", f"thread:granted:{ONE}", f"direct:granted:{ONE}"]


@pytest.mark.parametrize(
    ("request_", "leases", "keys"),
    [
        (ASKED, (), ["card"]),
        (a_request(approvals=(YES,)), (), ["card", "thread:answered:1"]),
        (a_request(state=RequestState.CANCELLED), (), ["card", "thread:decided"]),
        (
            a_request(state=RequestState.DENIED),
            (),
            ["card", "thread:decided", "direct:decided"],
        ),
        (
            a_request(state=RequestState.LAPSED, approvals=(YES,)),
            (),
            ["card", "thread:answered:1", "thread:decided", "direct:decided"],
        ),
        (APPROVED, (a_lease(),), ["card", "thread:decided"]),
        (
            replace(APPROVED, approvals=(YES, YES)),
            (a_lease(),),
            ["card", "thread:answered:1", "thread:decided"],
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
            ["card", "thread:decided", f"thread:ended:{ONE}", f"direct:ended:{ONE}"],
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


def test_notifications_go_to_the_requester_alone_when_there_is_no_channel() -> None:
    """Without a channel only direct messages remain, and none hangs under a card."""
    quiet = replace(APPROVED, plan=a_plan(channel="", steps=()), approvals=())
    told = list(notifications(quiet, (GRANTED,), NOON))
    assert [(one.to, one.threaded) for one in told] == [("U0ALICE", False)]


def test_notifications_go_under_the_card_and_to_the_requester() -> None:
    """A lease's news carry the lease."""
    told = {one.key: one for one in notifications(APPROVED, (GRANTED,), NOON)}
    assert told["card"].to == told[f"thread:granted:{ONE}"].to == "C0APPROVE"
    assert told[f"thread:granted:{ONE}"].threaded
    assert told[f"direct:granted:{ONE}"].to == "U0ALICE"
    assert told[f"direct:granted:{ONE}"].lease == GRANTED
