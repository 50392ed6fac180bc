"""`ports.Chat`, in memory and on the emulator over our real client."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Protocol

import pytest
from slack_sdk import WebClient

from daypass.adapters.memory.chat import MemoryChat
from daypass.adapters.slack.chat import OURS, SlackChat
from daypass.domain.catalog import Principal, Step, Team
from daypass.domain.errors import (
    OutsideError,
    PermanentOutsideError,
    TemporaryOutsideError,
)
from daypass.domain.notification import Announcement, Notification, Receipt, Topic, notifications
from daypass.domain.rbac.meaning import Meaning
from daypass.domain.request import Request
from daypass.domain.shift import Shift
from daypass.ports import Chat
from tests.builders import NOON, SRE, a_catalog, a_lease, a_person, a_plan, a_request, an_ask
from tests.contract.emulated_slack import EmulatedSlack, emulated_slack
from tests.unit.adapters.slack.examples import a_granted, an_approved

CLOSED = "C0GENERAL"
"""A channel without the bot in it."""


class Place(Protocol):
    """Where a chat talks to, seen from the other side."""

    chat: Chat

    def standing(self, channel: str) -> list[tuple[str, str]]:
        """Return ts and thread of the messages that stand there, oldest first."""
        ...

    def lose(self, receipt: Receipt) -> None:
        """Delete a message behind the chat's back."""
        ...

    def fail(self, delay: timedelta | None) -> None:
        """Be down, or limit every call once to `delay`."""
        ...


class InMemory:
    """The chat in memory."""

    def __init__(self) -> None:
        self.memory = MemoryChat()
        self.memory.closed.add(CLOSED)
        self.chat: Chat = self.memory

    def standing(self, channel: str) -> list[tuple[str, str]]:
        """Return what was kept."""
        return [(one.ts, one.thread) for one in self.memory.messages.get(channel, [])]

    def lose(self, receipt: Receipt) -> None:
        """Forget a message."""
        self.memory.lose(receipt)

    def fail(self, delay: timedelta | None) -> None:
        """Raise from now on."""
        self.memory.trouble = TemporaryOutsideError("no answer", delay=delay)


class Emulated:
    """Slack's chat on the emulator."""

    def __init__(self, slack: EmulatedSlack) -> None:
        self.slack = slack
        self.chat: Chat = SlackChat(slack.web, a_catalog(), "/access")

    def standing(self, channel: str) -> list[tuple[str, str]]:
        """Return what alice sees."""
        seen = self.slack.hands.messages("alice", channel)
        return [(one["ts"], one.get("thread_ts") or "") for one in seen]

    def lose(self, receipt: Receipt) -> None:
        """Delete a message."""
        self.slack.web.chat_delete(channel=receipt.channel, ts=receipt.ts)

    def fail(self, delay: timedelta | None) -> None:
        """Set the emulator's faults."""
        if delay is None:
            self.slack.hands.set_faults(down=True)
            return
        waits = [int(delay.total_seconds())]
        self.slack.hands.set_faults(
            retry_after={"chat.postMessage": waits, "chat.update": list(waits)}
        )


@contextmanager
def emulated() -> Iterator[Emulated]:
    """Run an emulator for one place."""
    with emulated_slack() as slack:
        yield Emulated(slack)


@pytest.fixture(params=["memory", "slack"])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """Each implementation in turn."""
    if request.param == "memory":
        yield InMemory()
        return
    with emulated() as found:
        yield found


def told(request: Request, key: str = "card:C0APPROVE") -> Notification:
    """Return one notification of a request with its lease, if it became one."""
    leases = (a_granted(),) if request.approvals else ()
    return next(one for one in notifications(request, leases, NOON) if one.key == key)


CARD = told(a_request())
GRANTED = told(an_approved(), "direct:granted:k7q2m9x4t1bd-1")
LOG = told(an_approved(), "thread:decided")


def test_send_posts_one_message_where_it_is_to_go(place: Place) -> None:
    """A receipt names the message and what it said."""
    receipt = place.chat.send(CARD, None)
    assert place.standing("C0APPROVE") == [(receipt.ts, "")]
    assert receipt.channel == "C0APPROVE"
    assert receipt.digest == place.chat.digest(CARD)


def test_send_posts_into_thread_when_one_is_given(place: Place) -> None:
    """The log of a request stands under its card."""
    card = place.chat.send(CARD, None)
    post = place.chat.send(LOG, card)
    assert (post.ts, card.ts) in place.standing("C0APPROVE")


def test_send_opens_direct_message_when_told_to_a_person(place: Place) -> None:
    """A person is reached by account, and the receipt can be edited later."""
    receipt = place.chat.send(GRANTED, None)
    later = place.chat.edit(receipt, replace(GRANTED, lease=a_lease()))
    assert (later.channel, later.ts) == (receipt.channel, receipt.ts)
    assert [ts for ts, _ in place.standing(receipt.channel)] == [receipt.ts]


def test_announce_reaches_a_channel_and_a_person(place: Place) -> None:
    """What shifted on a cluster belongs to no request; a channel that is closed says so."""
    shift = Shift(key="ClusterRole/view", at=NOON, was=Meaning(digest="1"), now=None)
    news = Announcement(to="C0APPROVE", cluster="prod", shifts=(shift,), levels={})
    place.chat.announce(news)
    place.chat.announce(replace(news, to="U0ALICE"))
    with pytest.raises(PermanentOutsideError):
        place.chat.announce(replace(news, to=CLOSED))


def test_edit_changes_message_in_place(place: Place) -> None:
    """An edit keeps the message and changes what it says."""
    before = place.chat.send(CARD, None)
    after = place.chat.edit(before, told(an_approved()))
    assert [ts for ts, _ in place.standing("C0APPROVE")] == [before.ts]
    assert after.ts == before.ts
    assert after.digest == place.chat.digest(told(an_approved())) != before.digest


def test_edit_posts_anew_when_message_is_lost(place: Place) -> None:
    """What somebody deleted is there again, with a receipt of its own."""
    before = place.chat.send(CARD, None)
    place.lose(before)
    after = place.chat.edit(before, CARD)
    assert [ts for ts, _ in place.standing("C0APPROVE")] == [after.ts]
    assert after.ts != before.ts


def test_digest_tells_renderings_apart_and_nothing_else(place: Place) -> None:
    """The same state gives the same digest, whatever its version in the store is."""
    assert place.chat.digest(CARD) == place.chat.digest(told(replace(a_request(), version=7)))
    assert place.chat.digest(CARD) != place.chat.digest(told(an_approved()))


def test_send_is_refused_when_bot_is_not_in_channel(place: Place) -> None:
    """Trying again will not help until somebody invites the bot."""
    with pytest.raises(PermanentOutsideError):
        place.chat.send(replace(CARD, to=CLOSED), None)


def test_calls_are_temporary_when_chat_is_down(place: Place) -> None:
    """An outage passes."""
    receipt = place.chat.send(CARD, None)
    place.fail(None)
    with pytest.raises(TemporaryOutsideError):
        place.chat.send(CARD, None)
    with pytest.raises(TemporaryOutsideError):
        place.chat.edit(receipt, CARD)


def test_calls_carry_wait_when_chat_limits(place: Place) -> None:
    """A limit says how long to wait, and nobody sleeps."""
    receipt = place.chat.send(CARD, None)
    place.fail(timedelta(seconds=7))
    with pytest.raises(TemporaryOutsideError) as sending:
        place.chat.send(CARD, None)
    with pytest.raises(TemporaryOutsideError) as editing:
        place.chat.edit(receipt, CARD)
    assert sending.value.delay == editing.value.delay == timedelta(seconds=7)


def test_every_topic_is_taken(place: Place) -> None:
    """Slack takes each kind of message that we have."""
    two = a_plan(steps=(Step(by=(SRE,), count=2),))
    partial = a_request(approvals=an_approved().approvals, plan=two)
    leases = (a_granted(),)
    late = NOON + timedelta(minutes=50)
    some = [*notifications(partial, (), late), *notifications(an_approved(), leases, late)]
    receipts = [place.chat.send(one, None) for one in some]
    assert {one.topic for one in some} >= {
        Topic.CARD,
        Topic.DECIDED,
        Topic.GRANTED,
        Topic.REMINDED,
        Topic.WARNED,
    }
    assert all(receipt.ts for receipt in receipts)


def test_reminder_mentions_who_could_say_yes_and_is_seen_in_the_channel() -> None:
    """A group is mentioned as such, a person by account; the asker and who said yes are named."""
    by = tuple(Principal(email=f"{name}@example.com") for name in ("alice", "bob", "dan", "nobody"))
    step = Step(by=(*by, Principal(team="sre"), Principal(team="few")), count=2)
    (answer,) = an_approved().approvals
    request = a_request(
        ask=an_ask(requester=a_person(email="Alice@Example.COM")),
        plan=a_plan(steps=(step,)),
        approvals=(replace(answer, by=replace(answer.by, email="Bob@Example.COM")),),
    )
    few = Team(name="few", emails=frozenset({"carol@example.com"}))
    rules = a_catalog()
    rules = replace(rules, teams={**rules.teams, "few": few})
    with emulated_slack() as slack:
        chat = SlackChat(slack.web, rules, "/access")
        card = chat.send(told(request), None)
        chat.send(replace(told(request), topic=Topic.REMINDED, threaded=True), card)
        (said,) = [
            one for one in slack.hands.messages("alice", "C0APPROVE") if one.get("thread_ts")
        ]
        posts = [one["sent"] for one in slack.hands.traffic() if one["name"] == "chat.postMessage"]
        (sent,) = [post for post in posts if post.get("thread_ts")]
    assert sent["reply_broadcast"]
    whom = "alice@example.com, bob@example.com, <@U0DAN>, nobody@example.com, <!subteam^S0SRE>"
    assert f"still needed: {whom}, team:few (<@U0CAROL>)" in said["text"]


def test_reminder_names_people_when_slack_does_not_say_who_they_are() -> None:
    """A reminder is worth more than its mentions."""
    request = a_request(plan=a_plan(steps=(Step(by=(Principal(email="bob@example.com"),)),)))
    with emulated_slack() as slack:
        chat = SlackChat(slack.web, a_catalog(), "/access")
        card = chat.send(told(request), None)
        slack.hands.set_faults(errors={"users.lookupByEmail": ["internal_error"]})
        chat.send(replace(told(request), topic=Topic.REMINDED, threaded=True), card)
        (said,) = [
            one for one in slack.hands.messages("alice", "C0APPROVE") if one.get("thread_ts")
        ]
    assert "still needed: bob@example.com" in said["text"]


def test_edit_raises_when_slack_refuses_for_another_reason() -> None:
    """Only a message that is lost is posted anew: other refusals would double it."""
    with emulated() as found:
        receipt = found.chat.send(CARD, None)
        found.slack.hands.set_faults(errors={"chat.update": ["msg_too_long"]})
        with pytest.raises(PermanentOutsideError):
            found.chat.edit(receipt, CARD)
        assert len(found.standing("C0APPROVE")) == 1


def test_send_is_unknown_when_answer_is_lost() -> None:
    """A lost answer may mean that the message is there."""
    with emulated() as found:
        found.slack.hands.set_faults(lost_answers=1)
        with pytest.raises(OutsideError) as caught:
            found.chat.send(CARD, None)
        assert isinstance(caught.value, TemporaryOutsideError)
        assert caught.value.unknown


def test_send_is_refused_when_message_breaks_limits() -> None:
    """It is found here, with its place, and whoever waits for it is told (`own_up`)."""
    crowded = SlackChat(WebClient(), a_catalog(), "/" + "x" * 3_000)
    pending = told(replace(a_request(), id=a_request().id))
    assert crowded.digest(pending)
    broken = replace(pending, request=replace(pending.request, id="x" * 2_500))  # type: ignore[arg-type]
    with pytest.raises(PermanentOutsideError, match="limits") as caught:
        crowded.send(broken, None)
    assert OURS in caught.value.remedy
