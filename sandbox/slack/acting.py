"""What a person can do in Slack: say, click, choose, submit, close, open Home, run a shortcut.

It refuses what Slack's own client would not let them do, with an ActingError that says why.
"""

import re
from dataclasses import dataclass, replace

from sandbox.slack import payloads
from sandbox.slack.answers import Said, answer_command, answer_submission, tell_privately
from sandbox.slack.blocks import STATEFUL, find_element, state_values, with_choice
from sandbox.slack.choosing import action_of, problem_with, state_of
from sandbox.slack.core import Slack
from sandbox.slack.delivery import Ack, Delivery, NoAck
from sandbox.slack.errors import ActingError, SlackError
from sandbox.slack.payloads import Place
from sandbox.slack.rules import Response
from sandbox.slack.seed import APP_USER
from sandbox.slack.typed import marked_up
from sandbox.slack.values import JSON, Account, Channel, Command, Message, View

_LINE = re.compile(r"(/\S+)(?:\s(.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """What is clicked, and what was chosen there. `confirmed` says yes to a confirm dialog."""

    place: Place
    action_id: str
    block_id: str | None = None
    value: object = None
    confirmed: bool = False


@dataclass(slots=True, kw_only=True)
class Acting:
    """The hands of everybody in the workspace."""

    slack: Slack
    delivery: Delivery

    async def say(
        self, person: Account, channel: Channel, text: str, *, thread_ts: str | None = None
    ) -> JSON:
        """Post a message, or run a command if the text starts with a slash."""
        self._may_act(person, channel)
        line = _LINE.fullmatch(text.strip())
        if line is None:
            return self._post(person, channel, text, thread_ts=thread_ts)
        if thread_ts:
            raise ActingError("Slash commands do not work in threads.")
        command = self._command(line.group(1))
        if command is None:
            return self._unknown(person, channel, line.group(1))
        return await self._run(person, channel, command, text=(line.group(2) or "").strip())

    async def click(self, person: Account, click: Click) -> JSON:
        """Press a button or choose from a menu."""
        self._is_active(person)
        found = find_element(click.place.blocks, click.action_id, click.block_id)
        if found is None:
            message = f"there is nothing to click with the action id {click.action_id!r}"
            raise ActingError(message)
        if "confirm" in found[1] and not click.confirmed:
            return {"ok": False, "error": "confirmation_needed", "confirm": found[1]["confirm"]}
        action = action_of(found, click.value, self.slack.clock.ts())
        place = self._choose(person, click, found)
        if found[0]["type"] == "input" and not found[0].get("dispatch_action"):
            return {"ok": True, "delivered": False}
        payload = payloads.block_actions(self.slack, person, place, action=action)
        return _told(await self.delivery.deliver("interactive", payload))

    async def suggest(self, person: Account, click: Click) -> JSON:
        """Type into an external select; the options that the app offers."""
        found = find_element(click.place.blocks, click.action_id, click.block_id)
        if found is None:
            message = f"there is no menu with the action id {click.action_id!r}"
            raise ActingError(message)
        payload = payloads.block_suggestion(
            self.slack, person, click.place, found=found, typed=str(click.value or "")
        )
        ack = await self.delivery.deliver("interactive", payload)
        return {**_told(ack), **(ack.payload if isinstance(ack, Ack) else {})}

    async def submit(self, person: Account, view: View, values: JSON) -> JSON:
        """Submit a modal. `values` maps block_id to what was chosen or typed there."""
        self._is_active(person)
        filled = self._filled(view, values)
        if problems := _problems(filled):
            return {"ok": False, "error": "invalid_input", "errors": problems}
        self.slack.workspace.put_view(filled)
        payload = payloads.view_submission(self.slack, person, filled)
        ack = await self.delivery.deliver("interactive", payload)
        if isinstance(ack, NoAck):
            return _told(ack)
        current = self.slack.workspace.view(view.id) or filled
        errors = answer_submission(self.slack, current, ack.payload)
        return {"ok": not errors, "errors": errors, "ack_ms": ack.took} | (
            {"error": "invalid_input"} if errors else {}
        )

    async def close(self, person: Account, view: View) -> JSON:
        """Close a modal; the app hears of it only if it asked to."""
        stack = self.slack.workspace.stack(person.id)
        whole = bool(view.payload.get("clear_on_close"))
        left = () if whole else tuple(v for v in stack if v.id != view.id)
        self.slack.workspace.put_stack(person.id, left)
        if not view.payload.get("notify_on_close"):
            return {"ok": True, "delivered": False}
        payload = payloads.view_closed(self.slack, person, view)
        return _told(await self.delivery.deliver("interactive", payload))

    async def run_shortcut(self, person: Account, callback_id: str) -> JSON:
        """Run a global shortcut of the manifest."""
        self._is_active(person)
        if callback_id not in {s.callback_id for s in self.slack.manifest.shortcuts}:
            message = f"the manifest has no shortcut {callback_id!r}"
            raise ActingError(message)
        payload = payloads.shortcut(self.slack, person, callback_id)
        return _told(await self.delivery.deliver("interactive", payload))

    def open_home(self, person: Account, channel: Channel) -> JSON:
        """Open the app's Home; the app hears of it if its manifest subscribes."""
        event: JSON = {
            "type": "app_home_opened",
            "user": person.id,
            "channel": channel.id,
            "tab": "home",
        }
        self.delivery.announce(event)
        return {"ok": True}

    def _may_act(self, person: Account, channel: Channel) -> None:
        self._is_active(person)
        if person.id not in channel.members:
            message = f"{person.name} is not in this channel"
            raise ActingError(message)
        if APP_USER in channel.members and channel.is_im and self.slack.manifest.messages_read_only:
            raise ActingError("Sending messages to this app has been turned off.")

    def _is_active(self, person: Account) -> None:
        if person.deleted or person.is_bot:
            message = f"{person.name} cannot sign in"
            raise ActingError(message)

    def _post(self, person: Account, channel: Channel, text: str, *, thread_ts: str | None) -> JSON:
        if not text.strip():
            raise ActingError("There is nothing to send.")
        ts = self.slack.clock.ts()
        marked = marked_up(text, self.slack.workspace)
        self.slack.workspace.put_message(
            Message(channel=channel.id, ts=ts, user=person.id, text=marked, thread_ts=thread_ts)
        )
        return {"ok": True, "kind": "message", "ts": ts}

    def _command(self, name: str) -> Command | None:
        commands = self.slack.manifest.commands
        return next((c for c in commands if c.command == name), None)

    def _unknown(self, person: Account, channel: Channel, name: str) -> JSON:
        words = f"{name} is not a command here. Start with a space to send it as a message."
        tell_privately(self.slack, Response(user=person.id, channel=channel.id), words)
        return {"ok": False, "kind": "command", "error": "unknown_command"}

    async def _run(self, person: Account, channel: Channel, command: Command, *, text: str) -> JSON:
        sent = marked_up(text, self.slack.workspace) if command.should_escape else text
        payload = payloads.slash_command(self.slack, person, channel, command=command, text=sent)
        ack = await self.delivery.deliver("slash_commands", payload)
        said = Said(user=person.id, line=f"{command.command} {text}".strip())
        return {"kind": "command", **self._answered(person, channel, ack, said=said)}

    def _answered(self, person: Account, channel: Channel, ack: Ack | NoAck, *, said: Said) -> JSON:
        place = Response(user=person.id, channel=channel.id)
        error = ack.error if isinstance(ack, NoAck) else ""
        if isinstance(ack, Ack):
            try:
                answer_command(self.slack, place, ack.payload, said=said)
            except SlackError:
                error = "invalid_command_response"
        if not error:
            return _told(ack)
        name = said.line.split()[0]
        tell_privately(self.slack, place, f'{name} failed with the error "{error}"')
        return {"ok": False, "error": error}

    def _choose(self, person: Account, click: Click, found: tuple[JSON, JSON]) -> Place:
        """The place after the choice: elements that keep their state now have it."""
        block, element = found
        if element["type"] not in STATEFUL:
            return click.place
        state = state_of(element, click.value)
        message, view = click.place.message, click.place.view
        if view is not None:
            chosen = with_choice(view.choices, block, element, state=state)
            changed = replace(view, choices=chosen)
            self.slack.workspace.put_view(changed)
            return Place(view=changed)
        if message is not None:
            key = (person.id, message.channel, message.ts)
            old = self.slack.workspace.choices.get(key, {})
            chosen = with_choice(old, block, element, state=state)
            self.slack.workspace.choose(key, chosen)
        return click.place

    def _filled(self, view: View, values: JSON) -> View:
        choices = view.choices
        for block in view.payload["blocks"]:
            if block["type"] == "input" and block["block_id"] in values:
                element = block["element"]
                state = state_of(element, _given(values[block["block_id"]], element))
                choices = with_choice(choices, block, element, state=state)
        return replace(view, choices=choices)


def _given(value: object, element: JSON) -> object:
    """`{block_id: value}` and `{block_id: {action_id: value}}` mean the same."""
    if isinstance(value, dict) and element["action_id"] in value:
        return value[element["action_id"]]
    return value


def _problems(view: View) -> dict[str, str]:
    blocks = tuple(view.payload["blocks"])
    values = state_values(blocks, view.choices)
    found: dict[str, str] = {}
    for block in blocks:
        if block["type"] == "input":
            state = values[block["block_id"]][block["element"]["action_id"]]
            problem = problem_with(block, state)
            found |= {block["block_id"]: problem} if problem else {}
    return found


def _told(ack: Ack | NoAck) -> JSON:
    if isinstance(ack, NoAck):
        return {"ok": False, "error": ack.error}
    return {"ok": True, "ack_ms": round(ack.took, 3)}
