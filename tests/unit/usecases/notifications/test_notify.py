"""Slack ends up saying what is so, once, whatever it refuses and whoever else is telling it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daypass.adapters.memory.chat import MemoryChat
from daypass.adapters.memory.store import MemoryStore
from daypass.domain.errors import TemporaryOutsideError
from daypass.domain.ids import RequestId
from daypass.domain.lease import Attempt, EndCause, Lease, Proof
from daypass.domain.notification import Topic
from daypass.domain.request import Approval, Request, RequestState
from daypass.usecases.notifications.notify import ROUNDS, SENDING, notify
from daypass.usecases.notifications.progress import ASKING
from daypass.usecases.shared.rows import card
from tests.builders import (
    NOON,
    a_lease,
    a_person,
    a_plan,
    a_request,
    a_world,
)
from tests.unit.usecases.notifications.telling import ALICE, CHANNEL, SECOND, Desk, Interrupted


@pytest.fixture
def desk() -> Desk:
    """Return an empty desk at noon."""
    return Desk(world=a_world(), chat=MemoryChat())


def approved() -> Request:
    """Return alice's request after bob's yes."""
    yes = Approval(by=a_person("bob", "sre"), at=NOON, yes=True)
    return a_request().with_approval(yes).moved_to(RequestState.APPROVED, NOON)


def granted() -> Lease:
    """Return its lease, confirmed."""
    attempt = Attempt(number=1, objects=(), expires_at=NOON, create_before=NOON)
    return a_lease().starting(attempt).granted(Proof(attempt=attempt, questions=()), NOON)


def ended() -> Lease:
    """Return its lease, expired and gone."""
    return granted().ending(EndCause.EXPIRED).ended(NOON, "")


def test_notify_posts_card_when_request_is_new(desk: Desk) -> None:
    """A new request has one card, and the promise is kept."""
    desk.put(a_request())
    assert desk.tell() is None
    assert desk.said(CHANNEL) == [(Topic.CARD, "pending")]
    assert desk.due_in() is None


def test_notify_says_nothing_twice_when_nothing_changed(desk: Desk) -> None:
    """A wake-up too many changes nothing."""
    for _ in range(2):
        desk.put(a_request())
        desk.tell()
    (only,) = desk.chat.messages[CHANNEL]
    assert only.edits == 0


def test_notify_edits_card_and_writes_log_when_request_moves_on(desk: Desk) -> None:
    """The card is edited in place, its thread grows, the requester gets the line to run."""
    desk.put(a_request())
    desk.tell()
    for lease in (a_lease(), granted()):
        desk.put(approved(), lease)
        desk.tell()
    card_, *thread = desk.chat.messages[CHANNEL]
    assert card_.edits == 2
    assert [one.notification.topic for one in thread] == [Topic.DECIDED, Topic.GRANTED]
    assert {one.thread for one in thread} == {card_.ts}
    assert desk.said(ALICE) == [(Topic.GRANTED, "approved")]


def test_notify_edits_direct_message_but_not_thread_when_lease_ends(desk: Desk) -> None:
    """A direct message stops offering what is over; the thread is a log and stays."""
    desk.put(approved(), granted())
    desk.tell()
    desk.put(approved(), ended())
    desk.tell()
    assert [one.edits for one in desk.chat.messages[CHANNEL]] == [1, 0, 0, 0]
    assert [one.edits for one in desk.chat.messages[ALICE]] == [1, 0]


def test_notify_posts_card_anew_when_somebody_deleted_it(desk: Desk) -> None:
    """A card that Slack lost comes back with the next news."""
    desk.put(a_request())
    desk.tell()
    desk.chat.lose(desk.world.store.receipts(a_request().id)["card:C0APPROVE"])
    desk.put(approved(), a_lease())
    desk.tell()
    assert desk.said(CHANNEL) == [(Topic.CARD, "approved"), (Topic.DECIDED, "approved")]


def test_notify_tells_requester_when_workflow_has_no_channel(desk: Desk) -> None:
    """An automatic grant has no card, and its requester hears of it all the same."""
    automatic = a_request(plan=a_plan(steps=(), channels=()))
    desk.put(automatic.moved_to(RequestState.APPROVED, NOON), granted())
    assert desk.tell() is None
    assert list(desk.chat.messages) == [ALICE]


def test_notify_returns_what_slack_refuses_and_tells_the_rest(desk: Desk) -> None:
    """A channel without the bot in it is reported, holds nobody else up, and is tried again."""
    desk.chat.closed.add(CHANNEL)
    desk.put(approved(), granted())
    unsaid = desk.tell()
    assert unsaid is not None
    assert (unsaid.to, unsaid.request) == ((CHANNEL,), a_request().id)
    assert "not_in_channel" in unsaid.why
    assert desk.said(ALICE) == [(Topic.GRANTED, "approved")]
    assert desk.waits(ASKING.first)


def test_notify_waits_as_long_as_slack_says_when_limited(desk: Desk) -> None:
    """Slack's Retry-After goes into the agenda; nobody sleeps."""
    desk.chat.trouble = TemporaryOutsideError("limited", delay=timedelta(seconds=7))
    desk.put(a_request())
    desk.tell()
    assert desk.waits(timedelta(seconds=7))


def test_notify_tells_everything_when_slack_is_back(desk: Desk) -> None:
    """Messages arrive later, complete, once each."""
    desk.chat.trouble = TemporaryOutsideError("no answer", unknown=True)
    desk.put(approved(), granted())
    desk.tell()
    desk.chat.trouble = None
    desk.world.clock.advance(timedelta(minutes=1))
    desk.tell()
    assert [topic for topic, _ in desk.said(CHANNEL)] == [Topic.CARD, Topic.DECIDED, Topic.GRANTED]
    assert desk.said(ALICE) == [(Topic.GRANTED, "approved")]
    assert desk.due_in() is None


def test_notify_sends_at_once_when_nothing_was_sent_before(desk: Desk) -> None:
    """After a limit the message goes out as soon as Slack said, for it surely is not there."""
    desk.chat.trouble = TemporaryOutsideError("limited", delay=SECOND)
    desk.put(a_request())
    desk.tell()
    desk.chat.trouble = None
    desk.until_due()
    desk.tell()
    assert desk.said(CHANNEL) == [(Topic.CARD, "pending")]


def test_notify_does_not_double_when_answer_was_lost(desk: Desk) -> None:
    """A message that may be there is not posted again at once."""
    desk.chat.trouble = TemporaryOutsideError("no answer", unknown=True)
    desk.put(a_request())
    desk.tell()
    desk.chat.trouble = None
    desk.until_due()
    desk.tell()
    assert desk.said(CHANNEL) == []
    desk.world.clock.advance(SENDING)
    desk.tell()
    assert desk.said(CHANNEL) == [(Topic.CARD, "pending")]


@pytest.mark.parametrize(("after", "wait"), [(0, 1), (4, 4), (20, 20), (3_600, 30)])
def test_notify_waits_longer_when_slack_stays_away(desk: Desk, after: int, wait: int) -> None:
    """It waits as long again as the news has waited: from one second to thirty."""
    desk.chat.trouble = TemporaryOutsideError("no answer")
    desk.put(a_request())
    desk.world.clock.advance(timedelta(seconds=after))
    desk.tell()
    assert desk.waits(timedelta(seconds=wait))


def test_notify_does_not_post_what_another_worker_is_posting(desk: Desk) -> None:
    """Two workers at one request post one card: the second waits a second and finds the receipt."""
    other = Interrupted(desk.chat, "send", desk.tell)
    desk.put(a_request())
    first = desk.claim()
    desk.put(a_request())
    notify(first, replace(desk.ports, chat=other))
    assert desk.said(CHANNEL) == [(Topic.CARD, "pending")]
    assert desk.waits(SECOND)


def test_notify_leaves_last_state_when_edits_overtake_each_other(desk: Desk) -> None:
    """An edit that lands late with an old state is corrected by the same worker."""

    def granted_meanwhile() -> None:
        desk.put(approved(), granted())
        desk.tell()

    desk.put(a_request())
    desk.tell()
    desk.put(approved(), a_lease())
    notify(
        desk.claim(), replace(desk.ports, chat=Interrupted(desk.chat, "edit", granted_meanwhile))
    )
    (shown, *_) = desk.chat.messages[CHANNEL]
    assert shown.notification.leases[0].granted_at == NOON


def test_notify_tries_again_when_limited_after_another_worker_was_done(desk: Desk) -> None:
    """What was not told stays promised, though the other worker kept the promise meanwhile."""

    def other_is_done() -> None:
        desk.put(approved(), a_lease())
        desk.world.agenda.finish(desk.claim())
        desk.chat.trouble = TemporaryOutsideError("limited", delay=timedelta(seconds=7))

    desk.put(a_request())
    notify(desk.claim(), replace(desk.ports, chat=Interrupted(desk.chat, "send", other_is_done)))
    assert desk.said(CHANNEL) == []
    assert desk.waits(timedelta(seconds=7))


def test_notify_gives_way_when_request_never_rests(desk: Desk) -> None:
    """A request that moves all the time is told some of it, and left due."""

    class Restless(MemoryStore):
        """A store in which somebody moves the request at every look."""

        looks = 0

        def request(self, request: RequestId) -> Request | None:
            """Return the request, moved once more."""
            Restless.looks += 1
            return replace(a_request(), id=request, version=self.looks)

    desk.put(a_request())
    notify(desk.claim(), replace(desk.ports, store=Restless(desk.world.agenda)))
    assert Restless.looks == ROUNDS + 1
    assert desk.due_in() == timedelta(0)


def test_notify_keeps_promise_when_request_is_unknown(desk: Desk) -> None:
    """A row without a request is removed."""
    desk.world.agenda.ensure(card(a_request().id, NOON), within=timedelta(hours=1))
    assert desk.tell() is None
    assert desk.due_in() is None
