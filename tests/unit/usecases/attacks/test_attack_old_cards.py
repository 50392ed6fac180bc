"""A card that still says what a request was before its role was changed gets no yes (law 9)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from daypass.adapters.memory.chat import MemoryChat
from daypass.adapters.slack.views.lists import requests
from daypass.adapters.slack.views.render import render
from daypass.adapters.slack.views.scene import Scene
from daypass.domain.decision import READING
from daypass.domain.reasons import OldCard, ReadAgain
from daypass.domain.request import Request, RequestState
from daypass.ports import Change
from daypass.usecases.requests import browse
from daypass.usecases.requests.browse import Browse
from daypass.usecases.requests.decide import Decide, decide
from tests.builders import PODS, World, a_world
from tests.unit.adapters.slack.examples import a_scene, read
from tests.unit.usecases.notifications.telling import CHANNEL
from tests.unit.usecases.notifications.test_notify_extension import said, tell
from tests.unit.usecases.requests.test_renewing import change_role, say_yes, stored
from tests.unit.usecases.requests.test_two_channels import OTHER, asked_for_both
from tests.unit.usecases.scenes import ALICE, BOB, DAN, ask, refusal


def read_it(world: World) -> None:
    """Let so much time pass as reading takes."""
    world.clock.advance(READING + timedelta(seconds=1))


def click(world: World, request: Request, edition: str) -> Request:
    """Let dan say yes by the button beside that edition of a request."""
    yes = Decide(actor=DAN, target=request.id, yes=True, read=edition)
    return decide(yes, world.ask)


def a_renewed() -> tuple[World, MemoryChat, Request]:
    """Let the role of what waits be changed, bob's click find it, and Slack be told."""
    world, chat = a_world(), MemoryChat()
    request = ask(world).request
    tell(world, chat)
    change_role(world)
    refusal(lambda: say_yes(world, request, BOB))
    tell(world, chat)
    read_it(world)
    return world, chat, request


def renewed_where_slack_takes_no_edit(
    world: World, chat: MemoryChat, channel: str, *, click: Callable[[], object]
) -> None:
    """Let a role change, somebody click, and all be told and read but in one channel."""
    change_role(world)
    chat.closed.add(channel)
    refusal(click)
    tell(world, chat)
    read_it(world)


def test_a_card_of_a_later_step_that_is_not_up_to_date_keeps_a_yes_waiting() -> None:
    """Bob reads it in the channel of the next step, where Slack does not take the edit."""
    world, chat, request = asked_for_both()
    say_yes(world, request)
    tell(world, chat)
    renewed_where_slack_takes_no_edit(
        world, chat, OTHER, click=lambda: say_yes(world, request, DAN)
    )
    (card,) = said(chat, OTHER)
    assert card.notification.request.renewed_at is None
    assert isinstance(refusal(lambda: say_yes(world, request)), ReadAgain)


@pytest.mark.parametrize("other", ["", "1.000000"])
def test_a_copy_of_a_card_that_nobody_edits_gets_no_yes(other: str) -> None:
    """Posted twice, for a worker died in between, or left where Slack took no edit any more.

    Nor does a dialog that somebody opened before, and reads for longer than the card is new.
    """
    world, chat, request = a_renewed()
    assert isinstance(refusal(lambda: click(world, request, other)), OldCard)
    (card,) = said(chat)
    edition = card.notification.request.edition
    assert click(world, request, edition).state is RequestState.APPROVED


def test_who_may_mend_it_reads_that_no_yes_is_taken_meanwhile() -> None:
    """Slack takes no edit of the card: whoever typed the line that is offered was refused."""
    world, chat = a_world(), MemoryChat()
    request = ask(world).request
    tell(world, chat)
    renewed_where_slack_takes_no_edit(
        world, chat, CHANNEL, click=lambda: say_yes(world, request, BOB)
    )
    assert isinstance(refusal(lambda: say_yes(world, request, BOB)), ReadAgain)
    (told,) = said(chat, ALICE)
    message = read(render(told.notification, Scene(command="/access", catalog=world.catalog)))
    assert "Only a button beside what it is now says yes to it" in message
    assert "/access approve" not in message


def test_a_typed_yes_is_to_what_was_asked_first() -> None:
    """Dan read the list of what waits, and types what it offered: nobody knows when he read it.

    Whoever asked changed the role meanwhile, and had somebody else's click renew the request.
    """
    world, _, request = a_renewed()
    typed = Decide(actor=DAN, target=request.id, yes=True)
    assert isinstance(refusal(lambda: decide(typed, world.ask)), OldCard)
    seen = requests(browse.requests(Browse(actor=DAN), world.ask), a_scene())
    assert "/access approve" not in read(seen)
    assert "Approve on its card or" in read(seen)


def test_a_card_that_a_store_which_was_set_back_does_not_know_gets_no_yes() -> None:
    """It says what the request was while the role was another; the role was put back since."""
    world = a_world()
    request = ask(world).request
    change_role(world)
    refusal(lambda: say_yes(world, request, BOB))
    edition = stored(world, request).edition
    forgotten = replace(stored(world, request), plan=request.plan, renewed_at=None)
    world.store.commit(Change(move=world.ids.move(), requests=(forgotten,)))
    change_role(world, (PODS,))
    read_it(world)
    assert isinstance(refusal(lambda: click(world, request, edition)), OldCard)
    assert say_yes(world, request, DAN).state is RequestState.APPROVED
