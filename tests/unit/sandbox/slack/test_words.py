"""What people type and what people read: escaping, mentions, plain text of messages and forms."""

import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sandbox.slack.blocks import with_ids
from sandbox.slack.choosing import action_of, problem_with, state_of
from sandbox.slack.emoji import EMOJI
from sandbox.slack.errors import ActingError
from sandbox.slack.manifest import read_manifest
from sandbox.slack.seed import BadSeedError, parse_seed, read_seed
from sandbox.slack.state import Workspace
from sandbox.slack.text import channel_text, message_text, mrkdwn_text, view_text
from sandbox.slack.tokens import kept_tokens
from sandbox.slack.typed import marked_up
from sandbox.slack.values import Message, View

JSON = dict[str, Any]
MOMENT = 1_700_000_000


@pytest.fixture
def workspace() -> Workspace:
    """The built-in people and channels."""
    return Workspace(read_seed(), "daypass")


def option(value: str) -> JSON:
    return {"text": {"type": "plain_text", "text": value.upper()}, "value": value}


CARD = with_ids(
    [
        {"type": "header", "text": {"type": "plain_text", "text": "Access :key:"}},
        {
            "type": "section",
            "text": {"type": "mrkdwn", "text": "*<@U0ALICE>* asks &lt;now&gt;"},
            "fields": [{"type": "mrkdwn", "text": "*Where*\nprod"}],
            "accessory": {"type": "overflow", "action_id": "more", "options": [option("details")]},
        },
        {"type": "divider"},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "by <!subteam^S0SRE>"}]},
        {"type": "image", "image_url": "https://example.com/i.png", "alt_text": "a chart"},
        {
            "type": "actions",
            "elements": [
                {
                    "type": "button",
                    "action_id": "approve",
                    "text": {"type": "plain_text", "text": "Approve"},
                },
                {"type": "static_select", "options": [option("5m"), option("1h")],
                 "initial_option": option("1h")},
            ],
        },
    ],
    "b",
)  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("@alice", "<@U0ALICE>"),
        ("ask @bob, please", "ask <@U0BOB>, please"),
        ("@sre @here", "<!subteam^S0SRE> <!here>"),
        ("#general", "<#C0GENERAL|general>"),
        ("@nobody #nowhere", "@nobody #nowhere"),
        ("a@alice.org", "a@alice.org"),
        ("https://example.com/?a=1&b=2", "<https://example.com/?a=1&amp;b=2>"),
        ("<!channel> & <@U0BOB>", "&lt;!channel&gt; &amp; &lt;<@U0BOB>&gt;"),
    ],
)
def test_marked_up_reads_as_slack_sends_it(workspace: Workspace, typed: str, sent: str) -> None:
    """Mentions and links are marked, and nothing that was typed can forge a mark."""
    assert marked_up(typed, workspace) == sent


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<@U0ALICE> in <#C0GENERAL|general>", "@alice in #general"),
        ("<!subteam^S0SRE|@sre> <!here>", "@sre @here"),
        ("<https://example.com|docs> <https://example.com>",
         "docs (https://example.com) https://example.com"),
        (f"<!date^{MOMENT}^{{date_num}} {{time}}|then>", "2023-11-14 22:13"),
        (":white_check_mark: :no_such_emoji:", "✅ :no_such_emoji:"),
        ("a &lt; b &amp;&amp; c", "a < b && c"),
    ],
)  # fmt: skip
def test_mrkdwn_text_resolves_marks_when_shown(workspace: Workspace, text: str, shown: str) -> None:
    """A terminal shows names, dates and characters, no marks."""
    assert mrkdwn_text(text, workspace) == shown


def test_mrkdwn_text_shows_dates_in_the_zone_when_one_is_given(workspace: Workspace) -> None:
    """A date is shown in the reader's zone."""
    text = f"<!date^{MOMENT}^{{time}}|then>"
    assert mrkdwn_text(text, workspace, ZoneInfo("Asia/Tokyo")) == "07:13"


def test_message_text_shows_every_block_when_a_card_is_drawn(workspace: Workspace) -> None:
    """A card is readable in a terminal, with the action ids that can be clicked."""
    card = Message(channel="C0APPROVE", ts=f"{MOMENT}.000001", user="U0DAYPASS", blocks=CARD)
    assert message_text(card, workspace).split("\n") == [
        "daypass 22:13:20",
        "  # Access 🔑",
        "  *@alice* asks <now>",
        "  *Where*: prod",
        "  <DETAILS>(more)",
        "  --------------------",
        "  · by @sre",
        "  [image: a chart]",
        "  [Approve](approve) <5M | *1H>(b5-1)",
    ]


def test_channel_text_puts_replies_below_their_message_when_there_is_a_thread(
    workspace: Workspace,
) -> None:
    """A thread is read where it began; marks say what is private or edited."""
    first = Message(channel="C", ts=f"{MOMENT}.1", user="U0BOB", text="one", edited_ts="1")
    second = Message(channel="C", ts=f"{MOMENT}.2", user="U0BOB", text="two", only_for="U0BOB")
    reply = Message(
        channel="C", ts=f"{MOMENT}.3", user="U0DAN", text="re", thread_ts=first.ts,
        attachments=({"text": "quoted"},),
    )  # fmt: skip
    assert channel_text([first, second, reply], workspace).split("\n") == [
        "bob 22:13:20 (edited)",
        "  one",
        "    ↳ dan 22:13:20",
        "        re",
        "        | quoted",
        "bob 22:13:20 (only visible to you)",
        "  two",
    ]


def test_view_text_shows_inputs_when_a_form_is_open(workspace: Workspace) -> None:
    """A form's text names the block ids that are filled in."""
    payload = {
        "type": "modal",
        "title": {"type": "plain_text", "text": "Deny"},
        "submit": {"type": "plain_text", "text": "Deny"},
        "blocks": [
            {
                "type": "input",
                "block_id": "reason",
                "optional": True,
                "label": {"type": "plain_text", "text": "Why"},
                "hint": {"type": "plain_text", "text": "kept"},
                "element": {"type": "plain_text_input", "action_id": "text"},
            }
        ],
    }
    view = View(id="V1", user="U0BOB", hash="1", payload=payload)
    assert view_text(view, workspace).split("\n") == [
        "=== Deny ===", "Why (optional): [____] {reason}", "  kept", "[Deny]",
    ]  # fmt: skip


def test_action_of_carries_what_the_app_posted_when_a_button_is_pressed() -> None:
    """A button's value comes from the message, never from the click."""
    button = {**CARD[5]["elements"][0], "value": "k7q2"}
    action = action_of((CARD[5], button), "forged", "1.2")
    assert action == {
        "type": "button", "action_id": "approve", "block_id": "b5", "action_ts": "1.2",
        "text": {"type": "plain_text", "text": "Approve"}, "value": "k7q2",
    }  # fmt: skip


def test_action_of_refuses_when_an_option_is_not_offered() -> None:
    """Nobody can choose what is not in the menu; by value or text it can be chosen."""
    menu = CARD[5]["elements"][1]
    assert state_of(menu, "5M")["selected_option"]["value"] == "5m"
    with pytest.raises(ActingError, match="5m, 1h"):
        action_of((CARD[5], menu), "9h", "1.2")


@pytest.mark.parametrize(
    ("block", "typed", "problem"),
    [
        ({}, "", "required"),
        ({"optional": True}, "", ""),
        ({}, "ok", "at least 3"),
        ({}, "far too long", "at most 8"),
        ({}, "fine", ""),
    ],
)
def test_problem_with_says_what_slack_says_when_an_input_is_wrong(
    block: JSON, typed: str, problem: str
) -> None:
    """Slack's own client holds back an empty or ill-sized input."""
    element = {"type": "plain_text_input", "min_length": 3, "max_length": 8}
    found = problem_with({**block, "element": element}, {"value": typed}) or ""
    assert problem in found
    assert bool(found) is bool(problem)


def test_with_ids_keeps_given_ids_when_some_are_there() -> None:
    """Only missing ids are filled in, and the app's own blocks are not touched."""
    given: list[JSON] = [{"type": "divider"}, {"type": "divider", "block_id": "mine"}]
    assert [b["block_id"] for b in with_ids(given, "x")] == ["x0", "mine"]
    assert "block_id" not in given[0]


def test_parse_seed_fills_in_emails_when_none_is_said() -> None:
    """An account has name@example.com, and null means none."""
    seed = parse_seed(
        {
            "team": {"id": "T", "name": "t", "domain": "t"},
            "accounts": [
                {"id": "U1", "name": "ann", "real_name": "Ann"},
                {"id": "U2", "name": "ben", "real_name": "Ben", "email": None},
            ],
            "channels": [{"id": "C1", "name": "c", "members": ["U1"]}],
        }
    )
    assert [a.email for a in seed.accounts] == ["ann@example.com", None]


@pytest.mark.parametrize("text", ["{", "{}", '{"team": {"name": "x"}}'])
def test_read_seed_names_the_file_when_it_is_no_seed(tmp_path: Path, text: str) -> None:
    """A broken seed is refused with its file name."""
    path = tmp_path / "seed.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadSeedError, match=r"seed\.json"):
        read_seed(path)


def test_kept_tokens_are_the_same_when_read_again(tmp_path: Path) -> None:
    """Bot and workers find the tokens that the emulator made; only the owner can read them."""
    path = tmp_path / "tokens.json"
    first = kept_tokens(path)
    assert kept_tokens(path) == first
    assert path.stat().st_mode & 0o077 == 0
    assert first.bot not in repr(first)
    assert json.loads(path.read_text(encoding="utf-8"))["bot"] == first.bot


def test_read_manifest_has_what_the_bot_needs_when_it_is_ours() -> None:
    """The manifest that is given to Slack is the one that the emulator enforces."""
    manifest = read_manifest()
    assert {"commands", "chat:write", "users:read", "users:read.email"} <= manifest.scopes
    assert [c.should_escape for c in manifest.commands if c.command == "/access"] == [True]
    assert manifest.socket_mode


def test_emoji_are_characters_when_named() -> None:
    """A shortcode is shown as one character, never as text."""
    assert all(text and not text.isascii() for text in EMOJI.values())
