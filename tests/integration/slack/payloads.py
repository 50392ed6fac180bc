"""What the tests' bot posts, and who it is."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from sandbox.slack.seed import read_seed
from sandbox.slack.server import Config
from sandbox.slack.tokens import fresh_tokens
from sandbox.slack.values import Command, Manifest, Shortcut

JSON = dict[str, Any]
TOKENS = fresh_tokens()
MANIFEST = Manifest(
    name="Daypass",
    bot_name="daypass",
    scopes=frozenset({"commands", "chat:write", "users:read", "usergroups:read"}),
    commands=(Command(command="/access", should_escape=True),),
    shortcuts=(Shortcut(name="Request", callback_id="request_access"),),
    bot_events=frozenset(
        {
            "app_home_opened",
            "channel_unarchive",
            "member_joined_channel",
            "subteam_members_changed",
            "user_change",
        }
    ),
    home_tab=True,
)


def plain(text: str) -> JSON:
    return {"type": "plain_text", "text": text}


def section(text: str) -> JSON:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def buttons(*elements: JSON) -> JSON:
    return {"type": "actions", "elements": list(elements)}


APPROVE = {"type": "button", "action_id": "approve", "text": plain("Approve"), "value": "k7q2"}
CARD = [section("Pending"), buttons(APPROVE)]
FORM = {
    "type": "modal",
    "callback_id": "deny",
    "title": plain("Deny"),
    "submit": plain("Deny"),
    "notify_on_close": True,
    "blocks": [
        {
            "type": "input",
            "block_id": "reason",
            "label": plain("Why"),
            "element": {"type": "plain_text_input", "action_id": "text"},
        }
    ],
}


@dataclass
class Seen:
    """What the bot was told, in order, and what it does with it."""

    bodies: list[JSON] = field(default_factory=list)
    release: threading.Event = field(default_factory=threading.Event)


def config(**changes: Any) -> Config:
    whole = {"seed": read_seed(), "manifest": MANIFEST, "tokens": TOKENS, **changes}
    return Config(**whole)


def error_of(call: Callable[[], object]) -> JSON:
    """What Slack answered to a call that it refuses."""
    with pytest.raises(SlackApiError) as refused:
        call()
    answer = refused.value.response
    return answer if isinstance(answer, dict) else dict(answer.data)
