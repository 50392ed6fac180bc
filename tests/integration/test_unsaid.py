"""A card that nobody can see: the bot was taken out of the approvals channel."""

import pytest

from tests.talk import ASK
from tests.whole import Whole

pytestmark = pytest.mark.real

CHANNEL = "C0APPROVE"


def test_card_that_nobody_sees_is_told_and_posted_as_soon_as_the_bot_is_invited(
    whole: Whole,
) -> None:
    """Requester and administrator read what is in the way; an invitation is all that it takes."""
    whole.slack.change_channel(CHANNEL, leave=["daypass"])
    try:
        answer = whole.says("alice", ASK)
        assert "Asked in" not in answer
        request = whole.store.pending()[-1].id
        whole.direct("alice", "Nobody is asked yet", "invite it there", request)
        whole.direct("bob", "Nobody is asked yet", "alice", request)
        assert "Slack takes no message in" in whole.says("alice", f"status {request}")
    finally:
        whole.slack.change_channel(CHANNEL, join=["daypass"])
    whole.card(request, "Pending")
    whole.direct("alice", "Asked now")
    whole.until(lambda: not whole.store.all_unsaid(), "nothing is unsaid")
