"""A small synchronous client of the control API: act as anybody, see what anybody sees."""

import json
from dataclasses import dataclass
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

from sandbox.slack.values import JSON

_SLACK = build_opener(ProxyHandler({}))
TIMEOUT_SECONDS = 15.0


class RefusedError(Exception):
    """The emulator said no; the text says why."""


@dataclass(frozen=True, slots=True)
class Client:
    """The emulator at `url`. Every method raises RefusedError, or OSError when nobody is there."""

    url: str

    def say(self, user: str, channel: str, text: str) -> JSON:
        """Post a message or run a slash command; the answer says whether it was acknowledged."""
        return self._call("say", viewer=user, channel=channel, text=text)

    def reply(self, user: str, channel: str, text: str, *, thread_ts: str) -> JSON:
        """Post into a thread."""
        return self._call("say", viewer=user, channel=channel, text=text, thread_ts=thread_ts)

    def click(
        self, user: str, channel: str, *, match: str, action: str, value: object = None
    ) -> JSON:
        """Press a button or choose `value` from a menu, and say yes to a confirm dialog.

        `match` is the message's ts or a part of its text; the newest one with this action counts.
        """
        place = {"viewer": user, "channel": channel, "match": match}
        return self._call("click", **place, action=action, value=value, confirmed=True)

    def click_in_view(self, user: str, *, action: str, value: object = None) -> JSON:
        """The same in the modal that this person has on top."""
        return self._call("click", viewer=user, action=action, value=value, confirmed=True)

    def click_in_home(self, user: str, *, action: str, value: object = None) -> JSON:
        """The same in this person's Home."""
        view = self.home(user)
        if view is None:
            message = f"{user} has no Home yet"
            raise RefusedError(message)
        place = {"viewer": user, "view_id": view["id"]}
        return self._call("click", **place, action=action, value=value, confirmed=True)

    def submit(self, user: str, values: JSON) -> JSON:
        """Submit the modal on top; `values` maps block_id to what was typed or chosen."""
        return self._call("submit", viewer=user, values=values)

    def close(self, user: str) -> JSON:
        """Close the modal on top."""
        return self._call("close", viewer=user)

    def run_shortcut(self, user: str, callback_id: str) -> JSON:
        """Run a global shortcut."""
        return self._call("shortcut", viewer=user, callback_id=callback_id)

    def suggest(self, user: str, *, action: str, typed: str) -> JSON:
        """What an external select in the modal on top offers for what was typed."""
        return self._call("suggest", viewer=user, action=action, value=typed)

    def messages(self, viewer: str, channel: str) -> list[JSON]:
        """The messages that this person sees there, oldest first; `as_text` is readable."""
        found: list[JSON] = self._call("messages", viewer=viewer, channel=channel)["messages"]
        return found

    def text(self, viewer: str, channel: str, tz: str = "UTC") -> str:
        """The same as text for a terminal, times in this zone."""
        return str(self._call("text", viewer=viewer, channel=channel, tz=tz)["text"])

    def wait(self, viewer: str, channel: str, match: str, *, within: float = 10.0) -> JSON:
        """The newest message with `match` in its text, once it is there. Raises RefusedError."""
        answer = self._call("await", viewer=viewer, channel=channel, match=match, within=within)
        if not answer["ok"]:
            seen = "\n---\n".join(answer["seen"])
            message = f"{viewer} never saw {match!r} in {channel}, only:\n{seen}"
            raise RefusedError(message)
        found: JSON = answer["message"]
        return found

    def views(self, user: str) -> list[JSON]:
        """The modals that this person has open, the top one last."""
        found: list[JSON] = self._call("views", viewer=user)["views"]
        return found

    def open_home(self, user: str) -> None:
        """Open the app's Home, of which the app is told."""
        self._call("home", viewer=user, opened=True)

    def home(self, user: str) -> JSON | None:
        """What is published in this person's Home."""
        found: JSON | None = self._call("home", viewer=user)["view"]
        return found

    def workspace(self, viewer: str) -> JSON:
        """Accounts, channels, commands."""
        return self._call("workspace", viewer=viewer)

    def change_account(self, user: str, **fields: object) -> None:
        """Change `email`, `deleted`, `is_restricted`, … of an account."""
        self._call("account", user=user, **fields)

    def change_usergroup(self, group: str, users: list[str]) -> None:
        """Replace the members of a user group."""
        self._call("usergroup", id=group, users=users)

    def change_channel(self, channel: str, **changes: object) -> None:
        """Have people `join` or `leave` it (lists of names), or change whether it is `archived`."""
        self._call("channel", id=channel, **changes)

    def advance(self, seconds: float) -> None:
        """Move the emulator's time forward."""
        self._call("clock", advance=seconds)

    def set_faults(self, **faults: object) -> None:
        """Make Slack misbehave; the names are the members of `sandbox.slack.faults.Faults`."""
        self._call("faults", **faults)

    def clear_faults(self) -> None:
        """Everything works again."""
        self._call("faults", clear=True)

    def disconnect(self, reason: str = "refresh_requested") -> None:
        """End the app's sockets: warning, refresh_requested, link_disabled or drop."""
        self._call("disconnect", reason=reason)

    def traffic(self, since: int = 0) -> list[JSON]:
        """The calls and deliveries after this number."""
        found: list[JSON] = self._call("traffic", since=since)["exchanges"]
        return found

    def sockets(self) -> int:
        """How many sockets the app has open."""
        return int(self._call("health")["sockets"])

    def connections(self) -> int:
        """How many sockets the app has opened since the start."""
        return int(self._call("health")["connections"])

    def wait_for_app(self, sockets: int = 1, *, connections: int = 0, within: float = 10.0) -> None:
        """Returns once the app has `sockets` open and has opened `connections` since the start.

        Raises RefusedError when that did not happen within so many seconds.
        """
        wanted = {"sockets": sockets, "connections": connections}
        if not self._call("health", **wanted, within=within)["ok"]:
            message = f"the app did not open {sockets} socket(s) within {within} s"
            raise RefusedError(message)

    def _call(self, name: str, /, **wanted: object) -> JSON:
        body, headers = json.dumps(wanted).encode(), {"Content-Type": "application/json"}
        request = Request(f"{self.url}/_/{name}", body, headers)
        patience = TIMEOUT_SECONDS + float(str(wanted.get("within", 0)))
        try:
            with _SLACK.open(request, timeout=patience) as response:
                answer: JSON = json.load(response)
                return answer
        except HTTPError as error:
            with error:
                raise RefusedError(json.load(error)["error"]) from error
