"""More time and less, from words in Slack to what the real cluster says at each end."""

import json
from datetime import datetime, timedelta

import pytest

from daypass.domain.ids import RequestId
from daypass.domain.lease import EndCause, Lease, LeaseState
from tests.guard import unguarded
from tests.talk import JSON
from tests.whole import Whole

pytestmark = pytest.mark.real

SHORT = 'to prod --k8sGroup=debug --duration 6s --reason "INC-42"'


def the_end(lease: Lease) -> datetime:
    """The end of a lease that has one."""
    assert lease.ends_at is not None
    return lease.ends_at


def carried(whole: Whole, request: RequestId) -> str:
    """The end that the lease's object carries, as it is written there."""
    return str(annotation(whole.object_of(request), "expires-at"))


def annotation(found: JSON, name: str) -> object:
    """What an object says about that."""
    return found["metadata"]["annotations"][f"daypass.dev/{name}"]


def written(at: datetime) -> str:
    """A moment as objects carry it."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def is_past(whole: Whole, at: datetime) -> None:
    """Wait until it is later than that, by Redis's clock."""
    whole.until(lambda: whole.clock.now() > at, f"{at} is past")


def ends_at(whole: Whole, request: RequestId, end: datetime) -> None:
    """Wait until lease and object both end then."""
    whole.until(lambda: whole.lease(request).ends_at == end, f"the lease ends at {end}")
    assert carried(whole, request) == written(end)


def test_access_goes_on_past_the_old_end_and_ends_at_the_new_one(whole: Whole) -> None:
    """No gap: the same object, the review says yes all the while, and no at the new end (law 3)."""
    request = whole.grants("alice", SHORT)
    old, before = the_end(whole.lease(request)), whole.object_of(request)["metadata"]
    answer = whole.says("alice", f"extend {request} 6s")
    assert "Extending" in answer
    assert "No reconnect is needed" in answer
    new = old + timedelta(seconds=6)
    ends_at(whole, request, new)
    denied = 0
    while whole.clock.now() < new - timedelta(seconds=2):
        denied += not whole.may_list_pods("alice", "payments")
    assert whole.clock.now() > old
    assert denied == 0
    assert whole.object_of(request)["metadata"]["uid"] == before["uid"]
    lease = whole.reaches(request, LeaseState.ENDED)
    assert lease.cause is EndCause.EXPIRED
    assert lease.ended_at is not None
    assert lease.ended_at >= new
    assert not whole.may_list_pods("alice", "payments")
    assert not whole.objects()


def test_extension_is_told_in_the_thread_on_the_card_and_to_the_holder(whole: Whole) -> None:
    """Once it is so: the post, the message and the new end on the card."""
    request = whole.grants()
    assert "Extending" in whole.says("alice", "extend 10m --reason 'still broken'")
    whole.thread(request, "Extended", "10m more, within the rules", "No reconnect")
    whole.direct("alice", "Extended", f"{request}-1")
    extension = whole.lease(request).extensions[0]
    assert extension.done_at is not None
    card = whole.card(request, "Granted")
    assert f"<!date^{int(extension.until.timestamp())}^" in json.dumps(card["blocks"])


def test_button_of_the_message_extends_as_much_as_is_free(whole: Whole) -> None:
    """A click is enough: half an hour more, or as long again as was granted where that is less."""
    request = whole.grants()
    end = the_end(whole.lease(request))
    whole.direct("alice", "Granted", f"{request}-1")
    whole.slack.click("alice", "app", match=f"{request}-1", action="extend")
    ends_at(whole, request, end + timedelta(minutes=10))


def test_second_extension_is_approved_in_the_same_thread(whole: Whole) -> None:
    """What is free is had: the next one is asked where the first request was, and given there."""
    request = whole.grants()
    whole.says("alice", f"extend {request} 10m")
    whole.thread(request, "Extended")
    end = the_end(whole.lease(request))
    answer = whole.says("alice", f"extend {request} 20m")
    assert "Pending" in answer
    assert "an approval is needed, from team:sre (bob, dan)" in answer
    [asked] = whole.store.pending()
    first = whole.card(request)
    card = whole.thread(request, "asks for more time", asked.id)
    assert card["thread_ts"] == first["ts"]
    assert "20m more" in card["as_text"]
    assert "Approved" in whole.clicks("bob", "approve", asked.id)
    ends_at(whole, request, end + timedelta(minutes=20))
    whole.thread(request, "More time: Approved by")
    whole.thread(request, "Extended", "20m more.")
    whole.thread(request, asked.id, "Extended")
    assert "More time for lease" not in whole.says("alice", f"extend {request} 3h")


def test_more_time_that_is_denied_leaves_the_lease_as_it_is(whole: Whole) -> None:
    """The holder reads who said no and why, and keeps what there is."""
    request = whole.grants()
    end = the_end(whole.lease(request))
    whole.says("alice", f"extend {request} 4h")
    [asked] = whole.store.pending()
    assert "already asked" not in whole.says("bob", f"deny {asked.id} --reason enough")
    whole.direct("alice", "Denied", "more time with", "enough", f"/access extend {request}-1 4h")
    assert whole.lease(request).ends_at == end
    assert carried(whole, request) == written(end)
    assert whole.sees_pods("alice")


def test_approval_of_more_time_comes_too_late_when_the_lease_has_ended(whole: Whole) -> None:
    """The click is answered, and nothing happens."""
    request = whole.grants()
    whole.says("alice", f"extend {request} 4h")
    [asked] = whole.store.pending()
    whole.thread(request, "asks for more time", asked.id)
    whole.says("alice", f"release {request}-1")
    whole.reaches(request, LeaseState.ENDED)
    whole.until(lambda: not whole.store.pending(), "nobody is asked any more")
    said = whole.says("bob", f"approve {asked.id}")
    assert f"{asked.id} is already over: what it asked more time for has ended" in said
    assert not whole.objects()


def test_shortened_lease_ends_at_the_earlier_end(whole: Whole) -> None:
    """Store, object and access end together, and the holder hears who did it."""
    request = whole.grants()
    end = the_end(whole.lease(request))
    assert "Shortened" in whole.says("bob", f"shorten {request} 5m --reason 'not so long'")
    whole.until(
        lambda: carried(whole, request) == written(end - timedelta(minutes=5)), "the object says so"
    )
    whole.thread(request, "Shortened", "not so long")
    whole.direct("alice", "Shortened", "not so long")
    left = end - timedelta(minutes=5) - whole.clock.now()
    whole.says("alice", f"shorten {request} {int(left.total_seconds()) - 3}s")
    assert whole.reaches(request, LeaseState.ENDED).cause is EndCause.EXPIRED
    assert not whole.sees_pods("alice")
    assert not whole.objects()


def test_extension_waits_for_a_cluster_that_is_away(whole: Whole) -> None:
    """The lease keeps its end until the objects carry the new one; then it has it."""
    request = whole.grants()
    end = the_end(whole.lease(request))
    with whole.unreachable():
        assert "Extending" in whole.says("alice", f"extend {request} 10m")
        whole.card(request, "being extended")
        assert whole.lease(request).ends_at == end
    ends_at(whole, request, end + timedelta(minutes=10))


def test_reconciliation_takes_back_an_end_that_is_later_than_its_lease(whole: Whole) -> None:
    """Whatever left the object behind: it is brought to the lease's end, and stays."""
    request = whole.grants()
    end = the_end(whole.lease(request))
    whole.says("alice", f"extend {request} 10m")
    ends_at(whole, request, end + timedelta(minutes=10))
    later = as_it_is(whole.object_of(request))
    whole.says("alice", f"shorten {request} 10m")
    whole.until(lambda: carried(whole, request) == written(end), "the object says so")
    with unguarded(whole.prod):
        whole.prod.admin().apply(later)
    whole.until(lambda: carried(whole, request) == written(end), "the object says so again")
    assert whole.sees_pods("alice")
    assert whole.lease(request).state is LeaseState.ACTIVE


def as_it_is(found: JSON) -> JSON:
    """An object as an administrator applies it who had a copy."""
    kept = ("name", "namespace", "labels", "annotations")
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": {name: found["metadata"][name] for name in kept},
        "roleRef": found["roleRef"],
        "subjects": found["subjects"],
    }


_REFUSED = {
    "below zero": ("extend {id} -5m", "“-5m” is not a duration", "/access extend {id} 5m"),
    "zero": (
        "extend {id} 0m", "“0m” is not longer than zero", "/access extend {id}\n",
    ),
    "no length at all": ("extend {id} soon", "“soon” is not a duration", "/access extend {id}\n"),
    "beyond the maximum": (
        "extend {id} 5h",
        "5h is too long: workflow production gives at most 4h.",
        "/access extend {id} 4h",
    ),
    "shortened below zero": (
        "shorten {id} -5m", "“-5m” is not a duration", "/access shorten {id} 5m",
    ),
    "shortened by nothing": (
        "shorten {id}",
        "How much is to be taken off its end?",
        "/access shorten {id} --duration DURATION",
    ),
    "shortened by more than is left": ("shorten {id} 4h", "left; to end it at once", ""),
}  # fmt: skip


@pytest.mark.parametrize("case", _REFUSED)
def test_answers_with_what_is_wrong_and_right_when_the_end_cannot_move(
    whole: Whole, case: str
) -> None:
    """Bad input names the rule and the corrected line; the lease is as it was."""
    request = whole.grants()
    before = whole.lease(request)
    typed, wrong, right = (part.format(id=request) for part in _REFUSED[case])
    answer = whole.says("alice", typed)
    assert wrong in answer
    assert right in answer
    assert whole.lease(request) == before
    assert not whole.store.pending()


def test_refuses_more_time_when_the_lease_is_somebody_elses(whole: Whole) -> None:
    """Only the holder extends; an approver, who could shorten it, neither."""
    request = whole.grants()
    for who in ("carol", "bob"):
        said = whole.says(who, f"extend {request} 5m")
        assert f"You may not extend lease {request}-1. alice@example.com could." in said
    assert "You may not shorten" in whole.says("carol", f"shorten {request} 5m")
    assert whole.lease(request).extensions == ()


def test_refuses_more_time_when_the_lease_has_ended(whole: Whole) -> None:
    """What is over is asked for again, not extended."""
    request = whole.grants()
    whole.says("alice", f"release {request}")
    whole.reaches(request, LeaseState.ENDED)
    said = whole.says("alice", f"extend {request} 5m")
    assert f"Lease {request}-1 is already ended" in said


def test_holder_alone_gets_no_more_than_an_approver_gave(whole: Whole) -> None:
    """Asked for 1h, approved for 5m, extended by 3h55m: that waits for a yes (law 5)."""
    request = whole.asks()
    whole.says("bob", f"approve {request} --duration 5m")
    end = the_end(whole.reaches(request, LeaseState.ACTIVE))
    answer = whole.says("alice", f"extend {request} 3h55m")
    assert "an approval is needed" in answer
    assert whole.lease(request).extensions == ()
    assert annotation(whole.object_of(request), "free-until") == written(end)
    [asked] = whole.store.pending()
    whole.says("bob", f"approve {asked.id} --duration 10m")
    ends_at(whole, request, end + timedelta(minutes=10))
    assert "an approval is needed" in whole.says("alice", f"extend {request} 1m")
