"""Slack's Block Kit limits as data: the fields of each block, element and view, and how much fits.

The numbers are those of Slack's reference (docs.slack.dev, reference/block-kit). Only the blocks
and elements that we use are here, so everything else is illegal. No logic belongs into this file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

UPDATABLE_TEXT = 4_000
"""Characters of a message's `text` that chat.update takes; every message of ours may be edited."""
MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
MESSAGE_TEXT = 11_000
"""Characters of all texts in a message's blocks, dialogs too. Slack's reference names no number for
`msg_blocks_too_long`; refusals were reported from 11,341 characters on (slackapi/bolt-js issues
2509 and 2867), and what containers count besides is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chars:
    """A string of so many characters."""

    at_least: int = 0
    at_most: int = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of these strings."""

    of: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A whole number in this range."""

    at_least: int
    at_most: int = 2**31


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """true or false."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An object whose shape the table names; `kinds` are the values its `type` may have."""

    shape: str = ""
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A text object; an empty one is never legal."""

    at_most: int = 3_000
    kinds: tuple[str, ...] = ("plain_text", "mrkdwn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """A list of so many values of one rule."""

    of: "Rule"
    at_most: int
    at_least: int = 1


Rule: TypeAlias = Chars | Choice | Number | Flag | Record | Words | Items


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The fields of one object. Of `any_of` at least one, of `one_of` exactly one is there."""

    required: Mapping[str, Rule] = field(default_factory=dict)
    optional: Mapping[str, Rule] = field(default_factory=dict)
    any_of: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()


def _plain(at_most: int) -> Words:
    return Words(at_most=at_most, kinds=("plain_text",))


_FLAG, _ID = Flag(), Chars(at_least=1)
_URL = Chars(at_least=1, at_most=3_000)
_TEXT = ("plain_text", "mrkdwn")
_CHOOSERS = ("static_select", "multi_static_select", "external_select", "users_select")
_TICKS = ("radio_buttons", "checkboxes")
_CLICKABLE = ("button", "overflow", *_CHOOSERS, *_TICKS)
BLOCKS = ("section", "header", "context", "divider", "actions", "input", "image")
_STYLE = Choice(of=("primary", "danger"))
_OPTION = Record(shape="option")
_OPTIONS = Items(of=_OPTION, at_most=100)
_GROUPS = Items(of=Record(shape="option_group"), at_most=100)
_ANY_ELEMENT: dict[str, Rule] = {"action_id": _ID, "confirm": Record(shape="confirm")}
_CHOOSER: dict[str, Rule] = {**_ANY_ELEMENT, "placeholder": _plain(150), "focus_on_load": _FLAG}
_STATIC: dict[str, Rule] = {**_CHOOSER, "options": _OPTIONS, "option_groups": _GROUPS}
_SOME = Items(of=_OPTION, at_most=100)
_VIEW: dict[str, Rule] = {
    "private_metadata": Chars(at_most=3_000), "callback_id": Chars(), "external_id": Chars(),
}  # fmt: skip


def _ticks(initial: str, rule: Rule) -> Shape:
    return Shape(
        required={"options": Items(of=Record(shape="rich_option"), at_most=10)},
        optional={**_ANY_ELEMENT, "focus_on_load": _FLAG, initial: rule},
    )


def _block(required: Mapping[str, Rule], optional: Mapping[str, Rule] | None = None) -> Shape:
    return Shape(required=required, optional={"block_id": _ID, **(optional or {})})


SHAPES: Mapping[str, Shape] = {
    # blocks
    "section": Shape(
        any_of=("text", "fields"),
        optional={
            "block_id": _ID, "text": Words(at_most=3_000), "expand": _FLAG,
            "fields": Items(of=Words(at_most=2_000), at_most=10),
            "accessory": Record(kinds=(*_CLICKABLE, "image")),
        },
    ),
    "header": _block({"text": _plain(150)}),
    "divider": _block({}),
    "context": _block({"elements": Items(of=Record(kinds=("image", *_TEXT)), at_most=10)}),
    "actions": _block({"elements": Items(of=Record(kinds=_CLICKABLE), at_most=25)}),
    "input": _block(
        {
            "label": _plain(2_000),
            "element": Record(kinds=("plain_text_input", *_CHOOSERS, *_TICKS)),
        },
        {"hint": _plain(2_000), "optional": _FLAG, "dispatch_action": _FLAG},
    ),
    "image": Shape(
        required={"image_url": _URL, "alt_text": Chars(at_least=1, at_most=2_000)},
        optional={"block_id": _ID, "title": _plain(2_000)},
    ),
    # elements
    "button": Shape(
        required={"text": _plain(75)},
        optional={
            **_ANY_ELEMENT, "value": Chars(at_most=2_000), "url": Chars(at_most=3_000),
            "style": _STYLE, "accessibility_label": Chars(at_most=75),
        },
    ),
    "overflow": Shape(
        required={"options": Items(of=Record(shape="overflow_option"), at_most=5)},
        optional=_ANY_ELEMENT,
    ),
    "static_select": Shape(
        one_of=("options", "option_groups"), optional={**_STATIC, "initial_option": _OPTION},
    ),
    "multi_static_select": Shape(
        one_of=("options", "option_groups"),
        optional={**_STATIC, "initial_options": _SOME, "max_selected_items": Number(at_least=1)},
    ),
    "external_select": Shape(
        optional={**_CHOOSER, "initial_option": _OPTION, "min_query_length": Number(at_least=0)},
    ),
    "users_select": Shape(optional={**_CHOOSER, "initial_user": _ID}),
    "radio_buttons": _ticks("initial_option", Record(shape="rich_option")),
    "checkboxes": _ticks("initial_options", Items(of=Record(shape="rich_option"), at_most=10)),
    "plain_text_input": Shape(
        optional={
            "action_id": _ID, "placeholder": _plain(150), "focus_on_load": _FLAG,
            "initial_value": Chars(at_most=3_000), "multiline": _FLAG,
            "min_length": Number(at_least=0, at_most=3_000),
            "max_length": Number(at_least=1, at_most=3_000),
            "dispatch_action_config": Record(shape="dispatch_action_config"),
        },
    ),
    # composition objects
    "plain_text": Shape(
        required={"text": Chars(at_least=1, at_most=3_000)}, optional={"emoji": _FLAG}
    ),
    "mrkdwn": Shape(
        required={"text": Chars(at_least=1, at_most=3_000)}, optional={"verbatim": _FLAG}
    ),
    "option": Shape(
        required={"text": _plain(75), "value": Chars(at_most=150)},
        optional={"description": _plain(75)},
    ),
    "rich_option": Shape(
        required={"text": Words(at_most=75), "value": Chars(at_most=150)},
        optional={"description": Words(at_most=75)},
    ),
    "overflow_option": Shape(
        required={"text": _plain(75), "value": Chars(at_most=150)},
        optional={"description": _plain(75), "url": Chars(at_most=3_000)},
    ),
    "option_group": Shape(required={"label": _plain(75), "options": _OPTIONS}),
    "confirm": Shape(
        required={
            "title": _plain(100), "text": Words(at_most=300),
            "confirm": _plain(30), "deny": _plain(30),
        },
        optional={"style": _STYLE},
    ),
    "dispatch_action_config": Shape(
        optional={
            "trigger_actions_on": Items(
                of=Choice(of=("on_enter_pressed", "on_character_entered")), at_most=2
            )
        },
    ),
    "attachment": Shape(
        optional={
            "color": Chars(at_most=20), "fallback": Chars(at_most=3_000),
            "text": Chars(at_most=4_000),
            "blocks": Items(of=Record(kinds=BLOCKS), at_most=MESSAGE_BLOCKS),
        },
    ),
    # surfaces
    "message": Shape(
        optional={
            "text": Chars(at_most=UPDATABLE_TEXT),
            "blocks": Items(of=Record(kinds=BLOCKS), at_most=MESSAGE_BLOCKS, at_least=0),
            "attachments": Items(of=Record(shape="attachment"), at_most=100, at_least=0),
        },
    ),
    "modal": Shape(
        required={
            "title": _plain(24), "blocks": Items(of=Record(kinds=BLOCKS), at_most=VIEW_BLOCKS),
        },
        optional={
            **_VIEW, "submit": _plain(24), "close": _plain(24), "submit_disabled": _FLAG,
            "clear_on_close": _FLAG, "notify_on_close": _FLAG,
        },
    ),
    "home": Shape(
        required={"blocks": Items(of=Record(kinds=BLOCKS), at_most=VIEW_BLOCKS)}, optional=_VIEW
    ),
}  # fmt: skip
