"""Making, replacing and stacking views; used by views.* and by the answers to submissions."""

import secrets
from dataclasses import replace
from typing import Any

from daypass.adapters.slack.limits import check_view
from sandbox.slack.blocks import with_ids
from sandbox.slack.core import Slack
from sandbox.slack.errors import SlackError, invalid_view
from sandbox.slack.rules import MAX_STACK
from sandbox.slack.values import JSON, View

MAX_BYTES = 250_000


def checked_view(slack: Slack, raw: object, kind: str) -> JSON:
    """The view with ids filled in. Raises SlackError when it breaks a limit."""
    if not isinstance(raw, dict) or raw.get("type") != kind:
        raise SlackError("invalid_arguments")
    if breaches := check_view(raw):
        raise invalid_view(breaches)
    if len(str(raw)) > MAX_BYTES:
        raise SlackError("view_too_large")
    prefix = slack.workspace.next_id("b")
    return {**raw, "blocks": list(with_ids(raw["blocks"], prefix))}


def new_view(slack: Slack, user: str, payload: JSON) -> View:
    """A view nobody has seen yet."""
    return View(id=slack.workspace.next_id("V"), user=user, hash=_hash(slack), payload=payload)


def open_view(slack: Slack, user: str, payload: JSON) -> View:
    """Open a modal in front of this person; it replaces whatever modal was there."""
    view = new_view(slack, user, payload)
    slack.workspace.put_stack(user, (view,))
    return view


def push_view(slack: Slack, user: str, payload: JSON) -> View:
    """Put a modal on top. Raises SlackError `push_limit_reached` or `not_found` (nothing open)."""
    stack = slack.workspace.stack(user)
    if not stack:
        raise SlackError("not_found")
    if len(stack) >= MAX_STACK:
        raise SlackError("push_limit_reached")
    fresh = new_view(slack, user, payload)
    view = replace(fresh, root_id=stack[0].id, previous_id=stack[-1].id)
    slack.workspace.put_stack(user, (*stack, view))
    return view


def replace_view(slack: Slack, view: View, payload: JSON) -> View:
    """A newer state of the same view; what was typed stays where both ids stay."""
    kept: dict[str, Any] = {}
    for block in payload["blocks"]:
        if block["block_id"] in view.choices:
            kept[block["block_id"]] = view.choices[block["block_id"]]
    changed = replace(view, payload=payload, hash=_hash(slack), choices=kept)
    slack.workspace.put_view(changed)
    return changed


def _hash(slack: Slack) -> str:
    return f"{int(slack.clock.now())}.{secrets.token_hex(4)}"
