"""For how long a yes gives something: what is free after it stands beside what was asked for."""

from datetime import timedelta

import pytest

from daypass.adapters.slack.blocks import Message
from daypass.adapters.slack.views.card import card
from daypass.adapters.slack.views.lists import requests, status
from daypass.adapters.slack.views.receipt import decided
from daypass.adapters.slack.views.unsaid import unsaid
from daypass.domain.ids import lease_id
from daypass.domain.notification import Notification, Topic, Unsaid
from daypass.domain.request import Request, RequestState
from daypass.usecases.requests.browse import Requests, Standing
from tests.builders import NOON, a_request
from tests.unit.adapters.slack.examples import a_scene, a_yes

LONGER = "1h (and up to 1h longer without asking again)"
MORE = a_request(extends=lease_id(a_request().id, 1))


def approved(request: Request) -> Request:
    """Return it after bob's yes."""
    return request.with_approval(a_yes()).moved_to(RequestState.APPROVED, NOON)


def to_decide(request: Request) -> list[Message]:
    """Return each message that is read before a yes, and the answer to it."""
    return [
        card(request, (), a_scene()),
        status(Standing(request=request, leases=(), own=False), a_scene()),
        requests(Requests(mine=(), waiting=(request,)), a_scene()),
        unsaid(unasked(request), a_scene()),
        decided(approved(request), a_scene()),
    ]


def unasked(request: Request) -> Notification:
    """Return what an administrator is told of a card that Slack does not take."""
    why = Unsaid(request=request.id, to=("C0",), why="No.", since=NOON, unasked=("C0",))
    return Notification(
        key="x", topic=Topic.UNSAID, to="U0DAN", request=request, leases=(), unsaid=why
    )


@pytest.mark.parametrize("which", range(5))
def test_what_is_free_after_a_yes_is_said_before_it(which: int) -> None:
    """Who approves an hour reads that two may come of it."""
    assert LONGER in str(to_decide(a_request())[which])


def test_what_is_free_is_said_to_those_who_hear_it_read_and_in_the_dialog() -> None:
    """The line beside the blocks, and the dialog of the button, have it as well."""
    shown = card(a_request(), (), a_scene())
    assert LONGER in shown["text"]
    assert f"{LONGER} on prod: debug in payments. For alice@example.com." in str(shown["blocks"])


@pytest.mark.parametrize("which", range(5))
def test_more_time_gives_nothing_besides(which: int) -> None:
    """A yes to more time gives just that."""
    assert "longer without" not in str(to_decide(MORE)[which])


def test_less_gives_nothing_besides() -> None:
    """Whoever gave less than was asked for left nothing free."""
    less = a_request().with_approval(a_yes(duration=timedelta(minutes=30)))
    assert "longer without" not in str(to_decide(less))


def test_what_was_decided_says_its_end_by_itself() -> None:
    """What is free may have been taken off since: the card that stays does not go on about it."""
    assert "longer without" not in str(card(approved(a_request()), (), a_scene()))
