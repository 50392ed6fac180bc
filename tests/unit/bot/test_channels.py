"""What is found out before the bot listens."""

import pytest
from slack_sdk import WebClient

from bot.channels import unheard
from daypass.adapters.slack.home import Home, home_of
from daypass.domain.errors import OutsideError, SettingsError
from tests.builders import a_catalog, a_workflow
from tests.unit.bot.slack import JSON, Slack

HEARD: JSON = {"id": "C0APPROVE", "is_member": True}


def client(slack: Slack) -> WebClient:
    """Return a client of the Slack on loopback."""
    return WebClient("xoxb-test", base_url=slack.api, retry_handlers=[])


ORGANISATION: JSON = {"enterprise_id": "E0DEMO", "is_enterprise_install": True}


@pytest.mark.parametrize(
    ("told", "named", "home"),
    [
        ({}, "", Home(team="T0DEMO")),
        ({"enterprise_id": None}, "", Home(team="T0DEMO")),
        ({"enterprise_id": "E0DEMO"}, "", Home(team="T0DEMO", enterprise="E0DEMO")),
        ({"enterprise_id": "E0DEMO"}, "T0DEMO", Home(team="T0DEMO", enterprise="E0DEMO")),
        (ORGANISATION, "T1", Home(team="T1", enterprise="E0DEMO", org_wide=True)),
        (ORGANISATION, "", Home(team="T0DEMO", enterprise="E0DEMO", org_wide=True)),
    ],
)
def test_home_of_reads_where_the_app_is_installed(
    slack: Slack, told: JSON, named: str, home: Home
) -> None:
    """The place is the token's own; a setting names a workspace only of an organisation."""
    slack.identity = told
    assert home_of(client(slack), named) == home


@pytest.mark.parametrize(
    "told",
    [
        {"team_id": ""},
        {"team_id": None},
        {"team_id": "E0DEMO", "enterprise_id": "E0DEMO"},
        {"is_enterprise_install": True},
        {"is_enterprise_install": True, "enterprise_id": ""},
    ],
)
def test_home_of_raises_when_slack_does_not_say_where(slack: Slack, told: JSON) -> None:
    """A place that is empty would be everybody's who has none either."""
    slack.identity = told
    with pytest.raises(OutsideError, match="does not say where"):
        home_of(client(slack))


def test_home_of_raises_when_token_is_wrong(slack: Slack) -> None:
    """A wrong token stops the start."""
    slack.faults["auth.test"] = "invalid_auth"
    with pytest.raises(OutsideError, match="invalid_auth"):
        home_of(client(slack))


@pytest.mark.parametrize("team", ["E0DEMO", None])
def test_home_of_wants_a_workspace_of_an_organisation(slack: Slack, team: str | None) -> None:
    """Without one no user group could be read: said at the start, with what to write."""
    slack.identity = ORGANISATION | {"team_id": team}
    with pytest.raises(SettingsError, match=r"DAYPASS_SLACK_WORKSPACE: not set.*E0DEMO.*T…"):
        home_of(client(slack))


def test_home_of_refuses_another_workspace_than_the_tokens(slack: Slack) -> None:
    """A token of another install is found at the start, not by strangers who are served."""
    with pytest.raises(SettingsError, match="says T0OTHER, but the app is installed in T0DEMO"):
        home_of(client(slack), "T0OTHER")


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
