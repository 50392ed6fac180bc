"""Pure functions over Block Kit JSON: fill in ids, find elements, read initial values."""

import copy
from collections.abc import Iterator

from sandbox.slack.values import JSON

STATEFUL = {
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "users_select": "selected_user",
    "multi_static_select": "selected_options",
    "checkboxes": "selected_options",
    "plain_text_input": "value",
}
"""The elements that keep what was chosen, and the member of the payload that holds it."""

_INITIAL = {
    "selected_option": "initial_option",
    "selected_user": "initial_user",
    "selected_options": "initial_options",
    "value": "initial_value",
}


def with_ids(blocks: list[JSON], prefix: str) -> tuple[JSON, ...]:
    """A copy in which every block has a block_id and every element an action_id, as Slack's has."""
    filled = copy.deepcopy(blocks)
    for number, block in enumerate(filled):
        block.setdefault("block_id", f"{prefix}{number}")
        for place, element in enumerate(elements_of(block)):
            if element.get("type") not in ("image", "plain_text", "mrkdwn"):
                element.setdefault("action_id", f"{prefix}{number}-{place}")
    return tuple(filled)


def elements_of(block: JSON) -> Iterator[JSON]:
    """The elements of one block, in order."""
    yield from block.get("elements", [])
    for name in ("accessory", "element"):
        if name in block:
            yield block[name]


def find_element(
    blocks: tuple[JSON, ...], action_id: str, block_id: str | None = None
) -> tuple[JSON, JSON] | None:
    """The block and element with this action_id; the first one if no block_id is said."""
    for block in blocks:
        if block_id in (None, block["block_id"]):
            for element in elements_of(block):
                if element.get("action_id") == action_id:
                    return block, element
    return None


def options_of(element: JSON) -> list[JSON]:
    """Every option that an element offers, groups flattened."""
    grouped = [o for g in element.get("option_groups", []) for o in g["options"]]
    return [*element.get("options", []), *grouped]


def initial_state(element: JSON) -> JSON:
    """What `state.values` says about an element nobody has touched."""
    member = STATEFUL[element["type"]]
    empty: object = [] if member == "selected_options" else None
    return {"type": element["type"], member: element.get(_INITIAL[member], empty)}


def state_values(blocks: tuple[JSON, ...], choices: JSON) -> JSON:
    """`state.values` of a message or view: what was chosen, else what was there initially."""
    values: JSON = {}
    for block in blocks:
        for element in elements_of(block):
            if element.get("type") in STATEFUL:
                chosen = choices.get(block["block_id"], {}).get(element["action_id"])
                place = values.setdefault(block["block_id"], {})
                place[element["action_id"]] = chosen or initial_state(element)
    return values


def with_choice(choices: JSON, block: JSON, element: JSON, *, state: JSON) -> JSON:
    """A copy of `choices` in which this element has this state."""
    block_id = block["block_id"]
    return {**choices, block_id: {**choices.get(block_id, {}), element["action_id"]: state}}


def all_blocks(blocks: tuple[JSON, ...], attachments: tuple[JSON, ...]) -> tuple[JSON, ...]:
    """The blocks of a message and those of its attachments, as one list."""
    return (*blocks, *(b for a in attachments for b in a.get("blocks", ())))
