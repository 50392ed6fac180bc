"""The validator of Slack's limits: what it takes, what it refuses, and where it points."""

from typing import Any

import pytest

from daypass.adapters.slack.limits import (
    Breach,
    check_blocks,
    check_message,
    check_view,
    text_length,
    too_long,
)

JSON = dict[str, Any]


def plain(text: str) -> JSON:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> JSON:
    return {"type": "mrkdwn", "text": text}


def section(text: str = "hello", **more: Any) -> JSON:
    return {"type": "section", "text": mrkdwn(text), **more}


def button(**more: Any) -> JSON:
    return {"type": "button", "text": plain("Approve"), "action_id": "approve", **more}


def actions(*elements: JSON) -> JSON:
    return {"type": "actions", "elements": list(elements)}


def option(value: str, **more: Any) -> JSON:
    return {"text": plain("One hour"), "value": value, **more}


def select(**more: Any) -> JSON:
    return {"type": "static_select", "action_id": "duration", "options": [option("1h")], **more}


def typed_input(**more: Any) -> JSON:
    element = {"type": "plain_text_input", "action_id": "reason", **more}
    return {"type": "input", "block_id": "reason", "label": plain("Reason"), "element": element}


def modal(*blocks: JSON, **more: Any) -> JSON:
    return {"type": "modal", "title": plain("Deny"), "blocks": list(blocks), **more}


CONFIRM = {
    "title": plain("Sure?"), "text": mrkdwn("It is prod."), "confirm": plain("Yes"),
    "deny": plain("No"), "style": "danger",
}  # fmt: skip

LEGAL = {
    "section with fields": [{"type": "section", "fields": [mrkdwn("*Who*"), plain("alice")]}],
    "section with accessory": [section(accessory=select(placeholder=plain("Choose")))],
    "header": [{"type": "header", "text": plain("Access")}],
    "context": [{"type": "context", "elements": [mrkdwn("by bob")]}],
    "divider": [{"type": "divider"}],
    "actions": [actions(button(value="k7q2", style="danger", confirm=CONFIRM))],
    "overflow": [actions({"type": "overflow", "action_id": "m", "options": [option("d")]})],
    "select": [actions(select(initial_option=option("1h")))],
    "groups": [
        actions(
            {
                "type": "multi_static_select",
                "option_groups": [{"label": plain("dev"), "options": [option("a")]}],
                "max_selected_items": 2,
            }
        )
    ],
    "external select": [actions({"type": "external_select", "min_query_length": 0})],
    "users select": [actions({"type": "users_select", "initial_user": "U0BOB"})],
    "ticks": [actions({"type": "checkboxes", "options": [{**option("a"), "text": mrkdwn("*a*")}]})],
    "image": [{"type": "image", "image_url": "https://example.com/i.png", "alt_text": "i"}],
    "input": [typed_input(multiline=True, min_length=1, max_length=3000)],
}

ILLEGAL: dict[str, tuple[list[Any], str, str]] = {
    "empty text": ([section("")], "/0/text/text", "min_length"),
    "no text": ([{"type": "section"}], "/0", "required"),
    "text too long": ([section("x" * 3001)], "/0/text/text", "max_length"),
    "field too long": (
        [{"type": "section", "fields": [mrkdwn("x" * 2001)]}], "/0/fields/0/text", "max_length",
    ),
    "eleven fields": (
        [{"type": "section", "fields": [mrkdwn("x")] * 11}], "/0/fields", "max_items",
    ),
    "header in mrkdwn": ([{"type": "header", "text": mrkdwn("x")}], "/0/text/type", "enum"),
    "long header": ([{"type": "header", "text": plain("x" * 151)}], "/0/text/text", "max_length"),
    "no elements": ([actions()], "/0/elements", "min_items"),
    "26 elements": (
        [actions(*(button(action_id=str(n)) for n in range(26)))], "/0/elements", "max_items",
    ),
    "style": ([actions(button(style="default"))], "/0/elements/0/style", "enum"),
    "six overflow options": (
        [actions({"type": "overflow", "options": [option(str(n)) for n in range(6)]})],
        "/0/elements/0/options", "max_items",
    ),
    "no options": ([actions(select(options=[]))], "/0/elements/0/options", "min_items"),
    "options and groups": (
        [actions(select(option_groups=[{"label": plain("a"), "options": [option("b")]}]))],
        "/0/elements/0", "one_of",
    ),
    "long description": (
        [actions(select(options=[option("a", description=plain("x" * 76))]))],
        "/0/elements/0/options/0/description/text", "max_length",
    ),
    "initial option not offered": (
        [actions(select(initial_option=option("2h")))],
        "/0/elements/0/initial_option", "initial_option",
    ),
    "initial options not offered": (
        [
            actions(
                {
                    "type": "multi_static_select",
                    "option_groups": [{"label": plain("dev"), "options": [option("a")]}],
                    "initial_options": [option("b")],
                }
            )
        ],
        "/0/elements/0/initial_options", "initial_options",
    ),
    "confirm without deny": (
        [actions(button(confirm={k: v for k, v in CONFIRM.items() if k != "deny"}))],
        "/0/elements/0/confirm", "required",
    ),
    "input number": ([typed_input(max_length=3001)], "/0/element/max_length", "range"),
    "number as text": ([typed_input(max_length="9")], "/0/element/max_length", "type"),
    "flag as text": ([typed_input(multiline="yes")], "/0/element/multiline", "type"),
    "text as number": ([section(block_id=5)], "/0/block_id", "type"),
    "button in input": (
        [{"type": "input", "label": plain("x"), "element": button()}], "/0/element/type", "enum",
    ),
    "unknown block": ([{"type": "table", "rows": []}], "/0/type", "enum"),
    "unknown field": ([section(colour="red")], "/0/colour", "additional_property"),
    "not a block": (["hello"], "/0", "type"),
    "51 blocks": ([{"type": "divider"}] * 51, "", "max_items"),
    "same block_id": (
        [section(block_id="a"), section(), section(block_id="a")], "/2/block_id", "unique",
    ),
    "same action_id": ([actions(button(), button())], "/0/elements/1/action_id", "unique"),
}  # fmt: skip


@pytest.mark.parametrize("name", LEGAL)
def test_check_blocks_finds_nothing_when_blocks_are_legal(name: str) -> None:
    """What Slack's reference allows passes."""
    assert check_blocks(LEGAL[name]) == ()


@pytest.mark.parametrize("name", ILLEGAL)
def test_check_blocks_points_at_the_place_when_a_limit_is_broken(name: str) -> None:
    """Each broken limit is one breach, at the exact place, with its constraint."""
    blocks, pointer, constraint = ILLEGAL[name]
    assert [(b.pointer, b.constraint) for b in check_blocks(blocks)] == [(pointer, constraint)]


def test_check_blocks_refuses_when_given_no_list() -> None:
    """Blocks are a list, whatever else was meant."""
    assert [b.constraint for b in check_blocks({"type": "divider"})] == ["type"]


def test_check_message_ignores_addressing_when_content_is_legal() -> None:
    """Channel, thread and flags are no content and are not judged."""
    payload = {"channel": "C0", "text": "hi", "blocks": [section()], "unfurl_links": False}
    assert check_message(payload) == ()


@pytest.mark.parametrize("payload", [{"blocks": [section()]}, {"text": "", "blocks": [section()]}])
def test_check_message_wants_text_when_only_blocks_are_there(payload: JSON) -> None:
    """Notifications and screen readers read `text`, so it is never missing or empty."""
    assert [(b.pointer, b.expected) for b in check_message(payload)] == [("", ["text"])]


def test_check_message_refuses_text_when_it_could_not_be_edited() -> None:
    """chat.update takes 4,000 characters, so no message may start with more."""
    assert check_message({"text": "x" * 4000}) == ()
    assert [b.constraint for b in check_message({"text": "x" * 4001})] == ["max_length"]


def test_check_message_refuses_blocks_when_they_are_too_long_together() -> None:
    """Slack refuses whole messages, too (`msg_blocks_too_long`); texts in dialogs count."""
    asking = actions(button(confirm=CONFIRM))
    rest = 11_000 - text_length([asking]) - 3 * 3_000
    blocks = [asking, *[section("x" * 3_000)] * 3, section("x" * rest)]
    assert check_message({"text": "x", "blocks": blocks}) == ()
    assert not too_long(blocks)
    longer = [*blocks, section("y")]
    assert [b.pointer for b in check_message({"text": "x", "blocks": longer})] == ["/blocks"]
    assert too_long(longer)


def test_check_message_looks_into_attachments_when_blocks_are_there() -> None:
    """Blocks in attachments obey the same limits, and share the ids of the message."""
    attachment = {"color": "#2eb886", "blocks": [section("", block_id="a")]}
    found = check_message(
        {"text": "x", "blocks": [section(block_id="a")], "attachments": [attachment]}
    )
    assert [b.pointer for b in found] == [
        "/attachments/0/blocks/0/text/text",
        "/attachments/0/blocks/0/block_id",
    ]


def test_check_view_wants_submit_when_modal_has_input() -> None:
    """A modal that asks for something must be submittable."""
    assert check_view(modal(typed_input(), submit=plain("Deny"))) == ()
    assert [b.expected for b in check_view(modal(typed_input()))] == [["submit"]]


def test_check_view_takes_home_when_it_has_no_title() -> None:
    """Home has blocks only, up to 100 of them."""
    assert check_view({"type": "home", "blocks": [{"type": "divider"}] * 100}) == ()
    found = check_view({"type": "home", "title": plain("x"), "blocks": [section()]})
    assert [b.pointer for b in found] == ["/title"]


@pytest.mark.parametrize(
    ("view", "pointer"),
    [
        (modal(section(), title=plain("x" * 25)), "/title/text"),
        (modal(section(), submit=plain("x" * 25)), "/submit/text"),
        (modal(section(), private_metadata="x" * 3001), "/private_metadata"),
        (modal(section(), callback_id="x" * 256), "/callback_id"),
        (modal(*[section()] * 101), "/blocks"),
        (modal(), "/blocks"),
        ({"type": "dialog"}, "/type"),
    ],
)
def test_check_view_points_at_the_place_when_a_limit_is_broken(view: JSON, pointer: str) -> None:
    """A view's own limits hold."""
    assert [b.pointer for b in check_view(view)] == [pointer]


def test_breach_has_the_shape_of_blocks_validate() -> None:
    """A breach reads as Slack's own answer to `blocks.validate`."""
    breach = Breach(pointer="/0/text/type", constraint="enum", expected=["mrkdwn"], message="no")
    assert breach.as_error() == {
        "code": "failed_constraint",
        "constraint": {"type": "enum", "expected": ["mrkdwn"]},
        "message": "no",
        "pointer": "/0/text/type",
    }
