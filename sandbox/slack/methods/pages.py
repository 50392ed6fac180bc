"""Cursor pages, as Slack's list methods have them."""

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from sandbox.slack.errors import SlackError
from sandbox.slack.methods.call import Call

T = TypeVar("T")


def page_of(call: Call, found: Sequence[T], default: int) -> tuple[list[T], str]:
    """One page and the cursor of the next, empty at the end. Raises SlackError `invalid_cursor`."""
    start, limit = _start(call.text("cursor")), max(1, call.number("limit", default))
    rest = start + limit < len(found)
    return list(found[start : start + limit]), _cursor(start + limit) if rest else ""


def _start(cursor: str) -> int:
    try:
        return int(base64.b64decode(cursor, validate=True)) if cursor else 0
    except (ValueError, binascii.Error):
        raise SlackError("invalid_cursor") from None


def _cursor(start: int) -> str:
    return base64.b64encode(str(start).encode()).decode()
