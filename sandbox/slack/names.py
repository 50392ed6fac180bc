"""Finds accounts, channels, messages and views by what people call them."""

from sandbox.slack.core import Slack
from sandbox.slack.errors import ActingError
from sandbox.slack.seed import APP_USER
from sandbox.slack.text import message_text
from sandbox.slack.values import Account, Channel, Message, View


def account_named(slack: Slack, name: str) -> Account:
    """By id, name or @name. Raises ActingError."""
    for account in slack.workspace.accounts.values():
        if name.removeprefix("@") in (account.id, account.name):
            return account
    known = ", ".join(a.name for a in slack.workspace.accounts.values() if not a.is_bot)
    message = f"there is no account {name!r}, only: {known}"
    raise ActingError(message)


def channel_named(slack: Slack, name: str, viewer: Account) -> Channel:
    """By id, name, #name, or @name for the direct message with somebody.

    Raises ActingError when there is none, or this person is not in it.
    """
    for channel in slack.workspace.channels.values():
        if name in (channel.id, channel.name or channel.id, f"#{channel.name}"):
            return _entered(channel, viewer)
    if name in ("app", APP_USER):
        return slack.workspace.direct(viewer.id, APP_USER)
    if name.startswith(("@", "U", "W")):
        return slack.workspace.direct(viewer.id, account_named(slack, name).id)
    known = ", ".join(f"#{c.name}" for c in slack.workspace.channels.values() if c.name)
    message = f"there is no channel {name!r}, only: {known}, app, @somebody"
    raise ActingError(message)


def _entered(channel: Channel, viewer: Account) -> Channel:
    if viewer.id not in channel.members:
        message = f"{viewer.name} is not in this channel"
        raise ActingError(message)
    return channel


def messages_like(slack: Slack, channel: Channel, viewer: Account, *, wanted: str) -> list[Message]:
    """With this ts or with `wanted` in their text, newest first. Raises ActingError for none."""
    seen = reversed(slack.workspace.messages(channel.id, viewer.id))
    found = [m for m in seen if wanted == m.ts or wanted in message_text(m, slack.workspace)]
    if not found:
        error = f"{viewer.name} sees no message with {wanted!r} there"
        raise ActingError(error)
    return found


def view_of(slack: Slack, viewer: Account, view_id: str | None) -> View:
    """The view with this id, or the modal on top. Raises ActingError."""
    stack = slack.workspace.stack(viewer.id)
    view = slack.workspace.view(view_id) if view_id else (stack[-1] if stack else None)
    if view is None or view.user != viewer.id:
        message = f"{viewer.name} has no such form open"
        raise ActingError(message)
    return view
