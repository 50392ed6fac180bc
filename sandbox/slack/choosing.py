"""From what a person clicked or typed to the action that the app is told, per kind of element."""

from sandbox.slack.blocks import STATEFUL, options_of
from sandbox.slack.errors import ActingError
from sandbox.slack.values import JSON


def action_of(found: tuple[JSON, JSON], value: object, action_ts: str) -> JSON:
    """One entry of `actions`. Raises ActingError when this cannot be chosen there."""
    block, element = found
    action: JSON = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": action_ts,
    }
    return {**action, **_chosen(element, value)}


def state_of(element: JSON, value: object) -> JSON:
    """The entry of `state.values` for a stateful element. Raises ActingError."""
    return {"type": element["type"], **_chosen(element, value)}


def _chosen(element: JSON, value: object) -> JSON:
    kind = element["type"]
    if kind == "button":
        text = {"text": element["text"]}
        return text | ({"value": element["value"]} if "value" in element else {})
    if kind == "overflow":
        return {"selected_option": _option(element, value)}
    member = STATEFUL.get(kind)
    if member is None:
        message = f"nothing to choose in a {kind}"
        raise ActingError(message)
    return {member: _value(element, member, value)}


def _value(element: JSON, member: str, value: object) -> object:
    if member == "selected_options":
        wanted = value if isinstance(value, list) else [] if value in (None, "") else [value]
        return [_option(element, one) for one in wanted]
    if value in (None, ""):
        return None
    if member == "selected_option":
        return _option(element, value)
    return str(value)


def _option(element: JSON, value: object) -> JSON:
    """The option with this value, or with this text; an external select takes whole options."""
    if isinstance(value, dict) and element["type"] == "external_select":
        return value
    for option in options_of(element):
        if value in (option["value"], option["text"]["text"]):
            return option
    offered = ", ".join(option["value"] for option in options_of(element))
    message = f"{value!r} is not offered here, only: {offered}"
    raise ActingError(message)


def problem_with(block: JSON, state: JSON | None) -> str | None:
    """Why Slack's own client would not submit this input; None when it would."""
    element = block["element"]
    chosen = (state or {}).get(STATEFUL[element["type"]])
    if chosen in (None, "", []):
        return None if block.get("optional") else "Please complete this required field."
    if element["type"] != "plain_text_input":
        return None
    if len(chosen) < element.get("min_length", 0):
        return f"Please enter at least {element['min_length']} characters."
    if len(chosen) > element.get("max_length", 3_000):
        return f"Please enter at most {element.get('max_length', 3_000)} characters."
    return None
