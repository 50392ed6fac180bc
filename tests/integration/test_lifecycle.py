"""From words in Slack to what the clusters let people do, and back: no browser, all else real."""

import re

import pytest

from daypass.domain.lease import EndCause, LeaseState
from tests.talk import ASK, DIRECT
from tests.vanishing import approved_without
from tests.whole import Whole

pytestmark = pytest.mark.real

_SUDO = 'to prod --k8sGroup=platform-admins --duration 10m --reason "INC-42"'
_BOTH = 'to prod --k8sGroup=debug --k8sGroup=platform-admins --duration 10m --reason "INC-42"'
_NODES = 'to prod --k8sGroup=node-reader --reason "INC-42"'


def _kubectl_line(text: str) -> str:
    """The first line to run in a direct message."""
    found = re.search(r"^kubectl .*$", text, re.MULTILINE)
    assert found, text
    return found[0]


def test_serves_holder_and_nobody_else_while_granted(whole: Whole) -> None:
    """Refused before, served during, refused after, by token and by review (laws 1 to 4)."""
    assert not whole.sees_pods("alice")
    assert not whole.may_list_pods("alice", "payments")
    request = whole.grants()
    assert whole.sees_pods("alice")
    assert whole.may_list_pods("alice", "payments")
    assert not whole.sees_pods("alice", "checkout")
    assert not whole.sees_pods("alice", cluster="dev")
    assert not whole.sees_pods("carol")
    whole.says("alice", f"release {request}")
    whole.card(request, "Ended", "released by its holder")
    assert not whole.sees_pods("alice")
    assert not whole.may_list_pods("alice", "payments")
    assert not whole.objects()


def test_names_lease_end_and_people_on_the_object(whole: Whole) -> None:
    """The object alone says whose it is, until when, and who agreed."""
    request = whole.grants()
    metadata = whole.object_of(request)["metadata"]
    said = {
        name.removeprefix("daypass.dev/"): text for name, text in metadata["annotations"].items()
    }
    assert metadata["labels"]["daypass.dev/lease"] == f"{request}-1"
    assert metadata["labels"]["daypass.dev/install"] == "sandbox"
    assert said["requester"] == "alice@example.com"
    assert said["approvers"] == "bob@example.com"
    assert said["request"] == request
    ends = whole.lease(request).ends_at
    assert ends is not None
    assert said["expires-at"] == f"{ends:%Y-%m-%dT%H:%M:%SZ}"


def test_ends_by_itself_when_time_is_up(whole: Whole) -> None:
    """Nobody does anything, and it is over: object, access, card, thread and message (law 3)."""
    request = whole.grants("alice", 'to prod --k8sGroup=debug --duration 3s --reason "INC-42"')
    assert whole.sees_pods("alice")
    whole.card(request, "Ended", "its time is up; nothing of it is left")
    assert whole.lease(request).cause is EndCause.EXPIRED
    whole.thread(request, "Ended", "its time is up")
    whole.direct("alice", "Ended", "its time is up", f"{request}-1")
    assert not whole.objects()
    assert not whole.sees_pods("alice")


def test_says_who_revoked_and_why(whole: Whole) -> None:
    """An approver ends it at once; the holder reads who did and why."""
    request = whole.grants()
    assert "Ending" in whole.says("bob", f'revoke {request} --reason "wrong cluster"')
    whole.card(request, "Ended", "revoked by @bob: wrong cluster")
    whole.thread(request, "revoked by bob@example.com: wrong cluster")
    whole.direct("alice", "revoked by @bob: wrong cluster", f"{request}-1")
    assert not whole.sees_pods("alice")


def test_says_who_denied_and_why(whole: Whole) -> None:
    """One no is a no; nothing was ever granted."""
    request = whole.asks()
    whole.card(request, "Pending")
    whole.denies("bob", request, "use staging")
    whole.card(request, "Denied", "use staging")
    whole.direct("alice", "Denied", "use staging", request)
    assert not whole.objects()


def test_asks_nobody_any_more_when_withdrawn(whole: Whole) -> None:
    """The button in the receipt withdraws the request."""
    request = whole.asks()
    whole.card(request, "Pending")
    whole.slack.click("alice", "#general", match=request, action="cancel")
    card = whole.card(request, "Cancelled")
    assert "(approve)" not in card["as_text"]


def test_gives_less_when_approver_chooses_less(whole: Whole) -> None:
    """The approver's shorter time is the one that counts, and both read it."""
    request = whole.asks()
    whole.card(request, "Pending")
    whole.clicks("bob", "approve_shorter", request, value="5m")
    whole.card(request, "Granted", "How long*: 5m (10m were asked for)")
    lease = whole.lease(request)
    assert lease.attempt is not None
    assert lease.duration.total_seconds() == 300


def test_lends_group_by_the_line_of_the_message(whole: Whole) -> None:
    """The very line works, as that group and no other, until it is released."""
    request = whole.grants("alice", _SUDO)
    line = _kubectl_line(whole.direct("alice", "Granted", f"{request}-1")["as_text"])
    assert "--as=daypass:platform-admins --as-group=platform-admins" in line
    listed = whole.kubectl(line)
    assert "pods" in listed.stdout, listed.stderr
    answer = whole.kubectl(line.replace("auth can-i --list", "-n payments get pods"))
    assert "payments-api-5c9f7" in answer.stdout, answer.stderr
    assert whole.kubectl(line.replace("group=platform-admins", "group=system:masters")).returncode
    assert not whole.sees_pods("alice")
    whole.says("alice", f"release {request}")
    whole.card(request, "Ended")
    assert "cannot impersonate" in whole.kubectl(line).stderr


def test_ends_one_of_two_when_one_is_released(whole: Whole) -> None:
    """Two levels are two leases, each on its own."""
    request = whole.grants("alice", _BOTH)
    whole.card(request, "2 of 2 granted")
    whole.says("alice", f"release {request}-1")
    whole.card(request, "1 of 2 granted")
    assert not whole.sees_pods("alice")
    assert whole.lease(request, 2).state is LeaseState.ACTIVE


def test_says_one_of_two_when_one_fails(whole: Whole) -> None:
    """What fails is undone and said; what works stays."""
    whole.sees_afresh()
    request = whole.asks("alice", _BOTH)
    whole.card(request, "Pending")
    with approved_without(whole, request, "daypass-sudo-platform-admins"):
        whole.card(request, "1 of 2 granted", "Failed")
        assert whole.reaches(request, LeaseState.ENDED, 2).cause is EndCause.FAILED
    whole.direct("alice", "Failed", f"{request}-2")
    assert whole.sees_pods("alice")
    assert len(whole.objects()) == 1


def test_grants_at_once_when_workflow_asks_nobody(whole: Whole) -> None:
    """On dev the same command is answered by a direct message with the line that works."""
    answer = whole.says("alice", "to dev --k8sGroup=log-reader --duration 10m")
    assert "Nobody has to approve this" in answer
    said = whole.direct("alice", "Granted", "log-reader")["as_text"]
    assert "ledger-0" in whole.kubectl(_kubectl_line(said)).stdout
    assert whole.sees_pods("alice", cluster="dev")


def test_needs_two_people_when_workflow_says_two(whole: Whole) -> None:
    """Nobody counts twice (law 5)."""
    request = whole.asks("alice", _NODES)
    whole.card(request, "0 of 2 approvals")
    assert "1 of 2 approvals" in whole.clicks("bob", "approve", request)
    whole.card(request, "Pending", "1 of 2 approvals")
    assert "already counted" in whole.clicks("bob", "approve", request)
    assert not whole.objects()
    whole.clicks("dan", "approve", request)
    whole.card(request, "Granted", "approved by @bob", "approved by @dan")
    assert whole.is_served("alice", "/api/v1/pods")
    assert not whole.is_served("alice", "/api/v1/secrets")


def test_grants_only_in_namespace_that_was_chosen(whole: Whole) -> None:
    """A level whose namespaces are chosen holds in those."""
    line = 'to prod --k8sGroup=team-view --namespace team-a --duration 10m --reason "INC-42"'
    whole.grants("carol", line)
    assert whole.sees_pods("carol", "team-a")
    assert not whole.sees_pods("carol", "team-b")


def test_lapses_when_nobody_answers(whole: Whole) -> None:
    """A request whose time is over can no longer be approved, and its requester is told."""
    request = whole.asks()
    whole.card(request, "Pending")
    whole.lets_lapse(request)
    card = whole.card(request, "Timed out")
    assert "(approve)" not in card["as_text"]
    whole.direct("alice", "Timed out", request)


def test_needs_no_id_when_only_one_thing_fits(whole: Whole) -> None:
    """The short forms of the commands do the same as the buttons; a yes names what was read."""
    request = whole.asks("alice", ASK)
    whole.card(request, "Pending")
    assert "Which request?" in whole.says("bob", "approve")
    assert "Approved" in whole.says("bob", f"approve {request}")
    whole.card(request, "Granted")
    assert request in whole.says("alice", "status")
    assert "kubectl" in whole.says("alice", "leases")
    assert "Ending" in whole.says("alice", "release")
    whole.card(request, "Ended")
    assert whole.slack.messages("alice", DIRECT)
