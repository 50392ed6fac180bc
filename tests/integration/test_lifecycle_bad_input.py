"""Bad input gets a clear answer, and nothing is lost: what people type and click, on real parts."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from daypass.domain.lease import EndCause, LeaseState
from daypass.domain.request import RequestState
from sandbox.slack.client import RefusedError
from tests.talk import APPROVALS
from tests.vanishing import approved_without, without_role
from tests.whole import Whole

pytestmark = pytest.mark.real

_REFUSED = {
    "unknown cluster": (
        'to prdo --k8sGroup=debug --reason "INC-42"',
        "There is no cluster “prdo”. Did you mean prod?",
        '/access to prod --k8sGroup=debug --reason "INC-42"',
    ),
    "unknown level": (
        'to prod --k8sGroup=debgu --reason "INC-42"',
        "There is no level “debgu”. Did you mean debug?",
        '/access to prod --k8sGroup=debug --reason "INC-42"',
    ),
    "level not offered there": (
        "to dev --k8sGroup=debug",
        "debug is not offered on dev. It is offered on prod.",
        "",
    ),
    "namespace not allowed": (
        'to prod --k8sGroup=debug --namespace kube-system --reason "INC-42"',
        "debug cannot be had in kube-system, only in payments.",
        '/access to prod --k8sGroup=debug --namespace payments --reason "INC-42"',
    ),
    "namespace not chosen": (
        'to prod --k8sGroup=team-view --reason "INC-42"',
        "team-view needs --namespace",
        '/access to prod --k8sGroup=team-view --namespace NAMESPACE --reason "INC-42"',
    ),
    "no reason": (
        "to prod --k8sGroup=debug",
        "Workflow production needs a reason",
        '/access to prod --k8sGroup=debug --reason "…"',
    ),
    "malformed duration": (
        'to prod --k8sGroup=debug --duration soon --reason "INC-42"',
        "“soon” is not a duration; write 90m, 1h30m, 2 hours or PT1H.",
        '/access to prod --k8sGroup=debug --duration DURATION --reason "INC-42"',
    ),
    "negative duration": (
        'to prod --k8sGroup=debug --duration -5m --reason "INC-42"',
        "“-5m” is not a duration",
        '/access to prod --k8sGroup=debug --duration 5m --reason "INC-42"',
    ),
    "zero duration": (
        'to prod --k8sGroup=debug --duration 0m --reason "INC-42"',
        "“0m” is not longer than zero",
        '/access to prod --k8sGroup=debug --duration DURATION --reason "INC-42"',
    ),
    "duration over the maximum": (
        'to prod --k8sGroup=debug --duration 5h --reason "INC-42"',
        "5h is too long: workflow production gives at most 4h.",
        '/access to prod --k8sGroup=debug --duration 4h --reason "INC-42"',
    ),
    "a reason of 5,000 characters": (
        f'to prod --k8sGroup=debug --reason "{"x" * 5_000}"',
        "The reason has 5,000 characters; 1,000 is the most.",
        '/access to prod --k8sGroup=debug --reason "…"',
    ),
    "a token as the reason": (
        'to prod --k8sGroup=debug --reason "xoxb-1234567890-ab"',
        "seems to hold a secret (Slack token). Nothing was stored",
        '/access to prod --k8sGroup=debug --reason "…"',
    ),
    "several mistakes": (
        "to prod --k8sGroup=debug --k8sGroup=nonsense --duration 9h",
        "There is no level “nonsense”.\n• Workflow production needs a reason",
        "",
    ),
    "nothing but the verb": (
        "to",
        "Which cluster? Its name comes after “to”.",
        '/access to CLUSTER --k8sGroup=LEVEL --reason "…"',
    ),
    "a level without its flag": (
        "to prod debug",
        "A level is said with its flag: --k8sGroup=debug.",
        '/access to prod --k8sGroup=debug --reason "…"',
    ),
    "no command": ("bananas", "“bananas” is no command; there are to, catalog", "/access help"),
    "no such request": ("status k7q2m9x4t1bd", "There is no request or lease", ""),
    "nothing to release": ("release", "You have no lease.", ""),
}


@pytest.mark.parametrize("case", _REFUSED)
def test_answers_with_what_is_wrong_and_right_when_line_is_bad(whole: Whole, case: str) -> None:
    """The refusal names the rule, offers the corrected line, and nothing is stored."""
    typed, wrong, right = _REFUSED[case]
    answer = whole.says("alice", typed)
    assert wrong in answer
    assert right in answer
    assert not whole.store.pending()


def test_understands_what_phones_make_of_a_line(whole: Whole) -> None:
    """Smart quotes and dashes are what they were typed as."""
    request = whole.asks("alice", "to prod —k8sGroup=debug —duration 10m —reason “fix it”")
    assert whole.request(request).ask.reason == "fix it"
    assert whole.request(request).plan.duration == timedelta(minutes=10)


def test_takes_the_rest_as_reason_when_its_quote_is_not_closed(whole: Whole) -> None:
    """Nobody has to type it again because of one character."""
    request = whole.asks("alice", 'to prod --k8sGroup=debug --reason "fix it')
    assert whole.request(request).ask.reason == "fix it"


@pytest.mark.parametrize("call", ["<!channel>", "@here", "<@U0DAN>", "<!subteam^S0SRE>"])
def test_calls_nobody_when_reason_holds_a_mention(whole: Whole, call: str) -> None:
    """What somebody writes is text wherever it is shown (law 9)."""
    request = whole.asks("alice", f'to prod --k8sGroup=debug --reason "{call} look"')
    card = whole.card(request, "look")
    assert f"{call} look" not in json.dumps([card["text"], card["blocks"]])


def test_refuses_click_when_clicker_is_no_approver(whole: Whole) -> None:
    """The refusal says who could."""
    request = whole.asks()
    whole.card(request, "Pending")
    answer = whole.clicks("carol", "approve", request)
    assert "You are not an approver of this request. team:sre (bob, dan) could say yes." in answer
    assert whole.request(request).state is RequestState.PENDING


def test_refuses_click_when_clicker_asked(whole: Whole) -> None:
    """Nobody approves their own request, an approver neither (law 5)."""
    request = whole.asks("bob")
    whole.card(request, "Pending")
    answer = whole.clicks("bob", "approve", request)
    assert "Nobody approves their own request. team:sre" in answer
    assert whole.request(request).state is RequestState.PENDING


def test_refuses_second_click_when_card_is_stale(whole: Whole) -> None:
    """Whoever was second is told who was first; one request, one lease."""
    request = whole.asks()
    whole.card(request, "Pending")
    with whole.frozen("notifications"):
        assert "Approved" in whole.clicks("bob", "approve", request)
        said = f"Request {request} is already approved by @bob."
        assert said in whole.clicks("bob", "approve", request)
        assert said in whole.clicks("dan", "approve", request)
    whole.card(request, "Granted")


def test_counts_one_when_two_approve_at_once(whole: Whole) -> None:
    """Two clicks in the same moment make one approval, and both clickers are answered."""
    request = whole.asks()
    whole.card(request, "Pending")
    with whole.frozen("notifications"), ThreadPoolExecutor(2) as both:
        answers = list(both.map(lambda who: whole.clicks(who, "approve", request), ("bob", "dan")))
    assert sorted("already approved" in answer for answer in answers) == [False, True], answers
    assert len(whole.request(request).approvals) == 1
    whole.card(request, "Granted")
    assert len(whole.objects()) == 1


def test_refuses_click_when_request_is_over(whole: Whole) -> None:
    """An old card cannot bring back what was withdrawn."""
    request = whole.asks()
    whole.card(request, "Pending")
    with whole.frozen("notifications"):
        whole.says("alice", f"cancel {request}")
        said = f"Request {request} is already cancelled"
        assert said in whole.clicks("bob", "approve", request)
    whole.card(request, "Cancelled")
    with pytest.raises(RefusedError, match="nothing to click"):
        whole.slack.click("bob", APPROVALS, match=request, action="approve")


def test_refuses_revoke_when_it_has_ended_meanwhile(whole: Whole) -> None:
    """A click that comes too late says so."""
    request = whole.grants()
    with whole.frozen("notifications"):
        whole.says("alice", f"release {request}")
        whole.reaches(request, LeaseState.ENDED)
        assert f"Lease {request}-1 is already ended" in whole.clicks("bob", "revoke", request)


def test_says_so_before_anybody_is_asked_when_role_is_missing(whole: Whole) -> None:
    """What the cluster does not have is unavailable in the catalog and refused at once."""
    with without_role(whole, "debugger-duties"):
        whole.sees_afresh()
        line = 'to prod --k8sGroup=node-reader --reason "INC-42"'
        said = "node-reader cannot be granted: prod has no ClusterRole/debugger-duties."
        assert said in whole.says("alice", line)
        listed = whole.says("alice", "catalog node-reader")
        assert "Unavailable" in listed
        assert said in listed
    whole.sees_afresh()
    assert "Available" in whole.says("alice", "catalog node-reader")


def test_refuses_a_yes_when_role_vanished_while_somebody_waits(whole: Whole) -> None:
    """Nothing is lost: when the role is back the request can go on."""
    whole.sees_afresh()
    request = whole.asks("alice", 'to prod --k8sGroup=platform-admins --reason "INC-42"')
    whole.card(request, "Pending")
    with without_role(whole, "daypass-sudo-platform-admins"):
        whole.sees_afresh()
        said = whole.clicks("bob", "approve", request)
        assert "prod has no ClusterRole/daypass-sudo-platform-admins" in said
    whole.sees_afresh()
    whole.clicks("bob", "approve", request)
    whole.reaches(request, LeaseState.ACTIVE)


def test_fails_with_reason_when_role_vanishes_after_the_last_yes(whole: Whole) -> None:
    """Card and direct message say what the cluster lacks; nothing is left there."""
    whole.sees_afresh()
    request = whole.asks("alice", 'to prod --k8sGroup=platform-admins --reason "INC-42"')
    whole.card(request, "Pending")
    with approved_without(whole, request, "daypass-sudo-platform-admins"):
        whole.card(request, "Failed", "daypass-sudo-platform-admins")
        whole.direct("alice", "Failed", "was not granted", f"{request}-1")
        assert whole.reaches(request, LeaseState.ENDED).cause is EndCause.FAILED
        assert not whole.objects()
