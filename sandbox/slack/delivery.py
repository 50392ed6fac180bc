"""Takes payloads to the app, by socket or signed HTTP, and waits three seconds for its ack."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp

from sandbox.slack.core import Slack
from sandbox.slack.rules import ACK_SECONDS
from sandbox.slack.sockets import Sockets
from sandbox.slack.values import JSON

RETRY_SECONDS = (0.5, 60.0, 300.0)
"""When Slack delivers an event again: almost at once, after a minute, after five."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ack:
    """What the app answered in time, and after how many milliseconds."""

    payload: JSON
    took: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NoAck:
    """Nothing came in time; `error` is the word that Slack shows to the person."""

    error: str


Send = Callable[[str, JSON], Awaitable[JSON | None]]


@dataclass(slots=True, kw_only=True)
class Delivery:
    """How the app is reached. With a `request_url` everything goes there, else over a socket."""

    slack: Slack
    sockets: Sockets
    request_url: str | None = None
    retries: set[asyncio.Task[None]] = field(default_factory=set)

    async def deliver(self, kind: str, payload: JSON, **more: object) -> Ack | NoAck:
        """Deliver one payload once; `kind` is the envelope's type."""
        started = self.slack.clock.now()
        found = await self._attempt(kind, payload, more)
        took = (self.slack.clock.now() - started) * 1000
        self.slack.traffic.add(
            at=started,
            direction="out",
            name=f"{kind} {payload.get('command') or payload.get('type', '')}",
            sent=payload,
            answer=found if isinstance(found, dict) else None,
            took=took,
            status="acknowledged" if isinstance(found, dict) else found,
        )
        return Ack(payload=found, took=took) if isinstance(found, dict) else NoAck(error=found)

    def announce(self, event: JSON) -> None:
        """Deliver an event in the background, three times more if it is not acknowledged."""
        if event["type"] in self.slack.manifest.bot_events:
            task = asyncio.get_running_loop().create_task(self._announce(self._callback(event)))
            self.retries.add(task)
            task.add_done_callback(self.retries.discard)

    async def _announce(self, payload: JSON) -> None:
        for attempt, pause in enumerate((*RETRY_SECONDS, None)):
            more = {"retry_attempt": attempt, "retry_reason": "timeout" if attempt else ""}
            if isinstance(await self.deliver("events_api", payload, **more), Ack):
                return
            if pause is not None:
                await asyncio.sleep(pause)

    def _callback(self, event: JSON) -> JSON:
        team = self.slack.workspace.team
        named = {"enterprise_id": team.enterprise_id or None}
        place = {"team_id": None if team.is_enterprise_install else team.id, **named}
        return {
            "token": "unused",
            "team_id": team.id,
            **named,
            "api_app_id": "A0DAYPASS",
            "type": "event_callback",
            "event_id": self.slack.workspace.next_id("Ev"),
            "event_time": int(self.slack.clock.now()),
            "event": {**event, "event_ts": self.slack.clock.ts()},
            "authorizations": [
                {
                    **place,
                    "user_id": "U0DAYPASS",
                    "is_bot": True,
                    "is_enterprise_install": team.is_enterprise_install,
                }
            ],
        }

    async def _attempt(self, kind: str, payload: JSON, more: dict[str, object]) -> JSON | str:
        if self.slack.faults.takes_ack():
            return "operation_timeout"
        try:
            async with asyncio.timeout(ACK_SECONDS):
                if self.request_url:
                    return await self._post(kind, payload)
                future = await self.sockets.send(kind, payload, **more)
                return "dispatch_failed" if future is None else await future
        except TimeoutError:
            return "operation_timeout"
        except (aiohttp.ClientError, ConnectionError):
            return "dispatch_failed"

    async def _post(self, kind: str, payload: JSON) -> JSON | str:
        body, content_type = _encoded(kind, payload)
        headers = {"Content-Type": content_type, **self._signature(body)}
        async with (
            aiohttp.ClientSession() as session,
            session.post(str(self.request_url), data=body, headers=headers) as response,
        ):
            text = await response.text()
            if response.status != 200:  # noqa: PLR2004 - anything but 200 is no ack
                return f"http_{response.status}"
            return _decoded(text)

    def _signature(self, body: bytes) -> dict[str, str]:
        moment = str(int(self.slack.clock.now()))
        base = b"v0:" + moment.encode() + b":" + body
        secret = self.slack.tokens.signing_secret.encode()
        digest = hmac.new(secret, base, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": moment, "X-Slack-Signature": f"v0={digest}"}


def _encoded(kind: str, payload: JSON) -> tuple[bytes, str]:
    if kind == "events_api":
        return json.dumps(payload).encode(), "application/json"
    fields: Any = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return urlencode(fields).encode(), "application/x-www-form-urlencoded"


def _decoded(text: str) -> JSON:
    try:
        body = json.loads(text) if text else {}
    except ValueError:
        return {"text": text}
    return body if isinstance(body, dict) else {"text": text}
