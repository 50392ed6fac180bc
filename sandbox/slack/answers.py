"""What the app's answers do: a message for a command, an action for a form, a response_url post."""

from dataclasses import dataclass, replace

from sandbox.slack.core import Slack
from sandbox.slack.errors import SlackError
from sandbox.slack.methods.call import checked_attachments, checked_blocks
from sandbox.slack.rules import POSTED_TEXT, Response
from sandbox.slack.seed import APP_USER
from sandbox.slack.values import JSON, SLACKBOT, Message, View
from sandbox.slack.views import checked_view, push_view, replace_view


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The command line that an `in_channel` answer also shows to everybody."""

    user: str
    line: str


def answer_command(slack: Slack, place: Response, payload: JSON, *, said: Said) -> None:
    """Show what a command was acknowledged with; empty shows nothing. Raises SlackError."""
    if not (payload.get("text") or payload.get("blocks") or payload.get("attachments")):
        return
    if payload.get("response_type") == "in_channel":
        _put(slack, Message(channel=place.channel, ts="", user=said.user, text=said.line))
    _put(slack, _message(slack, place, payload))


def answer_response_url(slack: Slack, path: str, payload: JSON) -> None:
    """Carry out one post to a response_url. Raises SlackError."""
    place = slack.response_urls.use(path)
    original = slack.workspace.message(place.channel, place.message_ts or "")
    if payload.get("delete_original"):
        if original is not None:
            slack.workspace.drop_message(original)
        return
    if not (payload.get("text") or payload.get("blocks") or payload.get("attachments")):
        raise SlackError("no_text")
    message = _message(slack, place, payload)
    if original is None or not payload.get("replace_original"):
        _put(slack, message)
        return
    slack.workspace.edit(
        original,
        text=message.text,
        blocks=message.blocks,
        attachments=message.attachments,
        edited_ts=slack.clock.ts(),
    )


def answer_submission(slack: Slack, view: View, payload: JSON) -> dict[str, str]:
    """Do what a view_submission was answered with; the errors by block_id. Raises SlackError."""
    stack = slack.workspace.stack(view.user)
    match payload.get("response_action"):
        case None:
            slack.workspace.put_stack(view.user, (v for v in stack if v.id != view.id))
        case "clear":
            slack.workspace.put_stack(view.user, ())
        case "update":
            replace_view(slack, view, checked_view(slack, payload.get("view"), "modal"))
        case "push":
            push_view(slack, view.user, checked_view(slack, payload.get("view"), "modal"))
        case "errors":
            return _errors(view, payload.get("errors"))
        case _:
            raise SlackError("invalid_response_action")
    return {}


def tell_privately(slack: Slack, place: Response, text: str) -> None:
    """Slackbot's own word to one person, as when a command failed."""
    message = Message(
        channel=place.channel, ts="", user=SLACKBOT, text=text, only_for=place.user
    )  # fmt: skip
    _put(slack, message)


def _errors(view: View, errors: object) -> dict[str, str]:
    inputs = {b["block_id"] for b in view.payload["blocks"] if b["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        raise SlackError("invalid_response_action")
    return {block_id: str(text) for block_id, text in errors.items()}


def _message(slack: Slack, place: Response, payload: JSON) -> Message:
    prefix = slack.workspace.next_id("r")
    blocks = payload.get("blocks")
    public = payload.get("response_type") == "in_channel"
    return Message(
        channel=place.channel,
        ts="",
        user=APP_USER,
        text=str(payload.get("text") or "")[:POSTED_TEXT],
        blocks=() if blocks is None else checked_blocks(blocks, prefix),
        attachments=checked_attachments(payload.get("attachments"), f"{prefix}a"),
        thread_ts=payload.get("thread_ts") or place.thread_ts,
        only_for=None if public else place.user,
    )


def _put(slack: Slack, message: Message) -> None:
    slack.workspace.put_message(replace(message, ts=slack.clock.ts()))
