"""The card of more time that was given and never had says so in the end (law 9)."""

from datetime import timedelta

import pytest

from daypass.adapters.memory.chat import MemoryChat
from daypass.adapters.slack.views.words import EXTENDING, NOT_EXTENDED, Word, request_word
from daypass.usecases.requests.shorten import Shorten, shorten
from tests.builders import World
from tests.unit.usecases.notifications.test_notify_extension import a_told, said, tell
from tests.unit.usecases.requests.test_extend import say_yes, want_approved
from tests.unit.usecases.scenes import ALICE, BOB, FIRST, HOUR, let_go, pass_time


def card_of_more(chat: MemoryChat) -> Word:
    """Return what the card of the request for more time reads as it stands in Slack."""
    (card,) = [
        one.notification
        for one in said(chat)
        if one.notification.request.extends and one.notification.key.startswith("card")
    ]
    return request_word(card.request, card.leases)


def a_yes_that_waits() -> tuple[World, MemoryChat]:
    """Let bob say yes to more while the cluster is away, and Slack say that it is under way."""
    world, chat = a_told()
    want_approved(world)
    tell(world, chat)
    world.clusters["prod"].down = True
    say_yes(world)
    tell(world, chat)
    assert card_of_more(chat) is EXTENDING
    return world, chat


def settled(world: World, chat: MemoryChat) -> Word:
    """Let the cluster come back and everything that is due happen; return what the card reads."""
    world.clusters["prod"].down = False
    for _ in range(5):
        tell(world, chat)
        pass_time(world, HOUR.total_seconds(), step=60)
    return card_of_more(chat)


@pytest.mark.parametrize("who", [ALICE, BOB])
def test_the_card_of_more_time_says_that_a_cut_overtook_it(who: str) -> None:
    """The holder alone, or an approver, takes a minute off while the yes waits for its cluster."""
    world, chat = a_yes_that_waits()
    shorten(Shorten(actor=who, target=FIRST, length=timedelta(minutes=1)), world.ask)  # type: ignore[arg-type]
    assert settled(world, chat) is NOT_EXTENDED


def test_the_card_of_more_time_says_that_its_lease_was_given_back() -> None:
    """The holder releases while the yes waits for its cluster."""
    world, chat = a_yes_that_waits()
    let_go(world)
    assert settled(world, chat) is NOT_EXTENDED


def test_the_card_of_more_time_says_that_its_lease_came_to_its_end() -> None:
    """By nobody: limits.md says that the extension comes to nothing; its card does not."""
    world, chat = a_yes_that_waits()
    pass_time(world, HOUR.total_seconds(), step=60)
    assert settled(world, chat) is NOT_EXTENDED
