"""What the app is told when a person does something, in Slack's own form."""

from dataclasses import dataclass

from sandbox.slack.blocks import all_blocks, state_values
from sandbox.slack.core import Slack
from sandbox.slack.rules import Response
from sandbox.slack.seed import APP_ID
from sandbox.slack.shapes import message_json, view_json
from sandbox.slack.values import JSON, Account, Channel, Command, Message, Team, View


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a person clicks: on a message in a channel, or in a view."""

    message: Message | None = None
    view: View | None = None

    @property
    def blocks(self) -> tuple[JSON, ...]:
        """The blocks that can be clicked there."""
        if self.view is not None:
            return tuple(self.view.payload["blocks"])
        message = self.message
        return all_blocks(message.blocks, message.attachments) if message else ()


def slash_command(
    slack: Slack, person: Account, channel: Channel, *, command: Command, text: str
) -> JSON:
    """The payload of a slash command; every member is a string, as it is sent as a form."""
    team = slack.workspace.team
    where = Response(user=person.id, channel=channel.id)
    own = {"team_id": person.team_id, "enterprise_id": person.enterprise_id}
    ours = {"team_id": team.id, "enterprise_id": team.enterprise_id}
    return {
        "token": "unused",
        # Where it was typed: whoever is not in our workspace types in their own.
        **{name: value for name, value in (ours if team.has(person) else own).items() if value},
        "team_domain": team.domain,
        "channel_id": channel.id,
        "channel_name": "directmessage" if channel.is_im else channel.name,
        "user_id": person.id,
        "user_name": person.name,
        "command": command.command,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": str(team.is_enterprise_install).lower(),
        "response_url": response_url(slack, where),
        "trigger_id": slack.triggers.issue(person.id),
    }


def response_url(slack: Slack, response: Response) -> str:
    """A fresh address for up to five answers."""
    return f"{slack.url}/response/{slack.response_urls.issue(response)}"


def block_actions(slack: Slack, person: Account, place: Place, *, action: JSON) -> JSON:
    """The payload of a click."""
    whole = _interaction(slack, person, "block_actions")
    whole |= {"trigger_id": slack.triggers.issue(person.id), "actions": [action]}
    if place.view is not None:
        container = {"type": "view", "view_id": place.view.id}
        shown = view_json(slack, place.view)
        return {**whole, "container": container, "view": shown, "state": shown["state"]}
    return {**whole, **_on_message(slack, person, place)}


def view_submission(slack: Slack, person: Account, view: View) -> JSON:
    """The payload of a submitted modal."""
    whole = _interaction(slack, person, "view_submission")
    trigger = slack.triggers.issue(person.id)
    shown = view_json(slack, view)
    return {**whole, "trigger_id": trigger, "view": shown, "response_urls": []}


def view_closed(slack: Slack, person: Account, view: View) -> JSON:
    """The payload of a modal that was closed without submitting."""
    whole = _interaction(slack, person, "view_closed")
    return {**whole, "view": view_json(slack, view), "is_cleared": False}


def block_suggestion(
    slack: Slack, person: Account, place: Place, *, found: tuple[JSON, JSON], typed: str
) -> JSON:
    """The payload that asks an app for the options of an external select."""
    block, element = found
    whole = _interaction(slack, person, "block_suggestion")
    whole |= {"action_id": element["action_id"], "block_id": block["block_id"], "value": typed}
    if place.view is not None:
        shown = view_json(slack, place.view)
        return {**whole, "container": {"type": "view", "view_id": place.view.id}, "view": shown}
    return {**whole, **_on_message(slack, person, place)}


def shortcut(slack: Slack, person: Account, callback_id: str) -> JSON:
    """The payload of a global shortcut."""
    whole = _interaction(slack, person, "shortcut")
    trigger = slack.triggers.issue(person.id)
    return {
        **whole,
        "callback_id": callback_id,
        "trigger_id": trigger,
        "action_ts": slack.clock.ts(),
    }


def _interaction(slack: Slack, person: Account, kind: str) -> JSON:
    team = slack.workspace.team
    return {
        "type": kind,
        "user": {
            "id": person.id,
            "username": person.name,
            "name": person.name,
            "team_id": person.team_id,
        },
        "team": _team(team),
        "enterprise": _enterprise(team),
        "is_enterprise_install": team.is_enterprise_install,
        "api_app_id": APP_ID,
        "token": "unused",
    }


def _team(team: Team) -> JSON | None:
    """Of an install in the organisation Slack names no team."""
    if team.is_enterprise_install:
        return None
    plain = {"id": team.id, "domain": team.domain}
    more = {"enterprise_id": team.enterprise_id, "enterprise_name": team.enterprise_name}
    return {**plain, **more} if team.enterprise_id else plain


def _enterprise(team: Team) -> JSON | None:
    named = {"id": team.enterprise_id, "name": team.enterprise_name}
    return named if team.enterprise_id else None


def _on_message(slack: Slack, person: Account, place: Place) -> JSON:
    message = place.message
    if message is None:
        return {}
    channel = slack.workspace.channels[message.channel]
    name = "directmessage" if channel.is_im else channel.name
    choices = slack.workspace.choices.get((person.id, message.channel, message.ts), {})
    return {
        "container": _container(message),
        "channel": {"id": channel.id, "name": name},
        "message": message_json(message, slack.workspace.team.id),
        "state": {"values": state_values(place.blocks, choices)},
        "response_url": response_url(slack, _response(person, message)),
    }


def _container(message: Message) -> JSON:
    whole: JSON = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": message.only_for is not None,
    }
    return {**whole, "thread_ts": message.thread_ts} if message.thread_ts else whole


def _response(person: Account, message: Message) -> Response:
    return Response(
        user=person.id,
        channel=message.channel,
        message_ts=message.ts,
        thread_ts=message.thread_ts,
        is_ephemeral=message.only_for is not None,
    )
