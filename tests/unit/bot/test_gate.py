"""Who may speak to the bot at all: its own workspace, in payloads that it can read."""

from typing import Any

import pytest

from daypass.adapters.slack import actions as act
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
