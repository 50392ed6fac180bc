"""What one person sees, as JSON for the page and the client."""

from sandbox.slack.core import Slack
from sandbox.slack.emoji import EMOJI
from sandbox.slack.seed import APP_USER
from sandbox.slack.shapes import message_json, view_json
from sandbox.slack.text import body_lines, view_text
from sandbox.slack.values import JSON, Account, Channel, Message, View


def workspace_json(slack: Slack, viewer: Account) -> JSON:
    """Everything around the messages: who is there, which channels, which forms are open."""
    workspace = slack.workspace
    return {
        "team": {"id": workspace.team.id, "name": workspace.team.name},
        "app": {"id": APP_USER, "name": slack.manifest.bot_name},
        "viewer": viewer.id,
        "accounts": [_account(a) for a in workspace.accounts.values()],
        "usergroups": [
            {"id": g.id, "handle": g.handle, "users": list(g.users)}
            for g in workspace.usergroups.values()
        ],
        "channels": [_channel(slack, c, viewer) for c in workspace.visible_channels(viewer.id)],
        "commands": [
            {"command": c.command, "hint": c.usage_hint, "description": c.description}
            for c in slack.manifest.commands
        ],
        "shortcuts": [
            {"name": s.name, "callback_id": s.callback_id} for s in slack.manifest.shortcuts
        ],
        "emoji": EMOJI,
        "offset": slack.clock.offset,
        "home_tab": slack.manifest.home_tab,
        "messages_read_only": slack.manifest.messages_read_only,
    }


def messages_json(slack: Slack, channel: Channel, viewer: Account) -> list[JSON]:
    """The messages of a channel that this person sees, oldest first."""
    return [_message(slack, m, viewer) for m in slack.workspace.messages(channel.id, viewer.id)]


def stack_json(slack: Slack, viewer: Account) -> list[JSON]:
    """The modals that this person has open, the top one last."""
    return [shown_view(slack, view) for view in slack.workspace.stack(viewer.id)]


def shown_view(slack: Slack, view: View) -> JSON:
    """One view, with its text for terminals."""
    return {**view_json(slack, view), "as_text": view_text(view, slack.workspace)}


def _account(account: Account) -> JSON:
    return {
        "id": account.id,
        "name": account.name,
        "real_name": account.real_name,
        "title": account.title,
        "email": account.email,
        "is_bot": account.is_bot,
        "is_guest": account.is_restricted or account.is_ultra_restricted,
        "deleted": account.deleted,
    }


def _channel(slack: Slack, channel: Channel, viewer: Account) -> JSON:
    other = next(iter(channel.members - {viewer.id}), viewer.id)
    seen = slack.workspace.messages(channel.id, viewer.id)
    return {
        "id": channel.id,
        "name": channel.name,
        "topic": channel.topic,
        "is_im": channel.is_im,
        "is_private": channel.is_private,
        "with": other if channel.is_im else None,
        "members": len(channel.members),
        "latest": seen[-1].ts if seen else "",
        "has_app": APP_USER in channel.members,
    }


def _message(slack: Slack, message: Message, viewer: Account) -> JSON:
    key = (viewer.id, message.channel, message.ts)
    return {
        **message_json(message, slack.workspace.team.id),
        "channel": message.channel,
        "is_ephemeral": message.only_for is not None,
        "choices": slack.workspace.choices.get(key, {}),
        "as_text": "\n".join(body_lines(message, slack.workspace)),
    }
