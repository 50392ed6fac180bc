"""How accounts, channels, messages and views look in Slack's JSON."""

from sandbox.slack.blocks import state_values
from sandbox.slack.core import Slack
from sandbox.slack.seed import APP_ID, APP_USER, BOT_ID
from sandbox.slack.values import JSON, Account, Channel, Message, UserGroup, View


def account_json(account: Account, scopes: frozenset[str]) -> JSON:
    """A `user` object; the email is there only for an app that may read emails."""
    profile: JSON = {
        "real_name": account.real_name,
        "display_name": account.name,
        "title": account.title,
        "team": account.team_id,
    }
    if "users:read.email" in scopes and account.email:
        profile["email"] = account.email
    whole: JSON = {
        "id": account.id,
        "team_id": account.team_id,
        "name": account.name,
        "real_name": account.real_name,
        "deleted": account.deleted,
        "tz": account.tz,
        "profile": profile,
        "is_admin": account.is_admin,
        "is_owner": False,
        "is_bot": account.is_bot,
        "is_app_user": False,
        "is_restricted": account.is_restricted or account.is_ultra_restricted,
        "is_ultra_restricted": account.is_ultra_restricted,
        "is_email_confirmed": account.is_email_confirmed and account.email is not None,
        "updated": 0,
    }
    if account.is_stranger:
        whole["is_stranger"] = True
    if account.enterprise_id:
        whole["enterprise_user"] = {
            "id": account.id,
            "enterprise_id": account.enterprise_id,
            "enterprise_name": "",
            "is_admin": False,
            "is_owner": False,
            "teams": list(account.teams),
        }
    return whole


def channel_json(channel: Channel, viewer: str) -> JSON:
    """A `conversation` object as the app sees it."""
    if channel.is_im:
        other = next(iter(channel.members - {viewer}), viewer)
        return {"id": channel.id, "is_im": True, "user": other, "is_archived": False}
    return {
        "id": channel.id,
        "name": channel.name,
        "is_channel": not channel.is_private,
        "is_group": channel.is_private,
        "is_im": False,
        "is_private": channel.is_private,
        "is_archived": channel.is_archived,
        "is_ext_shared": channel.is_ext_shared,
        "is_member": viewer in channel.members,
        "num_members": len(channel.members),
        "topic": {"value": channel.topic},
    }


def usergroup_json(group: UserGroup, team_id: str) -> JSON:
    """A `usergroup` object."""
    return {
        "id": group.id,
        "team_id": team_id,
        "is_usergroup": True,
        "name": group.name,
        "handle": group.handle,
        "date_delete": 0,
        "user_count": len(group.users),
        "users": list(group.users),
    }


def message_json(message: Message, team_id: str) -> JSON:
    """A `message` object."""
    whole: JSON = {
        "type": "message",
        "user": message.user,
        "ts": message.ts,
        "text": message.text,
        "team": team_id,
        "blocks": list(message.blocks),
    }
    if message.user == APP_USER:
        whole |= {"bot_id": BOT_ID, "app_id": APP_ID}
    if message.attachments:
        whole["attachments"] = list(message.attachments)
    for name in ("thread_ts", "subtype"):
        if getattr(message, name):
            whole[name] = getattr(message, name)
    if message.edited_ts:
        whole["edited"] = {"user": message.user, "ts": message.edited_ts}
    return whole


def view_json(slack: Slack, view: View) -> JSON:
    """A `view` object, its state included."""
    blocks = tuple(view.payload["blocks"])
    defaults: JSON = {
        "title": None, "close": None, "submit": None, "private_metadata": "", "callback_id": "",
        "external_id": "", "clear_on_close": False, "notify_on_close": False,
    }  # fmt: skip
    return {
        **defaults,
        **view.payload,
        "id": view.id,
        "team_id": slack.workspace.team.id,
        "hash": view.hash,
        "root_view_id": view.root_id or view.id,
        "previous_view_id": view.previous_id,
        "app_id": APP_ID,
        "app_installed_team_id": slack.workspace.team.id,
        "bot_id": BOT_ID,
        "state": {"values": state_values(blocks, view.choices)},
    }
