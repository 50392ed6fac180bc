"""The bot on the Slack emulator, over real Socket Mode and HTTP: what people see and how soon."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from bot.channels import unheard
from daypass.adapters.slack.chat import SlackChat
from daypass.adapters.slack.client import connect
from daypass.domain.catalog import Catalog, Principal, Step
from daypass.domain.ids import PersonId, request_id
from daypass.domain.request import RequestState
from daypass.ports import NOTIFICATIONS
from daypass.usecases.notifications.notify import notify
from sandbox.slack.client import Client
from sandbox.slack.server import Emulator
from tests.builders import World, a_catalog, a_workflow, a_world, unbounded
from tests.integration.listening import TOKENS, emulated, listening, posted_card, state
from tests.unit.usecases.scenes import let_go, pass_time

GENERAL, APPROVALS = "#general", "#access-approvals"
GENERAL_ID = "C0GENERAL"
ASK = '/access to prod --k8sGroup=debug --duration 1h --reason "INC-42"'


def in_two_channels() -> Catalog:
    """Return rules by which platform-admins is dan's to give, and asked for elsewhere."""
    dan = Step(by=(Principal(email="dan@example.com"),))
    admins = a_workflow("admins", levels=("platform-admins",), steps=(dan,), channel=GENERAL_ID)
    return a_catalog(workflows=(admins, a_workflow()))


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """A fresh workspace."""
    with emulated() as running:
        yield running


@pytest.fixture
def world() -> World:
    """The rules and a store in memory."""
    return a_world()


@pytest.fixture
def slack(emulator: Emulator, world: World) -> Iterator[Client]:
    """The pool of the people, once the bot listens."""
    with listening(emulator, world) as pool:
        yield pool


def test_ask_and_approve_work_when_real_slack_calls_are_between(
    emulator: Emulator, slack: Client, world: World
) -> None:
    """Ask, card, click: the answers are for one person each, and the scopes are enough."""
    assert slack.say("alice", GENERAL, ASK)["ok"]
    receipt = slack.wait("alice", GENERAL, "Pending")
    assert receipt["is_ephemeral"]
    assert not [m for m in slack.messages("bob", GENERAL) if "Pending" in m["as_text"]]
    request = posted_card(emulator, world)
    slack.click("carol", APPROVALS, match=request, action="approve")
    refused = slack.wait("carol", APPROVALS, "You are not an approver")
    assert refused["is_ephemeral"]
    slack.click("bob", APPROVALS, match=request, action="approve_shorter", value="30m")
    slack.wait("bob", APPROVALS, "Approved")
    assert state(world, request) is RequestState.APPROVED
    assert world.store.live_of(PersonId("U0ALICE"))[0].duration.total_seconds() == 1_800


def test_deny_asks_why_and_stores_it_when_form_is_sent(
    emulator: Emulator, slack: Client, world: World
) -> None:
    """The modal opens within its trigger, closes at once, and the no carries its reason."""
    slack.say("alice", GENERAL, ASK)
    slack.wait("alice", GENERAL, "Pending")
    request = posted_card(emulator, world)
    slack.click("bob", APPROVALS, match=request, action="deny")
    sent = slack.submit("bob", {"deny_reason": "use staging"})
    assert sent["ok"]
    assert not slack.views("bob")
    slack.wait("bob", "@daypass", "Denied")
    stored = world.store.request(request)
    assert stored is not None
    assert stored.approvals[-1].reason == "use staging"


def test_say_is_acknowledged_with_the_corrected_line_when_input_is_bad(slack: Client) -> None:
    """Smart punctuation and faults go through Slack's own escaping and come back as one line."""
    slack.say("alice", GENERAL, "/access to prdo —k8sGroup=debug —reason “a <b> & c")
    said = slack.wait("alice", GENERAL, "Did you mean prod?")
    assert '/access to prod --k8sGroup=debug --reason "a <b> & c"' in said["as_text"]


def test_say_refuses_guest_when_slack_says_so(slack: Client, world: World) -> None:
    """Slack's own word on an account decides, at the command."""
    slack.say("eve", GENERAL, ASK)
    slack.wait("eve", GENERAL, "guests of the workspace")
    assert not world.store.pending()


def test_say_is_acknowledged_when_many_ask_at_once(emulator: Emulator) -> None:
    """Nobody sees a time-out because others ask, too; everybody is answered."""
    crowd = ThreadPoolExecutor(max_workers=20)
    with listening(emulator, a_world(unbounded())) as slack, crowd:
        acks = list(crowd.map(lambda _: slack.say("alice", GENERAL, ASK), range(20)))
        assert all(ack["ok"] for ack in acks)
        for number in range(1, 21):
            slack.wait("alice", GENERAL, request_id(number))


def tell(emulator: Emulator, world: World) -> None:
    """Be a grants worker and a notifications worker that see to all that is due."""
    pass_time(world, 1)
    chat = SlackChat(connect(TOKENS.bot, emulator.api_url), world.catalog, "/access")
    for claim in world.agenda.claim(NOTIFICATIONS, 50):
        notify(claim, world.notify(chat))


@pytest.mark.parametrize("world", [a_world(in_two_channels())], ids=["two channels"])
def test_each_step_is_answered_where_its_workflow_says_and_both_cards_end(
    emulator: Emulator, slack: Client, world: World
) -> None:
    """The first yes in one channel brings the card to the other; both say how it went."""
    slack.change_channel(GENERAL_ID, join=["daypass"])
    slack.say("alice", APPROVALS, f"{ASK} --k8sGroup=platform-admins")
    slack.wait("alice", APPROVALS, "The card goes to #access-approvals, then to #general")
    tell(emulator, world)
    (request,) = [one.id for one in world.store.pending()]
    assert not slack.messages("dan", GENERAL)
    slack.click("bob", APPROVALS, match=request, action="approve")
    slack.wait("bob", APPROVALS, "Your yes counts")
    tell(emulator, world)
    slack.click("dan", GENERAL, match=request, action="approve")
    slack.wait("dan", GENERAL, "Approved")
    tell(emulator, world)
    for channel in (APPROVALS, GENERAL):
        slack.wait("carol", channel, "2 of 2 granted")
    let_go(world, request)
    tell(emulator, world)
    for channel in (APPROVALS, GENERAL):
        (card,) = [m for m in slack.messages("carol", channel) if not m.get("thread_ts")]
        assert "*Ended*" in card["as_text"]
        assert "Granted" not in card["as_text"]


def test_start_names_the_channel_that_does_not_hear_the_bot(
    emulator: Emulator, world: World
) -> None:
    """A card that nobody would see is said at the start, with what to do about it."""
    client = connect(TOKENS.bot, emulator.api_url)
    assert list(unheard(world.catalog, client)) == []
    elsewhere = replace(world.catalog.workflows[0], channel=GENERAL_ID)
    (trouble,) = unheard(replace(world.catalog, workflows=(elsewhere,)), client)
    assert (trouble.channel, trouble.why) == (GENERAL_ID, "the bot is not a member; invite it")
