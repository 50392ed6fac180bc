"""Each step's people are asked where its workflow says, and every card that stands is kept true."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from daypass.adapters.memory.chat import MemoryChat
from daypass.domain.catalog import Catalog, Principal, Step
from daypass.domain.errors import TemporaryOutsideError
from daypass.domain.ids import PersonId
from daypass.domain.notification import Notification, Receipt, Topic
from daypass.domain.request import Request, RequestState
from daypass.usecases.notifications.own_up import told_again
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.extend import Extend, extend
from tests.builders import SRE, World, a_catalog, a_snapshot, a_workflow, a_world
from tests.unit.usecases.notifications.telling import CHANNEL
from tests.unit.usecases.notifications.test_notify_extension import said, tell, topics
from tests.unit.usecases.requests.test_extend import want_approved
from tests.unit.usecases.scenes import ALICE, BOB, DAN, HOUR, SECOND, ask, grant, let_go, pass_time

OTHER = "C0OTHER"
SRES, DANS = Step(by=(SRE,)), Step(by=(Principal(email="dan@example.com"),))
TWO = Step(by=(SRE,), count=2)
BOTH = ("debug", "platform-admins")


def two_channels(sres: Step, admins: Step) -> Catalog:
    """Return rules by which platform-admins is asked for elsewhere than the rest."""
    admin = a_workflow("admins", levels=("platform-admins",), steps=(admins,), channel=OTHER)
    return a_catalog(workflows=(admin, a_workflow(steps=(sres,))))


def moved(**fields: Any) -> Catalog:
    """Return rules by which everything is asked for in the other channel."""
    return a_catalog(workflows=(a_workflow(channel=OTHER, **fields),))


def asked_for_both(admins: Step = DANS) -> tuple[World, MemoryChat, Request]:
    """Let alice ask for two levels that two workflows decide on, and Slack be told."""
    world, chat = a_world(two_channels(SRES, admins)), MemoryChat()
    request = ask(world, *BOTH).request
    tell(world, chat)
    return world, chat, request


def pass_minutes(world: World, minutes: int) -> None:
    """Let time pass while the timekeeper and the look at prod go on."""
    world.clock.advance(timedelta(minutes=minutes))
    world.heartbeats.beat("timekeeper")
    world.store.keep_seen(a_snapshot(taken_at=world.clock.now()))


def says_yes(world: World, chat: MemoryChat, request: Request, who: PersonId = BOB) -> Request:
    """Let somebody approve, and Slack be told."""
    decided = decide(Decide(actor=who, target=request.id, yes=True), world.ask)
    tell(world, chat)
    return decided


def shown(chat: MemoryChat, channel: str) -> list[tuple[Topic, str, int]]:
    """Return what stands in a channel: topic, state of the request, how many yes it shows."""
    return [
        (one.notification.topic, request.state.value, len(request.approvals))
        for one in said(chat, channel)
        for request in (one.notification.request,)
    ]


def test_each_channel_gets_its_card_in_its_turn_and_every_card_is_kept_true() -> None:
    """Nobody is asked before their step waits; what is news to one card is news to all."""
    world, chat, request = asked_for_both()
    assert (topics(chat, CHANNEL), topics(chat, OTHER)) == ([Topic.CARD], [])
    says_yes(world, chat, request)
    assert shown(chat, OTHER) == [(Topic.CARD, "pending", 1)]
    assert shown(chat, CHANNEL)[0] == (Topic.CARD, "pending", 1)
    assert says_yes(world, chat, request, DAN).state is RequestState.APPROVED
    let_go(world)
    pass_time(world, 2)
    tell(world, chat)
    for channel in (CHANNEL, OTHER):
        card = said(chat, channel)[0].notification
        assert card.topic is Topic.CARD
        assert [lease.state for lease in card.leases] == ["ended", "ended"]


def test_news_stand_in_the_thread_of_the_first_card_alone() -> None:
    """Who reads both channels reads each piece of news once."""
    world, chat, request = asked_for_both()
    says_yes(world, chat, request)
    says_yes(world, chat, request, DAN)
    card, *news = said(chat, CHANNEL)
    assert {one.thread for one in news} == {card.ts}
    assert {Topic.ANSWERED, Topic.DECIDED, Topic.GRANTED} <= set(topics(chat, CHANNEL))
    assert topics(chat, OTHER) == [Topic.CARD]


def test_reminders_go_where_those_are_asked_whose_answer_is_missing() -> None:
    """Under the card there; who was asked just now is not reminded of what was due before."""
    world, chat, request = asked_for_both()
    pass_minutes(world, 16)
    tell(world, chat)
    assert topics(chat, CHANNEL) == [Topic.CARD, Topic.REMINDED]
    says_yes(world, chat, request)
    assert topics(chat, OTHER) == [Topic.CARD]
    pass_minutes(world, 30)
    tell(world, chat)
    card, reminder = said(chat, OTHER)
    assert (reminder.notification.topic, reminder.thread) == (Topic.REMINDED, card.ts)
    assert topics(chat, CHANNEL).count(Topic.REMINDED) == 1


def test_step_that_two_workflows_share_is_asked_in_both_and_one_yes_serves_both() -> None:
    """Both cards stand at once and say so; a reminder stands under each."""
    world, chat, request = asked_for_both(SRES)
    assert (topics(chat, CHANNEL), topics(chat, OTHER)) == ([Topic.CARD], [Topic.CARD])
    pass_minutes(world, 15)
    tell(world, chat)
    for channel in (CHANNEL, OTHER):
        assert topics(chat, channel) == [Topic.CARD, Topic.REMINDED]
    assert says_yes(world, chat, request).state is RequestState.APPROVED
    for channel in (CHANNEL, OTHER):
        assert shown(chat, channel)[0] == (Topic.CARD, "approved", 1)


def test_channel_that_is_another_now_is_asked_and_the_card_that_stands_is_kept_true() -> None:
    """Where people are asked is no term of what they agree to: the click counts."""
    world, chat = a_world(a_catalog(workflows=(a_workflow(steps=(TWO,)),))), MemoryChat()
    request = ask(world).request
    tell(world, chat)
    world = replace(world, catalog=moved(steps=(TWO,)))
    says_yes(world, chat, request)
    for channel in (CHANNEL, OTHER):
        assert shown(chat, channel)[0] == (Topic.CARD, "pending", 1)
    assert says_yes(world, chat, request, DAN).state is RequestState.APPROVED
    for channel in (CHANNEL, OTHER):
        assert shown(chat, channel)[0] == (Topic.CARD, "approved", 2)


@pytest.mark.parametrize("closed", [CHANNEL, OTHER])
def test_channel_that_refuses_the_card_keeps_no_other_from_being_asked(closed: str) -> None:
    """What is unsaid names the channel itself; news go under the card that stands."""
    (open_,) = {CHANNEL, OTHER} - {closed}
    world, chat = a_world(two_channels(TWO, TWO)), MemoryChat()
    chat.closed.add(closed)
    request = ask(world, *BOTH).request
    tell(world, chat)
    (unsaid,) = world.store.all_unsaid()
    assert unsaid.to == (closed,)
    assert (topics(chat, open_), topics(chat, ALICE)) == ([Topic.CARD], [Topic.UNSAID])
    says_yes(world, chat, request)
    assert topics(chat, open_) == [Topic.CARD, Topic.ANSWERED]
    chat.closed.clear()
    assert told_again(closed, world.ask) == 1
    tell(world, chat)
    assert shown(chat, closed) == [(Topic.CARD, "pending", 1)]
    assert not world.store.all_unsaid()


class Without(MemoryChat):
    """A chat that takes every message but the card of one channel, for now."""

    def send(self, notification: Notification, thread: Receipt | None) -> Receipt:
        """Post it, unless it is that card."""
        if (notification.topic, notification.to) == (Topic.CARD, OTHER):
            raise TemporaryOutsideError("limited", delay=timedelta(seconds=1))
        return super().send(notification, thread)


def test_nothing_stands_in_a_channel_whose_card_does_not_stand() -> None:
    """A reminder without its card names nothing that could be answered."""
    world, chat = a_world(two_channels(SRES, SRES)), Without()
    ask(world, *BOTH)
    pass_minutes(world, 15)
    tell(world, chat)
    assert topics(chat, CHANNEL) == [Topic.CARD, Topic.REMINDED]
    assert topics(chat, OTHER) == []


def test_more_time_is_asked_for_where_its_workflow_says() -> None:
    """In the thread of a card that stands there, else by a card of its own with its own news."""
    world, chat = a_world(), MemoryChat()
    grant(world)
    tell(world, chat)
    world = replace(world, catalog=moved(extensions=0))
    more = want_approved(world, HOUR)
    tell(world, chat)
    before = topics(chat, CHANNEL)
    (card,) = said(chat, OTHER)
    assert (card.notification.topic, card.thread) == (Topic.CARD, "")
    decide(Decide(actor=BOB, target=more, yes=False, reason="enough"), world.ask)
    tell(world, chat)
    card, news = said(chat, OTHER)
    assert (news.notification.topic, news.thread) == (Topic.DECIDED, card.ts)
    assert topics(chat, CHANNEL) == before


def test_more_time_is_asked_for_under_the_card_that_stands_in_its_channel() -> None:
    """Also where that is not the first card of the lease's own request."""
    world, chat, request = asked_for_both()
    says_yes(world, chat, request)
    says_yes(world, chat, request, DAN)
    extend(Extend(actor=ALICE, target=SECOND, length=3 * HOUR), world.ask)
    tell(world, chat)
    first, asked = said(chat, OTHER)
    assert (asked.notification.topic, asked.thread) == (Topic.CARD, first.ts)
