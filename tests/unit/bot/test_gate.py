"""Who may speak to the bot at all: its own workspace, in payloads that it can read."""

from typing import Any

import pytest

from daypass.adapters.slack import actions as act
from daypass.adapters.slack.home import Home
from tests.builders import a_profile
from tests.unit.bot.slack import Slack
from tests.unit.bot.stage import Stage, a_stage

ASK = "to prod -g debug because INC-42"
STRANGER = {"id": "U0BOB", "team_id": "T0OTHER"}


@pytest.mark.parametrize(
    "origin",
    [
        {"team_id": "T0OTHER"},
        {"team_id": ""},
        {"team_id": None},
        {"team_id": ["T0DEMO"]},
        {"is_enterprise_install": "true"},
    ],
)
def test_command_is_refused_when_workspace_is_foreign(stage: Stage, origin: dict[str, Any]) -> None:
    """Law 5: another workspace, or an organisation's install, is nobody; that is said at once."""
    assert "its own workspace only" in stage.say("alice", ASK, **origin)
    assert not stage.world.store.pending()


@pytest.mark.parametrize(
    "origin",
    [{"team": {"id": "T0OTHER"}}, {"user": STRANGER}, {"team": None, "user": STRANGER}],
)
def test_click_is_refused_when_clicker_is_foreign(stage: Stage, origin: dict[str, Any]) -> None:
    """In a shared channel others see the card and its buttons; they decide nothing."""
    request = stage.pending()
    assert "its own workspace only" in stage.click("bob", act.APPROVE, request, **origin)
    assert stage.world.store.pending()


IN_GRID = Home(team="T0DEMO", enterprise="E0DEMO")
ORG_WIDE = Home(team="T0DEMO", enterprise="E0DEMO", org_wide=True)
OURS: dict[str, Any] = {"enterprise": {"id": "E0DEMO", "name": "Demo Group"}}
THEIRS: dict[str, Any] = {"enterprise": {"id": "E0OTHER", "name": "Others"}}
GUEST_OF_OURS = {"id": "U0BOB", "team_id": "T0PARIS"}


@pytest.mark.parametrize(
    ("home", "origin"),
    [
        (IN_GRID, {**OURS, "user": GUEST_OF_OURS}),
        (IN_GRID, {**OURS, "user": {"id": "U0BOB", "team_id": "E0DEMO"}}),
        (IN_GRID, {**OURS, "user": {"id": "U0BOB", "team_id": None}}),
        (IN_GRID, {"team": {"id": "T0PARIS", "enterprise_id": "E0DEMO"}, "user": GUEST_OF_OURS}),
        (IN_GRID, {**OURS, "team": None, "user": GUEST_OF_OURS}),
        (ORG_WIDE, {**OURS, "team": None, "is_enterprise_install": True}),
        (ORG_WIDE, {**OURS, "team": None, "user": GUEST_OF_OURS, "is_enterprise_install": True}),
        (ORG_WIDE, {"team": {"id": "T0PARIS", "enterprise_id": "E0DEMO"}, "user": GUEST_OF_OURS}),
    ],
)
def test_click_of_the_organisation_is_taken(
    slack: Slack, home: Home, origin: dict[str, Any]
) -> None:
    """A payload names another workspace as the person's; who they are is Slack's word alone."""
    stage = a_stage(slack, home=home)
    assert "Approved" in stage.click("bob", act.APPROVE, stage.asked(home), **origin)


@pytest.mark.parametrize(
    ("home", "origin"),
    [
        (IN_GRID, {"team": {"id": "T0PARIS"}}),
        (IN_GRID, {**THEIRS, "team": {"id": "T0OTHER"}}),
        (IN_GRID, {**OURS, "team": {"id": "T0PARIS", "enterprise_id": "E0OTHER"}}),
        (IN_GRID, {"team": None, "user": GUEST_OF_OURS}),
        (IN_GRID, {**OURS, "team": None, "is_enterprise_install": True}),
        (ORG_WIDE, {**THEIRS, "team": None, "is_enterprise_install": True}),
        (ORG_WIDE, {"team": {"id": "T0OTHER", "enterprise_id": "E0OTHER"}, **OURS}),
        (ORG_WIDE, {"enterprise": {"id": ""}, "team": None}),
        (ORG_WIDE, {"enterprise": None, "team": None, "is_enterprise_install": True}),
        (ORG_WIDE, {"enterprise": None}),
    ],
)
def test_click_for_another_install_is_refused(
    slack: Slack, home: Home, origin: dict[str, Any]
) -> None:
    """Law 5: what names another workspace, another organisation or none is not meant for us."""
    stage = a_stage(slack, home=home)
    assert "own " in stage.click("bob", act.APPROVE, stage.asked(home), **origin)
    assert stage.world.store.pending()


def test_click_of_a_stranger_is_refused_when_payload_names_our_organisation(slack: Slack) -> None:
    """Law 5: the payload's organisation is that of the place; Slack knows the person's."""
    stage = a_stage(slack, home=IN_GRID)
    request = stage.asked(IN_GRID)
    stage.world.people.put(a_profile("bob", foreign=True))
    said = stage.click("bob", act.APPROVE, request, **OURS, user=STRANGER)
    assert "another workspace or organisation" in said
    assert stage.world.store.pending()


def test_modal_is_meant_for_the_install_that_showed_it(slack: Slack) -> None:
    """A form that was sent off from elsewhere names the place where the app is in its view."""
    stage = a_stage(slack, home=IN_GRID)
    request = stage.asked(IN_GRID)
    elsewhere = {"team": {"id": "T0PARIS"}, "user": GUEST_OF_OURS}
    stage.send_off("bob", request, "no", installed="T0PARIS", **elsewhere)
    assert stage.world.store.pending()
    stage.send_off("bob", request, "no", installed="T0DEMO", **elsewhere)
    assert not stage.world.store.pending()


def test_modal_is_refused_when_sender_is_foreign(stage: Stage) -> None:
    """A modal that a stranger sends off is closed and forgotten."""
    request = stage.pending()
    assert stage.send_off("bob", request, "no", user=STRANGER).status == 200
    assert stage.world.store.pending()


def test_click_is_taken_when_only_the_person_names_the_workspace(stage: Stage) -> None:
    """Slack may leave the team out; what is named must still be ours."""
    request = stage.pending()
    assert "Approved" in stage.click("bob", act.APPROVE, request, team=None)


@pytest.mark.parametrize(
    "lack", [{"user_id": "bob"}, {"user_id": None}, {"trigger_id": ""}, {"response_url": None}]
)
def test_command_is_answered_when_payload_lacks_what_we_rely_on(
    stage: Stage, lack: dict[str, Any]
) -> None:
    """Strict about what matters: nothing is done, and the log has the reference that is told."""
    stage.say("alice", ASK, **lack)
    assert not stage.world.store.pending()


def test_click_is_answered_when_payload_names_no_action(stage: Stage) -> None:
    """A click without its action does nothing and is acknowledged."""
    assert "went wrong inside Daypass" in stage.click("bob", act.APPROVE, "x", actions=[{}])


def test_modal_is_acknowledged_when_payload_cannot_be_read(stage: Stage) -> None:
    """What is found unreadable before the ack is acknowledged all the same, and said directly."""
    view = {"id": "V1", "callback_id": act.DENY_VIEW, "type": "modal", "state": {"values": {}}}
    assert stage.send_off("bob", "k7q2m9x4t1bd", "no", view=view).status == 200
    assert [told["channel"] for told in stage.slack.told("chat.postMessage")] == ["U0BOB"]


@pytest.mark.parametrize(
    "body",
    [
        {"type": "shortcut", "callback_id": "any"},
        {"type": "view_submission", "view": {"callback_id": "old", "type": "modal"}},
        {"type": "block_suggestion", "action_id": "any", "block_id": "b", "value": ""},
    ],
)
def test_anything_else_is_acknowledged(slack: Slack, body: dict[str, Any]) -> None:
    """Without an ack the person sees an error, whatever it was."""
    stage = a_stage(slack)
    home = {"team": {"id": "T0DEMO"}, "user": {"id": "U0BOB", "team_id": "T0DEMO"}}
    assert stage.dispatch({**home, "trigger_id": "t", **body}).status == 200
