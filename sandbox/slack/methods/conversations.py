"""conversations.*: what the app may know about channels."""

from sandbox.slack.errors import SlackError
from sandbox.slack.methods.call import Call, Method
from sandbox.slack.methods.pages import page_of
from sandbox.slack.seed import APP_USER
from sandbox.slack.shapes import channel_json
from sandbox.slack.values import JSON, Channel


def info(call: Call) -> JSON:
    """conversations.info."""
    return {"channel": channel_json(_known(call), APP_USER)}


def members(call: Call) -> JSON:
    """conversations.members, in pages."""
    found, cursor = page_of(call, sorted(_known(call).members), 100)
    return {"members": found, "response_metadata": {"next_cursor": cursor}}


def list_(call: Call) -> JSON:
    """conversations.list; private channels only when the app is a member."""
    types = call.text("types", "public_channel").split(",")
    seen = [c for c in call.slack.workspace.channels.values() if _listed(c, types)]
    found, cursor = page_of(call, [channel_json(c, APP_USER) for c in seen], 100)
    return {"channels": found, "response_metadata": {"next_cursor": cursor}}


def open_(call: Call) -> JSON:
    """conversations.open for one person."""
    if call.text("channel"):
        return {"channel": {"id": _known(call).id}}
    users = [u for u in call.text("users").split(",") if u]
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > 1:
        raise SlackError("too_many_users")
    account = call.slack.workspace.accounts.get(users[0])
    if account is None:
        raise SlackError("user_not_found")
    if account.deleted:
        raise SlackError("user_disabled")
    return {"channel": {"id": call.slack.workspace.direct(APP_USER, account.id).id}}


def _known(call: Call) -> Channel:
    channel = call.slack.workspace.channels.get(call.text("channel"))
    if channel is None or (_hidden(channel) and APP_USER not in channel.members):
        raise SlackError("channel_not_found")
    return channel


def _hidden(channel: Channel) -> bool:
    return channel.is_private or channel.is_im


def _listed(channel: Channel, types: list[str]) -> bool:
    kind = "im" if channel.is_im else "private_channel" if channel.is_private else "public_channel"
    return kind in types and (not _hidden(channel) or APP_USER in channel.members)


_READ = ("channels:read", "groups:read", "im:read", "mpim:read")
METHODS = {
    "conversations.info": Method(function=info, tier="t3", scopes=_READ, required=("channel",)),
    "conversations.members": Method(
        function=members, tier="t4", scopes=_READ, required=("channel",)
    ),
    "conversations.list": Method(function=list_, tier="t2", scopes=_READ),
    "conversations.open": Method(
        function=open_, tier="t3",
        scopes=("im:write", "channels:manage", "groups:write", "mpim:write"),
    ),
}  # fmt: skip
