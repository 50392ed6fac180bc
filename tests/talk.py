"""What people do in Slack on the whole stack, and what they then see there."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pytest

from daypass.domain.ids import RequestId
from sandbox.errors import SandboxError
from sandbox.slack.client import Client
from sandbox.stack import Stack

APPROVALS: Final = "#access-approvals"
GENERAL: Final = "#general"
DIRECT: Final = "app"
ASK: Final = 'to prod --k8sGroup=debug --duration 10m --reason "INC-42"'
SOON: Final = 30.0
"""Seconds that anything may take on a busy machine; no test says how fast it has to be."""
REQUEST: Final = re.compile(r"Request `?([0-9a-z]{12})\b")
"""Finds the id of a request in an answer."""

JSON = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """Lines, clicks and forms, with the answers to them."""

    stack: Stack

    @property
    def slack(self) -> Client:
        """The emulated Slack."""
        return self.stack.slack

    def until(self, ready: Callable[[], bool], what: str) -> None:
        """Wait until that is so; fails with `what` if it does not come to be."""
        try:
            self.stack.processes.wait_until(ready, "slack", seconds=SOON)
        except SandboxError:
            pytest.fail(f"not within {SOON:g} s: {what}")

    def says(self, who: str, line: str, channel: str = GENERAL) -> str:
        """Type `/access <line>`; return what Daypass answers to that person alone."""
        before = self._private(who, channel)
        assert self.slack.say(who, channel, f"/access {line}")["ok"]
        return self._news(who, channel, before)

    def asks(self, who: str = "alice", line: str = ASK) -> RequestId:
        """Type a request that is taken; return its id."""
        answer = self.says(who, line)
        found = REQUEST.search(answer)
        assert found, answer
        return RequestId(found[1])

    def clicks(self, who: str, action: str, request: RequestId, *, value: object = None) -> str:
        """Press a button or choose on a card; return what Daypass answers to that person alone."""
        before = self._private(who, APPROVALS)
        self.slack.click(who, APPROVALS, match=request, action=action, value=value)
        return self._news(who, APPROVALS, before)

    def denies(self, who: str, request: RequestId, reason: str) -> None:
        """Press Deny and send the form with that reason."""
        self.slack.click(who, APPROVALS, match=request, action="deny")
        self.until(lambda: bool(self.slack.views(who)), "a form that asks for the reason")
        assert self.slack.submit(who, {"deny_reason": reason})["ok"]

    def grants(self, who: str = "alice", line: str = ASK, by: str = "bob") -> RequestId:
        """Let somebody ask and somebody approve; return when the card says Granted."""
        request = self.asks(who, line)
        self.card(request, "Pending")
        self.clicks(by, "approve", request)
        self.card(request, "Granted")
        return request

    def card(self, request: RequestId, *words: str) -> JSON:
        """The card of a request, once it says all of that."""
        return self._seen("bob", APPROVALS, (request, *words), top=True)

    def thread(self, request: RequestId, *words: str) -> JSON:
        """A post under the card, once there is one that says all of that."""
        return self._seen("bob", APPROVALS, words, under=self.card(request)["ts"])

    def direct(self, who: str, *words: str) -> JSON:
        """A direct message of Daypass, once there is one that says all of that."""
        return self._seen(who, DIRECT, words)

    def _seen(
        self, who: str, where: str, words: tuple[str, ...], *, top: bool = False, under: str = ""
    ) -> JSON:
        found: list[JSON] = []

        def is_there() -> bool:
            found[:] = [
                message
                for message in self.slack.messages(who, where)
                if all(word in message["as_text"] for word in words)
                and not (top and (message["is_ephemeral"] or _is_reply(message)))
                and not (under and message.get("thread_ts") != under)
            ]
            return bool(found)

        try:
            self.until(is_there, f"{who} sees {words} in {where}")
        except pytest.fail.Exception as failure:
            seen = self.slack.text(who, where)
            raise pytest.fail.Exception(f"{failure.msg}, only:\n{seen[-4_000:]}") from None
        return found[-1]

    def _private(self, who: str, channel: str) -> Mapping[str, str]:
        messages = self.slack.messages(who, channel)
        return {m["ts"]: m["as_text"] for m in messages if m["is_ephemeral"]}

    def _news(self, who: str, channel: str, before: Mapping[str, str]) -> str:
        self.until(lambda: self._private(who, channel) != before, f"an answer to {who}")
        now = self._private(who, channel)
        return "\n".join(text for ts, text in now.items() if before.get(ts) != text)


def _is_reply(message: JSON) -> bool:
    return bool(message.get("thread_ts", message["ts"]) != message["ts"])
