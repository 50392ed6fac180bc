"""The control API under `/_/`: act as anybody, see what anybody sees; page and tests use it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TypeVar
from zoneinfo import ZoneInfo

from aiohttp import web

from sandbox.slack.acting import Acting, Click
from sandbox.slack.answers import answer_response_url
from sandbox.slack.blocks import find_element
from sandbox.slack.core import Slack
from sandbox.slack.errors import ActingError, SlackError
from sandbox.slack.names import account_named, channel_named, messages_like, view_of
from sandbox.slack.payloads import Place
from sandbox.slack.seed import APP_USER
from sandbox.slack.seen import messages_json, shown_view, stack_json, workspace_json
from sandbox.slack.text import channel_text
from sandbox.slack.values import JSON, Account, View
from sandbox.slack.web_api import read_arguments

MAX_WAIT_SECONDS = 60.0
FORM_SECONDS = 10.0
"""How long somebody waits for a form to open before they do something in it."""
T = TypeVar("T")
Action = Callable[[JSON], Awaitable[JSON]]


@dataclass(slots=True, kw_only=True)
class Control:
    """One method per action; each takes a JSON object and gives one back."""

    slack: Slack
    acting: Acting

    def actions(self) -> dict[str, Action]:
        """The actions by the last part of their address."""
        return {
            "workspace": self.workspace,
            "messages": self.messages,
            "text": self.text,
            "await": self.wait,
            "views": self.views,
            "home": self.home,
            "say": self.say,
            "click": self.click,
            "suggest": self.suggest,
            "submit": self.submit,
            "close": self.close,
            "shortcut": self.shortcut,
        }

    async def workspace(self, wanted: JSON) -> JSON:
        """Accounts, channels, commands."""
        return workspace_json(self.slack, self._viewer(wanted))

    async def messages(self, wanted: JSON) -> JSON:
        """The messages of one channel."""
        viewer = self._viewer(wanted)
        channel = channel_named(self.slack, wanted["channel"], viewer)
        return {"channel": channel.id, "messages": messages_json(self.slack, channel, viewer)}

    async def text(self, wanted: JSON) -> JSON:
        """The messages of one channel as text, times in the zone `tz` (UTC)."""
        viewer = self._viewer(wanted)
        channel = channel_named(self.slack, wanted["channel"], viewer)
        seen = self.slack.workspace.messages(channel.id, viewer.id)
        zone = ZoneInfo(wanted.get("tz") or "UTC")
        return {"text": channel_text(seen, self.slack.workspace, zone)}

    async def wait(self, wanted: JSON) -> JSON:
        """Answers as soon as a message with `match` in its text is there, else after `within` s."""
        within = min(float(wanted.get("within", 10.0)), MAX_WAIT_SECONDS)
        try:
            found = await self._until(lambda: self._matching(wanted), within)
            return {"ok": True, "message": found[-1]}
        except TimeoutError:
            seen = (await self.messages(wanted))["messages"]
            return {"ok": False, "error": "not_seen", "seen": [m["as_text"] for m in seen]}

    async def views(self, wanted: JSON) -> JSON:
        """The open modals of one person."""
        return {"views": stack_json(self.slack, self._viewer(wanted))}

    async def home(self, wanted: JSON) -> JSON:
        """Open the app's Home; what is published there now, null if nothing is."""
        viewer = self._viewer(wanted)
        if wanted.get("opened"):
            direct = self.slack.workspace.direct(viewer.id, APP_USER)
            self.acting.open_home(viewer, direct)
        home = self.slack.workspace.homes.get(viewer.id)
        return {"view": shown_view(self.slack, home) if home else None}

    async def say(self, wanted: JSON) -> JSON:
        """Post a message or run a command."""
        person = self._viewer(wanted)
        channel = channel_named(self.slack, wanted["channel"], person)
        thread = wanted.get("thread_ts")
        return await self.acting.say(person, channel, str(wanted["text"]), thread_ts=thread)

    async def click(self, wanted: JSON) -> JSON:
        """Press a button or choose from a menu, on a message (channel and match) or in a view."""
        person = self._viewer(wanted)
        return await self.acting.click(person, await self._click(person, wanted))

    async def suggest(self, wanted: JSON) -> JSON:
        """Ask for the options of an external select."""
        person = self._viewer(wanted)
        return await self.acting.suggest(person, await self._click(person, wanted))

    async def submit(self, wanted: JSON) -> JSON:
        """Submit the modal on top, or the one named."""
        person = self._viewer(wanted)
        view = await self._form(person, wanted)
        return await self.acting.submit(person, view, wanted.get("values") or {})

    async def close(self, wanted: JSON) -> JSON:
        """Close the modal on top, or the one named."""
        person = self._viewer(wanted)
        return await self.acting.close(person, await self._form(person, wanted))

    async def shortcut(self, wanted: JSON) -> JSON:
        """Run a global shortcut."""
        return await self.acting.run_shortcut(self._viewer(wanted), wanted["callback_id"])

    async def _matching(self, wanted: JSON) -> list[JSON]:
        seen: list[JSON] = (await self.messages(wanted))["messages"]
        return [m for m in seen if wanted["match"] in m["as_text"]]

    async def _until(self, look: Callable[[], Awaitable[T]], within: float) -> T:
        """What a look sees, once that is something. Raises TimeoutError after so many seconds."""
        changed = asyncio.Event()
        stop = self.slack.workspace.watch(lambda _: changed.set())
        try:
            async with asyncio.timeout(within):
                while not (found := await look()):
                    changed.clear()
                    await changed.wait()
            return found
        finally:
            stop()

    async def _form(self, person: Account, wanted: JSON) -> View:
        """The modal named, or the one on top once it is there: it opens after the click."""
        if "view_id" not in wanted:
            with suppress(TimeoutError):
                await self._until(partial(self._stack, person), FORM_SECONDS)
        return view_of(self.slack, person, wanted.get("view_id"))

    async def _stack(self, person: Account) -> tuple[View, ...]:
        return self.slack.workspace.stack(person.id)

    def _viewer(self, wanted: JSON) -> Account:
        return account_named(self.slack, str(wanted["viewer"]))

    async def _click(self, person: Account, wanted: JSON) -> Click:
        return Click(
            place=await self._place(person, wanted),
            action_id=str(wanted["action"]),
            block_id=wanted.get("block"),
            value=wanted.get("value"),
            confirmed=bool(wanted.get("confirmed")),
        )

    async def _place(self, person: Account, wanted: JSON) -> Place:
        if "channel" not in wanted:
            return Place(view=await self._form(person, wanted))
        channel = channel_named(self.slack, wanted["channel"], person)
        wish = str(wanted.get("ts") or wanted.get("match") or "")
        found = messages_like(self.slack, channel, person, wanted=wish)
        places = [Place(message=message) for message in found]
        able = (p for p in places if find_element(p.blocks, str(wanted["action"])))
        return next(able, places[0])


def answering(action: Action) -> Callable[[web.Request], Awaitable[web.Response]]:
    """The HTTP side of an action: 400 with a sentence for what cannot be done."""

    async def answer(request: web.Request) -> web.Response:
        try:
            return web.json_response(await action(await read_arguments(request)))
        except KeyError as error:
            refusal = {"ok": False, "error": f"missing: {error.args[0]}"}
        except (ActingError, SlackError, ValueError) as error:
            refusal = {"ok": False, "error": str(error)}
        return web.json_response(refusal, status=400)

    return answer


def response_url(slack: Slack) -> Callable[[web.Request], Awaitable[web.Response]]:
    """The HTTP side of response_url; not under `/_/`, for the app posts there."""

    async def answer(request: web.Request) -> web.Response:
        try:
            path = request.match_info["path"]
            answer_response_url(slack, path, await _posted(request))
        except SlackError as error:
            gone = error.code in ("expired_url", "used_url")
            return web.json_response(error.as_answer(), status=404 if gone else 400)
        return web.json_response({"ok": True})

    return answer


async def _posted(request: web.Request) -> JSON:
    """The body, which is JSON whatever its content type says."""
    try:
        body = await request.json()
    except ValueError:
        raise SlackError("invalid_payload") from None
    if not isinstance(body, dict):
        raise SlackError("invalid_payload")
    return body
