"""One call of a Web API method, and how its arguments are read."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from daypass.adapters.slack.limits import check_blocks
from sandbox.slack.blocks import with_ids
from sandbox.slack.core import Slack
from sandbox.slack.errors import SlackError, invalid_blocks
from sandbox.slack.values import JSON, Account, Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """The emulator and the arguments as sent: JSON values, or strings from a form."""

    slack: Slack
    args: Mapping[str, object]

    def text(self, name: str, default: str = "") -> str:
        """A string argument."""
        value = self.args.get(name)
        return default if value is None else str(value)

    def number(self, name: str, default: int) -> int:
        """A whole number. Raises SlackError for anything else."""
        try:
            return int(self.text(name) or default)
        except ValueError:
            raise SlackError("invalid_arguments") from None

    def structure(self, name: str, error: str) -> object:
        """A JSON argument, which may also come as a JSON string. Raises SlackError `error`."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise SlackError(error) from None

    def blocks(self) -> tuple[JSON, ...] | None:
        """The blocks, judged and with ids filled in; None when none were sent."""
        raw = self.structure("blocks", "invalid_blocks_format")
        return None if raw is None else checked_blocks(raw, self.slack.workspace.next_id("b"))

    def attachments(self) -> tuple[JSON, ...]:
        """The attachments, their blocks judged and with ids filled in."""
        raw = self.structure("attachments", "invalid_attachments")
        prefix = self.slack.workspace.next_id("a")
        return checked_attachments(raw, prefix)

    def account(self, name: str = "user", error: str = "user_not_found") -> Account:
        """The account that an argument names. Raises SlackError `error`."""
        found = self.slack.workspace.accounts.get(self.text(name))
        if found is None:
            raise SlackError(error)
        return found

    def channel(self) -> Channel:
        """The channel named by id or `#name`. Raises SlackError `channel_not_found`."""
        wanted = self.text("channel")
        for channel in self.slack.workspace.channels.values():
            if wanted in (channel.id, f"#{channel.name}") and wanted != "#":
                return channel
        raise SlackError("channel_not_found")


Function: TypeAlias = Callable[[Call], JSON]


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A method, its rate tier, the scopes of which one is needed, and its required arguments."""

    function: Function
    tier: str
    scopes: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    app_token: bool = False


def checked_blocks(raw: object, prefix: str) -> tuple[JSON, ...]:
    """The blocks with ids. Raises SlackError `invalid_blocks` or `invalid_blocks_format`."""
    if not isinstance(raw, list):
        raise SlackError("invalid_blocks_format")
    if breaches := check_blocks(raw):
        raise invalid_blocks(breaches)
    return with_ids(raw, prefix)


def checked_attachments(raw: object, prefix: str) -> tuple[JSON, ...]:
    """The attachments with ids in their blocks. Raises SlackError."""
    if raw is None:
        return ()
    if not isinstance(raw, list) or not all(isinstance(one, dict) for one in raw):
        raise SlackError("invalid_attachments")
    if len(raw) > 100:  # noqa: PLR2004 - Slack's limit, chat.postMessage
        raise SlackError("too_many_attachments")
    return tuple(
        {**one, "blocks": list(checked_blocks(one.get("blocks", []), f"{prefix}-{number}-"))}
        for number, one in enumerate(raw)
    )
