"""What Slack is told when the end of a lease moves, and where a request for more time stands."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daypass.adapters.memory.chat import MemoryChat, Said
from daypass.domain.errors import TemporaryOutsideError
from daypass.domain.lease import Lease
from daypass.domain.notification import Notification, Receipt, Topic, notifications
from daypass.domain.request import Request, RequestState
from daypass.ports import NOTIFICATIONS
from daypass.usecases.notifications.notify import notify
from daypass.usecases.requests.decide import Decide, decide
from daypass.usecases.requests.end import End, end
from daypass.usecases.requests.lapse import let_lapse
from daypass.usecases.requests.shorten import Shorten, shorten
from tests.builders import World, a_catalog, a_workflow, a_world
from tests.unit.usecases.notifications.telling import CHANNEL
from tests.unit.usecases.requests.test_extend import a_granted, say_yes, want, want_approved
from tests.unit.usecases.scenes import ALICE, BOB, FIRST, HOUR, ask, lease_of, pass_time, work


def tell(world: World, chat: MemoryChat) -> None:
    """Be a notifications worker that tells all that is due."""
    pass_time(world, 1)
    for claim in world.agenda.claim(NOTIFICATIONS, 50):
        notify(claim, world.notify(chat))


def a_told() -> tuple[World, MemoryChat]:
    """Return a world in which alice holds something, and Slack knows."""
    world, _ = a_granted()
    chat = MemoryChat()
    tell(world, chat)
    return world, chat


def said(chat: MemoryChat, where: str = CHANNEL) -> list[Said]:
    """Return what stands in a channel or a direct message."""
    return chat.messages.get(where, [])


def topics(chat: MemoryChat, where: str = CHANNEL) -> list[Topic]:
    """Return what that is about, in order."""
    return [one.notification.topic for one in said(chat, where)]


def news(world: World) -> list[Notification]:
    """Return what Slack should have been told of the lease's own request by now."""
    lease = lease_of(world)
    request = world.store.request(lease.request)
    assert request is not None
    return list(notifications(request, (lease,), world.clock.now()))


def test_an_extension_is_told_in_the_thread_and_to_its_holder_once_it_is_so() -> None:
    """Law 4: nobody hears of an end that the objects do not carry."""
    world, chat = a_told()
    want(world)
    assert Topic.EXTENDED not in {one.topic for one in news(world)}
    tell(world, chat)
    assert topics(chat)[-1] is Topic.EXTENDED
    assert said(chat)[-1].thread == said(chat)[0].ts
    assert topics(chat, ALICE)[-1] is Topic.EXTENDED


def test_a_refused_extension_is_told_too() -> None:
    """Who was told that it is being extended hears that it is not."""
    world, chat = a_told()
    want(world)
    world.clusters["prod"].remove(world.clusters["prod"].objects[0].ref)
    tell(world, chat)
    assert topics(chat)[-1] is topics(chat, ALICE)[-1] is Topic.NOT_EXTENDED


def test_a_cut_is_told_to_the_holder_when_somebody_else_made_it() -> None:
    """Nobody's access gets shorter without their hearing of it; what one did oneself one knows."""
    world, chat = a_told()
    for who, direct in ((ALICE, False), (BOB, True)):
        shorten(Shorten(actor=who, target=FIRST, length=timedelta(minutes=5)), world.ask)
        tell(world, chat)
        assert topics(chat)[-1] is Topic.SHORTENED
        assert (topics(chat, ALICE)[-1] is Topic.SHORTENED) == direct


def test_the_last_move_of_the_end_is_told_last() -> None:
    """Slack was away while bob took time off, then gave more: what is read last is what holds."""
    world, chat = a_told()
    shorten(Shorten(actor=BOB, target=FIRST, length=timedelta(minutes=50)), world.ask)
    pass_time(world, 5)
    want_approved(world)
    say_yes(world)
    tell(world, chat)
    moves = (Topic.SHORTENED, Topic.EXTENDED)
    for where in (CHANNEL, ALICE):
        assert tuple(one for one in topics(chat, where) if one in moves) == moves


@pytest.mark.parametrize(("limited", "where"), [(Topic.GRANTED, CHANNEL), (Topic.EXTENDED, ALICE)])
def test_news_wait_behind_what_is_put_off(limited: Topic, where: str) -> None:
    """Slack limits one post: else "Granted" would be the last word on what has ended."""
    world, _ = a_granted()
    want(world)
    work(world)
    end(End(actor=BOB, target=FIRST), world.ask)
    chat = LimitedOnce(limited, where)
    for _ in range(2):
        tell(world, chat)
        pass_time(world, 3)
    assert chat.limited
    assert limited in topics(chat, where)
    assert topics(chat, where)[-1] is Topic.ENDED


class LimitedOnce(MemoryChat):
    """A Slack that does not take the first post of one kind in one place, but a moment later."""

    def __init__(self, topic: Topic, where: str) -> None:
        super().__init__()
        self.limited = False
        self._topic, self._where = topic, where

    def send(self, notification: Notification, thread: Receipt | None) -> Receipt:
        """Post, unless it is the one that is limited."""
        if (notification.topic, notification.to, self.limited) == (self._topic, self._where, False):
            self.limited = True
            raise TemporaryOutsideError("ratelimited", delay=timedelta(seconds=1))
        return super().send(notification, thread)


def test_each_move_of_the_end_is_told_once() -> None:
    """News have keys of their own, by lease and number."""
    world, chat = a_told()
    want(world, HOUR / 2)
    tell(world, chat)
    world.clock.advance(timedelta(seconds=1))  # A yes is a word of its own, later than the last.
    want_approved(world, HOUR)
    say_yes(world)
    tell(world, chat)
    tell(world, chat)
    assert topics(chat, ALICE).count(Topic.EXTENDED) == 2
    keys = [one.key for one in news(world)]
    assert len(set(keys)) == len(keys)


def test_the_card_of_a_request_for_more_time_stands_in_the_first_ones_thread() -> None:
    """One conversation about one lease: the card, who said yes, and what came of it."""
    world, chat = a_told()
    want_approved(world)
    tell(world, chat)
    first, asked = said(chat)[0], said(chat)[-1]
    assert (asked.notification.topic, asked.thread) == (Topic.CARD, first.ts)
    say_yes(world)
    tell(world, chat)
    later = [one for one in said(chat) if one.notification.request == _second(world)]
    assert [one.notification.topic for one in later] == [Topic.CARD, Topic.DECIDED]
    assert {one.thread for one in later} == {first.ts}
    assert later[0].edits >= 1


def test_nobody_is_asked_for_more_time_with_what_has_ended() -> None:
    """The card asks no longer, no reminder comes, and the holder hears of the end alone."""
    world, chat = a_told()
    want_approved(world)
    tell(world, chat)
    end(End(actor=BOB, target=FIRST), world.ask)
    let_lapse(world.ask)
    for _ in range(3):
        tell(world, chat)
        pass_time(world, HOUR.total_seconds() / 4, step=60)
    assert _second(world).state is RequestState.LAPSED
    assert world.store.pending() == []
    told = [one.notification for one in said(chat) if one.notification.request.extends]
    assert [one.topic for one in told] == [Topic.CARD, Topic.DECIDED]
    assert all(one.request.pointless for one in told)
    assert topics(chat, ALICE)[-1] is Topic.ENDED


def test_the_news_of_a_lease_are_not_told_again_by_the_request_that_extends_it() -> None:
    """Granted, extended and ended belong to the first request; warnings, too."""
    world, chat = a_told()
    want_approved(world)
    say_yes(world)
    tell(world, chat)
    lease = lease_of(world)
    end = lease.ends_at
    assert end is not None
    told = notifications(_second(world), (lease,), end - timedelta(minutes=1))
    assert [one.topic for one in told] == [Topic.CARD, Topic.DECIDED]


def test_the_card_stands_by_itself_when_the_first_request_has_none() -> None:
    """Where nobody was asked for the lease there is no thread to go on with."""
    world = a_world(a_catalog(workflows=(a_workflow(steps=(), channel=""),)))
    grant_automatically(world)
    stricter = replace(world, catalog=a_catalog(workflows=(a_workflow(extensions=0),)))
    want_approved(stricter, HOUR)
    chat = MemoryChat()
    tell(stricter, chat)
    assert topics(chat) == [Topic.CARD]
    assert said(chat)[0].thread == ""


def grant_automatically(world: World) -> Lease:
    """Let alice have what nobody has to approve."""
    ask(world)
    work(world)
    return lease_of(world)


def test_a_no_to_more_time_is_told_to_who_asked() -> None:
    """The lease goes on; its holder hears who said no, and why."""
    world, chat = a_told()
    request = want_approved(world)
    decide(Decide(actor=BOB, target=request, yes=False, reason="enough"), world.ask)
    tell(world, chat)
    assert topics(chat, ALICE)[-1] is Topic.DECIDED


def _second(world: World) -> Request:
    request = world.store.requests_of(ALICE)[0]
    assert request.extends == FIRST
    return request
