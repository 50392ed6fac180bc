"""Every button, menu and modal; who may is judged at the click (law 5)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from daypass.adapters.slack import actions as act
from daypass.domain.ids import LeaseId, RequestId
from daypass.domain.lease import Lease, LeaseState
from daypass.domain.request import Request, RequestState
from tests.builders import a_profile
from tests.unit.bot.stage import Stage, read


def request_now(stage: Stage, request: RequestId) -> Request:
    """Return a request as stored."""
    found = stage.world.store.request(request)
    assert found is not None
    return found


def lease_now(stage: Stage, request: RequestId) -> Lease:
    """Return the first lease of a request as stored."""
    found = stage.world.store.lease(LeaseId(f"{request}-1"))
    assert found is not None
    return found


def test_approve_makes_lease_when_approver_clicks(stage: Stage) -> None:
    """The click that was needed makes the lease; the clicker alone is answered."""
    request = stage.pending()
    assert "Approved" in stage.click("bob", act.APPROVE, request)
    assert lease_now(stage, request).approvers == ("bob@example.com",)
    assert stage.slack.told("response")[-1]["replace_original"] is False


def test_approve_shortens_when_menu_is_used(stage: Stage) -> None:
    """The row names the request, the option the duration."""
    request = stage.pending()
    assert "for 30m" in stage.choose("bob", request, "30m")
    assert lease_now(stage, request).duration == timedelta(minutes=30)


@pytest.mark.parametrize("choice", ["2h", "soon", "-1h"])
def test_approve_refuses_when_menu_says_what_was_never_offered(stage: Stage, choice: str) -> None:
    """A forged choice neither lengthens nor breaks anything."""
    request = stage.pending()
    said = stage.choose("bob", request, choice)
    assert "may only shorten" in said or "Nothing was stored" in said
    assert request_now(stage, request).state is RequestState.PENDING


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("alice", "Nobody approves their own request. team:sre (bob, dan) could say yes."),
        ("carol", "You are not an approver of this request. team:sre (bob, dan) could say yes."),
        ("eve", "guests of the workspace"),
        ("nemo", "cannot use Daypass"),
    ],
)
def test_approve_refuses_and_names_who_could_when_clicker_may_not(
    stage: Stage, name: str, said: str
) -> None:
    """Authority is the clicker's, not the channel's."""
    request = stage.pending()
    assert said in stage.click(name, act.APPROVE, request)
    assert said in stage.choose(name, request, "30m")
    assert request_now(stage, request).state is RequestState.PENDING


def test_approve_refuses_when_requester_is_an_approver_too(stage: Stage) -> None:
    """Nobody approves their own request."""
    stage.say("bob", "to prod -g debug because INC-42")
    (request,) = stage.world.store.pending()
    assert "Nobody approves their own request." in stage.click("bob", act.APPROVE, request.id)
    assert "dan" in stage.click("bob", act.APPROVE, request.id)
    assert request_now(stage, request.id).state is RequestState.PENDING


def test_approve_refuses_when_approver_left_team_since(stage: Stage) -> None:
    """An approver is an approver at the moment of the click."""
    request = stage.pending()
    stage.world.people.put_usergroup("S0SRE", ["U0DAN"])  # type: ignore[list-item]
    assert "not an approver" in stage.click("bob", act.APPROVE, request)


def test_approve_refuses_when_approver_email_changed(stage: Stage) -> None:
    """An account whose email changed since it was trusted is nobody."""
    request = stage.pending()
    stage.say("bob", "whoami")
    stage.world.people.put(a_profile("bob", email="bob@elsewhere.org"))
    assert "an administrator must confirm" in stage.click("bob", act.APPROVE, request)
    assert request_now(stage, request).state is RequestState.PENDING


def test_approve_refuses_when_requester_became_nobody(stage: Stage) -> None:
    """What is provisioned rests on this click, so the requester is looked at, too."""
    request = stage.pending()
    stage.world.people.put(a_profile("alice", deactivated=True))
    assert "deactivated" in stage.click("bob", act.APPROVE, request)
    assert request_now(stage, request).state is RequestState.PENDING


def test_approve_says_who_was_first_when_clicked_again(stage: Stage) -> None:
    """A second click changes nothing and names who decided."""
    request = stage.pending()
    stage.click("bob", act.APPROVE, request)
    assert "already approved by <@U0BOB>" in stage.click("bob", act.APPROVE, request)
    assert "already approved by <@U0BOB>" in stage.click("dan", act.APPROVE, request)
    assert "already approved by <@U0BOB>" in stage.click("dan", act.DENY, request)
    assert len(request_now(stage, request).approvals) == 1


def test_approve_counts_once_when_two_click_at_once(stage: Stage) -> None:
    """Of two approvers at once one is first, the other is told so; there is one lease."""
    request = stage.pending()
    with ThreadPoolExecutor(max_workers=2) as both:
        list(both.map(lambda name: stage.click(name, act.APPROVE, request), ("bob", "dan")))
    told = [read(sent) for sent in stage.slack.told("response")]
    assert sum("Approved: debug" in said for said in told) == 1
    assert sum("is already approved by" in said for said in told) == 1
    assert len(request_now(stage, request).approvals) == 1


def test_click_is_done_once_when_delivered_twice(stage: Stage) -> None:
    """The same click, delivered again, is not a second answer."""
    request = stage.pending()
    again = {"action_ts": "7.7"}
    assert stage.click("bob", act.APPROVE, request, element=again)
    assert stage.click("bob", act.APPROVE, request, element=again) == ""


@pytest.mark.parametrize("value", ["", "nonsense", "zzzzzzzzzzzz", "k7q2m9x4t1bd"])
def test_click_refuses_when_value_names_nothing(stage: Stage, value: str) -> None:
    """A button of another time or place is answered."""
    for action in (act.APPROVE, act.DENY, act.REVOKE, act.RELEASE, act.CANCEL):
        said = stage.click("bob", action, value)
        assert "There is no request" in said or "You have no" in said


@pytest.mark.parametrize("action", [act.APPROVE, act.DENY, act.CANCEL])
def test_click_says_what_became_of_it_when_request_ended(stage: Stage, action: str) -> None:
    """A click on an ended request says how it ended."""
    request = stage.pending()
    stage.say("alice", "cancel")
    name = "alice" if action == act.CANCEL else "bob"
    assert "is already cancelled" in stage.click(name, action, request)


def test_click_says_it_timed_out_when_request_lapsed(stage: Stage) -> None:
    """A request nobody answered in time takes no yes, even before the timekeeper saw it."""
    request = stage.pending()
    stage.world.clock.advance(timedelta(hours=2))
    assert "is already timed out" in stage.click("bob", act.APPROVE, request)


def test_deny_opens_modal_with_the_triggers_first_use(stage: Stage) -> None:
    """The no asks why; the modal carries the request's id and nothing else."""
    request = stage.pending()
    assert stage.click("bob", act.DENY, request) == ""
    (opened,) = stage.slack.told("views.open")
    assert opened["trigger_id"].startswith("trigger.")
    assert opened["view"]["private_metadata"] == request
    assert request_now(stage, request).state is RequestState.PENDING


def test_deny_stores_reason_when_modal_comes_back(stage: Stage) -> None:
    """A no is stored with its reason; the modal closes at once."""
    request = stage.pending()
    ack = stage.send_off("bob", request, "use staging")
    assert (ack.status, ack.body) == (200, "")
    assert request_now(stage, request).approvals[-1].reason == "use staging"
    assert "Denied" in read(stage.slack.told("chat.postMessage")[-1])


@pytest.mark.parametrize("blank", ["  \n ", "\u2800", "\u0301", "\u200b"], ids=ascii)
def test_deny_keeps_modal_open_when_reason_is_blank(stage: Stage, blank: str) -> None:
    """What nobody can read is no reason."""
    request = stage.pending()
    ack = stage.send_off("bob", request, blank)
    assert act.DENY_REASON_BLOCK in ack.body
    assert request_now(stage, request).state is RequestState.PENDING


def test_deny_is_judged_anew_when_modal_comes_back(stage: Stage) -> None:
    """Whoever opened the modal, the one who sends it is judged; a no to them is told directly."""
    request = stage.pending()
    stage.send_off("carol", request, "because")
    (told,) = stage.slack.told("chat.postMessage")
    assert told["channel"] == "U0CAROL"
    assert "You are not an approver" in read(told)
    assert request_now(stage, request).state is RequestState.PENDING


def test_deny_is_done_once_when_modal_is_delivered_twice(stage: Stage) -> None:
    """A second delivery of the same modal tells nothing new."""
    request = stage.pending()
    view = {
        "id": "V1",
        "hash": "h",
        "callback_id": act.DENY_VIEW,
        "type": "modal",
        "private_metadata": request,
        "state": {"values": {act.DENY_REASON_BLOCK: {act.DENY_REASON: {"value": "no"}}}},
    }
    for _ in range(2):
        stage.send_off("bob", request, "no", view=view)
    assert len(stage.slack.told("chat.postMessage")) == 1


def test_cancel_takes_request_back_when_requester_clicks(stage: Stage) -> None:
    """The receipt's button."""
    request = stage.pending()
    assert "alice@example.com could" in stage.click("bob", act.CANCEL, request)
    assert "Cancelled" in stage.click("alice", act.CANCEL, request)


def test_revoke_and_release_end_one_lease(stage: Stage) -> None:
    """The card's and the message's buttons name one lease; each is for its own people."""
    request = stage.pending()
    stage.click("bob", act.APPROVE, request)
    lease = f"{request}-1"
    assert "could" in stage.click("carol", act.REVOKE, lease)
    assert "alice@example.com could" in stage.click("bob", act.RELEASE, lease)
    assert lease_now(stage, request).state is LeaseState.GRANTING
    assert "Ending" in stage.click("alice", act.RELEASE, lease)
    assert "is already revoking" in stage.click("bob", act.REVOKE, lease)


def test_revoke_ends_lease_when_approver_clicks(stage: Stage) -> None:
    """An approver ends what was approved."""
    request = stage.pending()
    stage.click("bob", act.APPROVE, request)
    assert "Ending" in stage.click("dan", act.REVOKE, f"{request}-1")
    assert lease_now(stage, request).state is LeaseState.REVOKING


def test_click_is_answered_when_action_is_unknown(stage: Stage) -> None:
    """A button of an older version is answered, not left to time out."""
    assert "does not know" in stage.click("bob", "explode", "x")
