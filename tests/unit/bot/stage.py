"""A bot whose outside is in memory, and people who type and click."""

from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from slack_bolt import App, BoltRequest, BoltResponse
from slack_sdk import WebClient

from bot.app import build_app
from daypass.adapters.slack import actions as act
from daypass.adapters.slack.home import Home
from daypass.domain.ids import RequestId
from tests.builders import World, a_world
from tests.unit.bot.slack import JSON, Slack


class Inline(Executor):
    """Runs what it is given at once: when `dispatch` returns, the listener is done."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """Run `fn`."""
        done: Future[Any] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


@dataclass(slots=True, kw_only=True)
class Stage:
    """The bot, the world behind it, and Slack before it."""

    slack: Slack
    world: World
    app: App
    numbers: Any = field(default_factory=lambda: count(1))

    def say(self, name: str, text: str, **more: Any) -> str:
        """Type `/access text` as `name`; return all that was answered, as people read it."""
        number = next(self.numbers)
        body = {
            "command": "/access",
            "text": text,
            "team_id": "T0DEMO",
            "user_id": f"U0{name.upper()}",
            "user_name": name,
            "channel_id": "C0GENERAL",
            "trigger_id": f"trigger.{number}",
            "response_url": f"{self.slack.url}/response/{number}",
            "is_enterprise_install": "false",
        }
        return self.answered(lambda: self.dispatch({**body, **more}))

    def click(self, name: str, action: str, value: str = "", **more: Any) -> str:
        """Press a button as `name`; return what they alone are told."""
        number = next(self.numbers)
        element = {"type": "button", "action_id": action, "value": value, "block_id": "b"}
        pressed = {**element, "action_ts": f"{number}.0", **more.pop("element", {})}
        body = {
            **self._interaction(name, "block_actions", number),
            "container": {"type": "message", "channel_id": "C0APPROVE", "message_ts": "1.1"},
            "response_url": f"{self.slack.url}/response/{number}",
            "actions": [pressed],
        }
        return self.answered(lambda: self.dispatch({**body, **more}))

    def choose(self, name: str, request: str, duration: str, edition: str = "") -> str:
        """Choose a shorter duration in the menu of a card."""
        element = {
            "type": "static_select",
            "block_id": act.decide_block(RequestId(request), edition),
            "selected_option": {"text": {"type": "plain_text", "text": "x"}, "value": duration},
        }
        return self.click(name, act.APPROVE_SHORTER, element=element)

    def send_off(
        self, name: str, request: str, reason: str, *, installed: str = "", **more: Any
    ) -> BoltResponse:
        """Submit the modal that asks why; return the ack."""
        field_ = {act.DENY_REASON: {"type": "plain_text_input", "value": reason}}
        values = {act.DENY_REASON_BLOCK: field_}
        view = {"app_installed_team_id": installed} if installed else {}
        return self.send_view(name, act.DENY_VIEW, request, values, shown=view, **more)

    def send_view(
        self,
        name: str,
        callback: str,
        metadata: str,
        values: JSON,
        *,
        shown: JSON | None = None,
        **more: Any,
    ) -> BoltResponse:
        """Submit a modal as `name`; return the ack."""
        number = next(self.numbers)
        sent = {
            "id": f"V{number}",
            "hash": f"{number}.hash",
            "type": "modal",
            "callback_id": callback,
            "private_metadata": metadata,
            "state": {"values": values},
            **(shown or {}),
        }
        return self.dispatch(
            {**self._interaction(name, "view_submission", number), "view": sent, **more}
        )

    def answered(self, do: Any) -> str:
        """Do something; return what was told to the person, ack and answers."""
        before = len(self.slack.calls)
        ack: BoltResponse = do()
        assert ack.status == 200, ack.body
        told = [sent for name, sent in self.slack.calls[before:] if name == "response"]
        return "\n".join([ack.body, *(read(sent) for sent in told)]).strip()

    def dispatch(self, body: JSON) -> BoltResponse:
        """Deliver a payload over Socket Mode."""
        return self.app.dispatch(BoltRequest(body=body, mode="socket_mode"))

    def asked(self, home: Home) -> RequestId:
        """Let alice ask from there; return the request's id."""
        return self.pending(enterprise_id=home.enterprise, is_enterprise_install=home.org_wide)

    def pending(self, name: str = "alice", **more: Any) -> RequestId:
        """Let somebody ask for debug on prod; return the request's id."""
        line = 'to prod --k8sGroup=debug --duration 1h --reason "INC-42"'
        said = self.say(name, line, **more)
        assert "Pending" in said
        return self.world.store.pending()[-1].id

    def _interaction(self, name: str, kind: str, number: int) -> JSON:
        return {
            "type": kind,
            "user": {"id": f"U0{name.upper()}", "name": name, "team_id": "T0DEMO"},
            "team": {"id": "T0DEMO", "domain": "demo"},
            "enterprise": None,
            "is_enterprise_install": False,
            "trigger_id": f"trigger.{number}",
        }


HOME = Home(team="T0DEMO")


def a_stage(
    slack: Slack, executor: Executor | None = None, *, home: Home = HOME, **ports: Any
) -> Stage:
    """Return a bot over memory ports; `ports` replaces some of them."""
    world = a_world()
    client = WebClient("xoxb-test", base_url=slack.api, retry_handlers=[])
    app = build_app(replace(world.ask, **ports), client, executor or Inline(), home=home)
    return Stage(slack=slack, world=world, app=app)


def read(message: JSON) -> str:
    """Return what a message says, its text and the texts of its blocks."""
    return "\n".join([str(message.get("text", "")), *_texts(message.get("blocks", []))])


def _texts(value: Any) -> list[str]:
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    if not isinstance(value, dict):
        return []
    own = [value["text"]] if isinstance(value.get("text"), str) else []
    return own + [text for one in value.values() for text in _texts(one)]
