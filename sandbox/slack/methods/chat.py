"""chat.*: post, update, delete, ephemeral, permalink."""

from dataclasses import dataclass

from daypass.adapters.slack.limits import too_long
from sandbox.slack.errors import SlackError
from sandbox.slack.methods.call import Call, Method
from sandbox.slack.rules import POSTED_TEXT, UPDATED_TEXT
from sandbox.slack.seed import APP_USER
from sandbox.slack.shapes import message_json
from sandbox.slack.values import JSON, Channel, Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a message says."""

    text: str
    blocks: tuple[JSON, ...]
    attachments: tuple[JSON, ...]


def post_message(call: Call) -> JSON:
    """chat.postMessage; a user id as channel opens the direct message."""
    channel = _writable(call)
    content = _content(call)
    thread_ts = _thread(call, channel)
    call.slack.rates.count_post(channel.id)
    message = Message(
        channel=channel.id,
        ts=call.slack.clock.ts(),
        user=APP_USER,
        text=content.text[:POSTED_TEXT],
        blocks=content.blocks,
        attachments=content.attachments,
        thread_ts=thread_ts,
    )
    call.slack.workspace.put_message(message)
    return _posted(call, message)


def post_ephemeral(call: Call) -> JSON:
    """chat.postEphemeral; only for members of the channel, kept nowhere the app could edit it."""
    channel = _writable(call)
    user = call.account(error="user_not_in_channel")
    if user.id not in channel.members or user.deleted:
        raise SlackError("user_not_in_channel")
    content = _content(call)
    message = Message(
        channel=channel.id,
        ts=call.slack.clock.ts(),
        user=APP_USER,
        text=_short(content.text, POSTED_TEXT),
        blocks=content.blocks,
        attachments=content.attachments,
        thread_ts=_thread(call, channel),
        only_for=user.id,
    )
    call.slack.workspace.put_message(message)
    return {"message_ts": message.ts}


def update(call: Call) -> JSON:
    """chat.update; own messages only. Text without blocks drops the blocks."""
    old = _own_message(call, "cant_update_message")
    content = _content(call)
    message = call.slack.workspace.edit(
        old,
        text=_short(content.text, UPDATED_TEXT),
        blocks=content.blocks,
        attachments=content.attachments,
        edited_ts=call.slack.clock.ts(),
    )
    return {**_posted(call, message), "text": message.text}


def delete(call: Call) -> JSON:
    """chat.delete; own messages only."""
    message = _own_message(call, "cant_delete_message")
    call.slack.workspace.drop_message(message)
    return {"channel": message.channel, "ts": message.ts}


def permalink(call: Call) -> JSON:
    """chat.getPermalink."""
    channel = call.channel()
    message = call.slack.workspace.message(channel.id, call.text("message_ts"))
    if message is None:
        raise SlackError("message_not_found")
    link = f"{call.slack.url}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.thread_ts and message.thread_ts != message.ts:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def _writable(call: Call) -> Channel:
    workspace, wanted = call.slack.workspace, call.text("channel")
    account = workspace.accounts.get(wanted)
    if account is not None:
        if account.deleted or account.is_bot:
            raise SlackError("channel_not_found")
        return workspace.direct(APP_USER, account.id)
    channel = call.channel()
    if APP_USER not in channel.members:
        hidden = channel.is_private or channel.is_im
        raise SlackError("channel_not_found" if hidden else "not_in_channel")
    if channel.is_archived:
        raise SlackError("is_archived")
    return channel


def _content(call: Call) -> Content:
    blocks, attachments = call.blocks(), call.attachments()
    text = call.text("text")
    if not (text or blocks or attachments):
        raise SlackError("no_text")
    if too_long(blocks):
        raise SlackError("msg_blocks_too_long")
    return Content(text=text, blocks=blocks or (), attachments=attachments)


def _short(text: str, limit: int) -> str:
    if len(text) > limit:
        raise SlackError("msg_too_long")
    return text


def _thread(call: Call, channel: Channel) -> str | None:
    wanted = call.text("thread_ts")
    if not wanted:
        return None
    parent = call.slack.workspace.message(channel.id, wanted)
    if parent is None:
        raise SlackError("thread_not_found")
    return parent.thread_ts or parent.ts


def _own_message(call: Call, refusal: str) -> Message:
    channel = call.slack.workspace.channels.get(call.text("channel"))
    if channel is None:
        raise SlackError("channel_not_found")
    message = call.slack.workspace.message(channel.id, call.text("ts"))
    if message is None or message.only_for:
        raise SlackError("message_not_found")
    if message.user != APP_USER:
        raise SlackError(refusal)
    return message


def _posted(call: Call, message: Message) -> JSON:
    whole = message_json(message, call.slack.workspace.team.id)
    return {"channel": message.channel, "ts": message.ts, "message": whole}


_WRITE = ("chat:write",)
METHODS = {
    "chat.postMessage": Method(
        function=post_message, tier="t5", scopes=_WRITE, required=("channel",)
    ),
    "chat.postEphemeral": Method(
        function=post_ephemeral, tier="t4", scopes=_WRITE, required=("channel", "user")
    ),
    "chat.update": Method(function=update, tier="t3", scopes=_WRITE, required=("channel", "ts")),
    "chat.delete": Method(function=delete, tier="t3", scopes=_WRITE, required=("channel", "ts")),
    "chat.getPermalink": Method(
        function=permalink, tier="t5", required=("channel", "message_ts")
    ),
}  # fmt: skip
