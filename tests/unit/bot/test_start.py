"""What is found out before the bot listens."""

import pytest
from slack_sdk import WebClient

from bot.start import unheard
from daypass.adapters.slack.directory import workspace_of
from daypass.domain.errors import OutsideError
from tests.builders import a_catalog, a_workflow
from tests.unit.bot.slack import JSON, Slack

HEARD: JSON = {"id": "C0APPROVE", "is_member": True}


def client(slack: Slack) -> WebClient:
    """Return a client of the Slack on loopback."""
    return WebClient("xoxb-test", base_url=slack.api, retry_handlers=[])


def test_workspace_of_returns_team_id(slack: Slack) -> None:
    """The workspace is the token's own, not a setting."""
    assert workspace_of(client(slack)) == "T0DEMO"


def test_workspace_of_raises_when_token_is_wrong(slack: Slack) -> None:
    """A wrong token stops the start."""
    slack.faults["auth.test"] = "invalid_auth"
    with pytest.raises(OutsideError, match="invalid_auth"):
        workspace_of(client(slack))


def test_unheard_yields_nothing_when_bot_is_in_the_channel(slack: Slack) -> None:
    """A channel of our own that the bot is in needs no warning; each is asked once."""
    slack.channels["C0APPROVE"] = HEARD
    rules = a_catalog(workflows=(a_workflow("one"), a_workflow("two"), a_workflow("x", channel="")))
    assert not list(unheard(rules, client(slack)))
    assert len(slack.told("conversations.info")) == 1


@pytest.mark.parametrize(
    ("channel", "why"),
    [
        (HEARD | {"is_member": False}, "invite it"),
        (HEARD | {"is_archived": True}, "archived"),
        (HEARD | {"is_ext_shared": True}, "shared with another workspace"),
        (None, "channel_not_found"),
    ],
)
def test_unheard_names_channel_and_why(slack: Slack, channel: JSON | None, why: str) -> None:
    """A card that nobody would see, or strangers, is said before the first request."""
    if channel:
        slack.channels["C0APPROVE"] = channel
    (found,) = unheard(a_catalog(), client(slack))
    assert found.channel == "C0APPROVE"
    assert why in found.why


@pytest.mark.parametrize(
    ("fault", "why"), [("missing_scope", "channels:read"), ("fatal_error", "could not be checked")]
)
def test_unheard_says_so_when_it_cannot_be_checked(slack: Slack, fault: str, why: str) -> None:
    """Not knowing is said as not knowing."""
    slack.faults["conversations.info"] = fault
    assert [why in found.why for found in unheard(a_catalog(), client(slack))] == [True]
