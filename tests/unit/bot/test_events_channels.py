"""What could not be said in a channel is said as soon as Slack tells that we may speak there."""

from typing import Any

import pytest

from daypass.adapters.memory.chat import MemoryChat
from daypass.domain.errors import TemporaryOutsideError
from daypass.ports import NOTIFICATIONS
from daypass.usecases.notifications.notify import notify
from tests.unit.bot.slack import Slack
from tests.unit.bot.stage import Stage, a_stage
from tests.unit.bot.test_events_people import tell
from tests.unit.bot.test_trouble import FailingStore

JOINED = {"type": "member_joined_channel", "user": "U0DAYPASS", "channel": "C0APPROVE"}


def unsaid(stage: Stage) -> str:
    """Have alice ask while the bot is not in the channel; return the request's id."""
    request = stage.pending()
    chat = MemoryChat()
    chat.closed.add("C0APPROVE")
    (claim,) = stage.world.agenda.claim(NOTIFICATIONS, 9)
    notify(claim, stage.world.notify(chat))
    return request


def due(stage: Stage) -> bool:
    """Whether the card is tried now."""
    rows = stage.world.agenda.promises(NOTIFICATIONS).values()
    return any(at <= stage.world.clock.now() for at in rows)


@pytest.mark.parametrize(
    "event",
    [
        JOINED,
        {"type": "channel_unarchive", "user": "U0BOB", "channel": "C0APPROVE"},
        {"type": "group_unarchive", "user": "U0BOB", "channel": "C0APPROVE"},
    ],
    ids=["invited", "unarchived", "private"],
)
def test_card_is_due_now_when_the_channel_takes_messages_again(
    stage: Stage, event: dict[str, Any]
) -> None:
    """Nobody has to wait for the next try, nor to ask again."""
    unsaid(stage)
    assert not due(stage)
    assert tell(stage, event) == 200
    assert due(stage)


@pytest.mark.parametrize(
    "other", [{"user": "U0CAROL"}, {"channel": "C0OTHER"}], ids=["somebody", "elsewhere"]
)
def test_card_waits_when_somebody_else_joined_or_it_was_another_channel(
    stage: Stage, other: dict[str, str]
) -> None:
    """People come and go; only our own coming changes what Slack takes from us."""
    unsaid(stage)
    tell(stage, {**JOINED, **other})
    assert not due(stage)


def test_invitation_that_comes_while_redis_is_away_is_no_bug(slack: Slack) -> None:
    """The next try comes anyway."""

    class Lost(FailingStore):
        """A store that is gone."""

        def all_unsaid(self) -> Any:
            """Fail."""
            raise TemporaryOutsideError("no answer")

    stage = a_stage(slack, store=Lost(TemporaryOutsideError("no answer")))
    assert tell(stage, JOINED) == 200
    assert {name for name, _ in slack.calls} <= {"auth.test"}


def test_answer_does_not_say_that_somebody_was_asked(stage: Stage) -> None:
    """The card is not posted yet: what is not so yet is not said."""
    said = stage.say("alice", "to prod -g debug because INC-42")
    assert "Asked in" not in said
    assert "The card goes to <#C0APPROVE>" in said


def test_status_says_that_nobody_was_asked(stage: Stage) -> None:
    """Whoever looks is told what is in the way and that it is tried again."""
    request = unsaid(stage)
    said = stage.say("alice", f"status {request}")
    assert "Slack takes no message in <#C0APPROVE>" in said
    assert "not_in_channel" in said
