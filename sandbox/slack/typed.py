"""What a person types, as Slack hands it on: mentions and links marked up, text escaped."""

import re
from collections.abc import Callable

from sandbox.slack.state import Workspace
from sandbox.slack.values import Channel

_PIECE = re.compile(r"(?P<url>https?://[^\s<>]+)|(?P<at>(?<!\w)@[\w.-]+)|(?P<hash>(?<!\w)#[\w-]+)")
_EVERYBODY = ("channel", "here", "everyone")


def escape(text: str) -> str:
    """Exactly the three characters that Slack escapes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def marked_up(text: str, workspace: Workspace) -> str:
    """The text with `<@U…>`, `<#C…|name>`, `<!subteam^S…>`, `<!here>` and `<https://…>` in it."""
    return _PIECE.sub(_replacement(workspace), escape(text))


def _replacement(workspace: Workspace) -> Callable[["re.Match[str]"], str]:
    def replace(match: "re.Match[str]") -> str:
        piece = match.group()
        if match.lastgroup == "url":
            return f"<{piece}>"
        found = _person if match.lastgroup == "at" else _channel
        return found(piece[1:], workspace) or piece

    return replace


def _person(name: str, workspace: Workspace) -> str | None:
    if name in _EVERYBODY:
        return f"<!{name}>"
    for account in workspace.accounts.values():
        if name in (account.name, account.id):
            return f"<@{account.id}>"
    for group in workspace.usergroups.values():
        if name == group.handle:
            return f"<!subteam^{group.id}>"
    return None


def _channel(name: str, workspace: Workspace) -> str | None:
    for channel in workspace.channels.values():
        if not channel.is_im and name == channel.name:
            return _channel_mark(channel)
    return None


def _channel_mark(channel: Channel) -> str:
    return f"<#{channel.id}|{'' if channel.is_private else channel.name}>"
