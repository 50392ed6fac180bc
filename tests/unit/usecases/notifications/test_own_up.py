"""What Slack does not take is told to whoever waits for it, counted, and tried again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daypass.adapters.memory.chat import MemoryChat
from daypass.domain.errors import TemporaryOutsideError
from daypass.domain.ids import RequestId
from daypass.domain.notification import Notification, Receipt, Topic
from daypass.domain.request import Approval, RequestState
from daypass.domain.timers import FIRST_REMINDER
from daypass.ports import NOTIFICATIONS
from daypass.usecases.notifications.notify import notify
from daypass.usecases.notifications.own_up import QUIET, told_again
from daypass.usecases.notifications.progress import ASKING, LOGGING, SILENT
from tests.builders import NOON, a_person, a_request, a_world
from tests.unit.usecases.notifications.telling import ALICE, CHANNEL, Desk, Interrupted

DAN = "U0DAN"
"""The administrator."""
OTHER = RequestId("k7q2m9x4t1be")


@pytest.fixture
def desk() -> Desk:
    """Return a desk from which nothing reaches the approvals channel."""
    desk = Desk(world=a_world(), chat=MemoryChat())
    desk.chat.closed.add(CHANNEL)
    return desk


def test_card_that_slack_refuses_is_told_to_requester_and_administrator(desk: Desk) -> None:
    """Nobody waits in silence for an answer that nobody was asked for."""
    desk.put(a_request())
    unsaid = desk.tell()
    assert unsaid is not None
    assert (unsaid.request, unsaid.to, unsaid.since) == (a_request().id, (CHANNEL,), NOON)
    assert unsaid.unasked == (CHANNEL,)
    assert "not_in_channel" in unsaid.why
    assert desk.said(ALICE) == desk.said(DAN) == [(Topic.UNSAID, "pending")]
    assert desk.world.store.all_unsaid() == [unsaid]


def test_whoever_reads_that_nobody_is_asked_finds_it_in_the_status() -> None:
    """It is kept before it is told: people ask as soon as they have read it."""
    world = a_world()
    found = list[int]()

    class Read(MemoryChat):
        """Whoever is told looks at what is kept."""

        def send(self, notification: Notification, thread: Receipt | None) -> Receipt:
            """Post, and let it be read."""
            receipt = super().send(notification, thread)
            found.append(len(world.store.all_unsaid()))
            return receipt

    desk = Desk(world=world, chat=Read())
    desk.chat.closed.add(CHANNEL)
    desk.put(a_request())
    desk.tell()
    assert found == [1, 1]


def test_what_is_unsaid_is_news_although_the_request_moves_meanwhile(desk: Desk) -> None:
    """It is kept before anybody looks again: what was not known at first is news all the same."""
    desk.put(a_request())
    claim = desk.claim()
    chat = Interrupted(desk.chat, "send", lambda: desk.put(a_request()))
    assert notify(claim, desk.world.notify(chat)) is not None


def test_reminder_that_slack_refuses_leaves_nobody_unasked_whose_card_stands(desk: Desk) -> None:
    """The bot was put out after it had posted the card, which people read and answer."""
    desk.chat.closed.clear()
    desk.put(a_request())
    desk.tell()
    desk.chat.closed.add(CHANNEL)
    desk.world.clock.advance(FIRST_REMINDER)
    desk.put(a_request())
    unsaid = desk.tell()
    assert unsaid is not None
    assert (unsaid.to, unsaid.unasked) == ((CHANNEL,), ())


def test_card_that_slack_refuses_is_tried_again_soon(desk: Desk) -> None:
    """It waits as long again as it has been unsaid, a minute at most; only news are returned."""
    desk.put(a_request())
    desk.tell()
    since = desk.world.clock.now()
    for _ in range(6):
        spent = desk.world.clock.now() - since
        assert desk.waits(min(max(spent, ASKING.first), ASKING.longest))
        desk.until_due()
        assert desk.tell() is None
    assert [one.edits for one in desk.chat.messages[ALICE]] == [0]


def test_card_that_nobody_waits_for_is_tried_again_now_and_then(desk: Desk) -> None:
    """A request that was decided all the same is not asked about every minute for ever."""
    over = a_request().moved_to(RequestState.CANCELLED, NOON)
    desk.put(over)
    desk.tell()
    desk.world.clock.advance(timedelta(days=1))
    desk.tell()
    assert desk.waits(LOGGING.longest)
    assert ALICE not in desk.chat.messages


def test_card_is_posted_at_once_when_the_bot_is_back(desk: Desk) -> None:
    """Told that it may speak there again, it does; what it said of the trouble is put right."""
    desk.put(a_request())
    desk.tell()
    desk.chat.closed.clear()
    assert told_again(CHANNEL, desk.ports) == 1
    assert desk.due_in() == timedelta(0)
    desk.tell()
    assert desk.said(CHANNEL) == [(Topic.CARD, "pending")]
    for told in (*desk.chat.messages[ALICE], *desk.chat.messages[DAN]):
        assert (told.edits, told.notification.unsaid) == (1, None)
    assert not desk.world.store.all_unsaid()
    assert desk.due_in() is None


def test_invitation_elsewhere_changes_nothing(desk: Desk) -> None:
    """Only what was to go there is tried again."""
    desk.put(a_request())
    desk.tell()
    assert told_again("C0OTHER", desk.ports) == 0
    assert desk.waits(ASKING.first)


def test_administrators_hear_of_one_trouble_once_an_hour(desk: Desk) -> None:
    """A hundred requests in a channel without the bot are one trouble, not a hundred."""
    for name in (a_request().id, OTHER):
        desk.put(replace(a_request(), id=name))
        desk.tell()
    assert len(desk.said(DAN)) == 1
    assert len(desk.said(ALICE)) == 2
    desk.world.clock.advance(QUIET)
    for _ in desk.world.agenda.promises(NOTIFICATIONS):
        desk.world.agenda.finish(desk.world.agenda.claim(NOTIFICATIONS, 1)[0])
    desk.put(replace(a_request(), id=RequestId("k7q2m9x4t1bf")))
    desk.tell()
    assert len(desk.said(DAN)) == 2


def test_administrators_are_told_when_a_person_cannot_be_reached(desk: Desk) -> None:
    """A direct message that Slack refuses cannot be told in a direct message to the same."""
    desk.chat.closed = {ALICE}
    desk.put(a_request(state=RequestState.DENIED, approvals=(_no(),)))
    unsaid = desk.tell()
    assert unsaid is not None
    assert unsaid.to == (ALICE,)
    assert desk.said(DAN) == [(Topic.UNSAID, "denied")]


def test_administrator_who_asks_is_told_once(desk: Desk) -> None:
    """Whoever waits and could mend it gets one message."""
    dans = replace(a_request().ask, requester=a_person("dan"))
    desk.put(a_request(ask=dans))
    desk.tell()
    assert desk.said(DAN) == [(Topic.UNSAID, "pending")]


def test_administrators_are_looked_up_again_when_slack_did_not_say_who_they_are(
    desk: Desk,
) -> None:
    """That the look-up failed is no reason to keep still for an hour."""
    desk.world.people.trouble = TemporaryOutsideError("limited")
    desk.put(a_request())
    desk.tell()
    assert DAN not in desk.chat.messages
    desk.world.people.trouble = None
    desk.until_due()
    desk.tell()
    assert desk.said(DAN) == [(Topic.UNSAID, "pending")]


def test_app_that_needs_repair_is_unsaid_though_it_is_tried_again(desk: Desk) -> None:
    """A revoked token passes only if somebody mends it: that is no outage to wait out."""
    desk.chat.trouble = TemporaryOutsideError(
        "revoked", delay=ASKING.longest, remedy="Install it again."
    )
    desk.put(a_request())
    unsaid = desk.tell()
    assert unsaid is not None
    assert unsaid.why == "Install it again."
    assert desk.waits(ASKING.longest)


def test_outage_that_lasts_is_unsaid(desk: Desk) -> None:
    """Half a minute of silence is something that the metric has to say."""
    desk.chat.trouble = TemporaryOutsideError("no answer")
    desk.put(a_request())
    assert desk.tell() is None
    desk.world.clock.advance(ASKING.longest)
    unsaid = desk.tell()
    assert unsaid is not None
    assert unsaid.why == SILENT
    desk.chat.trouble = None
    desk.chat.closed.clear()
    desk.until_due()
    desk.tell()
    assert not desk.world.store.all_unsaid()


def _no() -> Approval:
    return Approval(by=a_person("bob", "sre"), at=NOON, yes=False, reason="no")
