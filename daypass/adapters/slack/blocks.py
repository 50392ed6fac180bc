"""Block Kit as plain dicts, a function per block and element; texts come from `text`.

Nothing here repairs a payload: what breaks Slack's limits is found by `limits`, not hidden.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias, TypedDict, cast

from daypass.adapters.slack.text import plain

Block: TypeAlias = dict[str, object]


class Message(TypedDict):
    """What chat.postMessage, chat.update and response URLs take; `text` is read to the blind."""

    text: str
    blocks: list[Block]


class View(TypedDict):
    """A modal."""

    type: str
    callback_id: str
    private_metadata: str
    title: Block
    submit: Block
    close: Block
    blocks: list[Block]


def message(text: str, blocks: Iterable[Block]) -> Message:
    """Return a message."""
    return {"text": text, "blocks": list(blocks)}


def mrkdwn(text: str) -> Block:
    """Text with Slack's marks; `verbatim` keeps Slack from making links and mentions of words."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def plain_text(text: str, limit: int) -> Block:
    """Text without marks."""
    return {"type": "plain_text", "text": plain(text, limit), "emoji": True}


def section(text: str, accessory: Block | None = None) -> Block:
    """A paragraph (3,000 characters at most), with one element at its side.

    `expand` keeps Slack from folding what is long behind “see more”.
    """
    block: Block = {"type": "section", "text": mrkdwn(text), "expand": True}
    return block if accessory is None else {**block, "accessory": accessory}


def fields(*texts: str) -> Block:
    """Up to ten short texts in two columns."""
    return {"type": "section", "fields": [mrkdwn(text) for text in texts]}


def header(text: str) -> Block:
    """A heading."""
    return {"type": "header", "text": plain_text(text, 150)}


def context(*texts: str) -> Block:
    """Small print, its pieces set apart by dots."""
    return {"type": "context", "elements": [mrkdwn(" · ".join(texts))]}


def actions(block_id: str, elements: Sequence[Block]) -> Block:
    """A row of elements, at least one."""
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def idle(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield the blocks without the elements that act."""
    for block in blocks:
        if block["type"] != "actions":
            yield {name: part for name, part in block.items() if name != "accessory"}


def button(action: str, label: str, value: str) -> Block:
    """A button that carries an id and nothing else."""
    return {
        "type": "button",
        "action_id": action,
        "text": plain_text(label, 75),
        "value": value,
    }


def primary(element: Block) -> Block:
    """The one button that most people will press."""
    return {**element, "style": "primary"}


def danger(element: Block) -> Block:
    """A button that takes something away."""
    return {**element, "style": "danger"}


def confirmed(element: Block, title: str, text: str, *, yes: str, no: str = "Go back") -> Block:
    """An element that asks before it acts."""
    return {
        **element,
        "confirm": {
            "title": plain_text(title, 100),
            "text": plain_text(text, 300),
            "confirm": plain_text(yes, 30),
            "deny": plain_text(no, 30),
        },
    }


def select(action: str, placeholder: str, options: Sequence[tuple[str, str]]) -> Block:
    """A menu of (label, value), one to a hundred."""
    return {
        "type": "static_select",
        "action_id": action,
        "placeholder": plain_text(placeholder, 150),
        "options": [
            {"text": plain_text(label, 75), "value": value[:150]} for label, value in options
        ],
    }


def text_input(block_id: str, action: str, *, label: str, hint: str, most: int) -> Block:
    """A field of a modal for several lines, which must be filled in."""
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain_text(label, 2_000),
        "hint": plain_text(hint, 2_000),
        "element": {
            "type": "plain_text_input",
            "action_id": action,
            "multiline": True,
            "min_length": 1,
            "max_length": most,
        },
    }


def line_input(block_id: str, action: str, *, label: str, hint: str) -> Block:
    """A field of a modal for one line, which must be filled in."""
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain_text(label, 2_000),
        "hint": plain_text(hint, 2_000),
        "element": {"type": "plain_text_input", "action_id": action},
    }


def tick_input(
    block_id: str, action: str, *, label: str, options: Sequence[tuple[str, str]]
) -> Block:
    """Boxes of a modal to tick, one to ten, each a (label, value); none has to be ticked."""
    boxes = [{"text": plain_text(text, 75), "value": value} for text, value in options]
    return {
        "type": "input",
        "block_id": block_id,
        "optional": True,
        "label": plain_text(label, 2_000),
        "element": {"type": "checkboxes", "action_id": action, "options": boxes},
    }


def optional(field: Block, text: str = "") -> Block:
    """A field that may stay empty, with `text` in it to begin with."""
    element = cast("Block", field["element"])
    kept = {name: part for name, part in element.items() if name != "min_length"}
    begun = {"initial_value": text} if text else {}
    return {**field, "optional": True, "element": {**kept, **begun}}
