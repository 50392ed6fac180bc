"""`say`, `click` and `show`: be anybody in the running sandbox, from a terminal."""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Self

from sandbox.errors import SandboxError
from sandbox.private import write_private
from sandbox.slack.client import Client, RefusedError

CHANNEL: Final = "#access-approvals"
ACTIONS: Final = ("approve", "deny", "revoke", "release", "cancel")
_SETTLE: Final = 1.5  # Seconds for what an act sets off to be told.


def remember(folder: Path, page: str) -> None:
    """Note where the running sandbox is."""
    write_private(folder / "page.json", json.dumps({"page": page}))


def add_verbs(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the acts to the command line."""
    say = verbs.add_parser("say", help="type a line, such as a command, as somebody")
    say.add_argument("who")
    say.add_argument("text")
    say.add_argument("--in", dest="channel", default="#general", help="where (#general)")
    click = verbs.add_parser("click", help="press a button of a card or direct message")
    click.add_argument("who")
    click.add_argument("action", choices=ACTIONS)
    click.add_argument("request", nargs="?", default="", help="its id (the newest message)")
    click.add_argument("--reason", default="Not now", help="what to give when denying")
    click.add_argument("--in", dest="channel", default="", help=f"where ({CHANNEL}, or the DM)")
    show = verbs.add_parser(
        "show", help="print a channel, or the app's direct messages: '@daypass'"
    )
    show.add_argument("channel")
    show.add_argument("--as", dest="who", default="bob", help="as whom to look (bob)")


def act(asked: argparse.Namespace, folder: Path) -> int:
    """Do it and print what there is to see; raises SandboxError when no sandbox runs."""
    client = _client(folder)
    acts: dict[str, Callable[[Client, argparse.Namespace], str]] = {
        "say": _say,
        "click": _click,
        "show": lambda client, asked: client.text(asked.who, asked.channel),
    }
    try:
        seen = acts[asked.verb](client, asked)
    except RefusedError:
        raise
    except OSError as error:
        raise SandboxError(f"No sandbox answers; start it with `make demo`. ({error})") from error
    print(seen, flush=True)
    return 0


def _client(folder: Path) -> Client:
    try:
        page = json.loads((folder / "page.json").read_text())["page"]
    except FileNotFoundError as error:
        raise SandboxError("No sandbox runs here; start it with `make demo`.") from error
    return Client(page)


def _say(client: Client, asked: argparse.Namespace) -> str:
    with _News(client, asked.who, asked.channel) as news:
        answer = client.say(asked.who, asked.channel, asked.text)
    return news.told(answer)


def _click(client: Client, asked: argparse.Namespace) -> str:
    channel = asked.channel or (CHANNEL if asked.action in ("approve", "deny", "revoke") else "app")
    message = _with_button(client, asked, channel)
    with _News(client, asked.who, channel) as news:
        answer = client.click(asked.who, channel, match=message["ts"], action=asked.action)
        if asked.action == "deny":
            _until(lambda: _submitted(client, asked))
    return news.told(answer)


def _submitted(client: Client, asked: argparse.Namespace) -> bool:
    """Give the reason once the app has opened its modal."""
    try:
        client.submit(asked.who, {"deny_reason": asked.reason})
    except RefusedError:
        return False
    return True


def _with_button(client: Client, asked: argparse.Namespace, channel: str) -> dict[str, Any]:
    """Return the newest message that has that button, of the request if one is named."""
    wanted = asked.request.lower().partition("-")[0]
    button = f'"action_id": "{asked.action}"'
    for message in reversed(client.messages(asked.who, channel)):
        written = json.dumps(message)
        if button in written and wanted in written:
            return message
    raise SandboxError(f"{asked.who} sees nothing to {asked.action} in {channel}.")


class _News:
    """What somebody sees in a place and in the app's direct messages that was not there before."""

    def __init__(self, client: Client, who: str, channel: str) -> None:
        self._client = client
        self._who = who
        self._places = dict.fromkeys((channel, "app"))
        self._before: dict[str, str] = {}

    def __enter__(self) -> Self:
        self._before = self._seen()
        return self

    def __exit__(self, *_: object) -> None:
        _until(lambda: self._seen() != self._before)
        time.sleep(_SETTLE)

    def _seen(self) -> dict[str, str]:
        return {
            f"{place} {message['ts']}": message["as_text"]
            for place in self._places
            for message in self._client.messages(self._who, place)
        }

    def told(self, answer: dict[str, Any]) -> str:
        """Return the new and the edited messages, or what Slack itself said."""
        now = self._seen()
        fresh = [text for key, text in now.items() if self._before.get(key) != text]
        if not answer.get("ok", True):
            fresh.insert(0, str(answer.get("error", "Slack got no answer in time.")))
        return "\n\n".join(fresh) or "Nothing new to see."


def _until(done: Callable[[], bool], seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not done() and time.monotonic() < end:
        time.sleep(0.05)
