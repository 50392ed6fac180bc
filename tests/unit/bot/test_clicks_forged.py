"""A click means what it names, never the only thing that would fit (law 5)."""

from datetime import timedelta

import pytest

from daypass.adapters.memory.chat import MemoryChat
from daypass.adapters.slack import actions as act
from daypass.domain.decision import READING
from daypass.domain.ids import RequestId
from daypass.domain.request import RequestState
from tests.unit.bot.stage import Stage
from tests.unit.usecases.notifications.test_notify_extension import tell
from tests.unit.usecases.requests.test_renewing import change_role


@pytest.mark.parametrize("action", [act.APPROVE, act.CANCEL, act.REVOKE, act.RELEASE])
def test_click_does_nothing_when_it_names_nothing(stage: Stage, action: str) -> None:
    """Only a typed command may leave the id out."""
    request = stage.pending()
    said = [stage.click(name, action, RequestId("")) for name in ("bob", "alice")]
    found = stage.world.store.request(request)
    assert found is not None
    assert found.state is RequestState.PENDING
    assert all("There is no request" in one for one in said)


@pytest.mark.parametrize("shorter", [False, True])
def test_yes_is_to_the_card_that_was_clicked(stage: Stage, *, shorter: bool) -> None:
    """Once the request is for something else, a copy that nobody edits takes no yes."""
    request, world, chat = RequestId(stage.pending()), stage.world, MemoryChat()
    tell(world, chat)
    change_role(world)
    stage.click("bob", act.APPROVE, request)
    tell(world, chat)
    world.clock.advance(READING + timedelta(seconds=1))

    def yes(edition: str) -> str:
        if shorter:
            return stage.choose("dan", request, "30m", edition=edition)
        beside = {"block_id": act.decide_block(request, edition)}
        return stage.click("dan", act.APPROVE, request, element=beside)

    (card,) = chat.messages["C0APPROVE"]
    assert "Only a button that stands beside what it is now" in yes("")
    assert "Only a button that stands beside" in stage.say("dan", f"approve {request}")
    assert "Approved" in yes(card.notification.request.edition)
