"""Socket Mode: tickets, hello, one random socket per envelope, acknowledgements, disconnects.

docs.slack.dev/apis/events-api/using-socket-mode.
"""

import asyncio
import json
import random
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from sandbox.slack.rules import MAX_SOCKETS
from sandbox.slack.seed import APP_ID
from sandbox.slack.values import JSON

REASONS = ("warning", "refresh_requested", "link_disabled")
CONNECTION_SECONDS = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One open connection, and the request that it came from."""

    socket: web.WebSocketResponse
    request: web.Request


@dataclass(slots=True, kw_only=True)
class Sockets:
    """The app's open WebSockets and what waits for an acknowledgement; `tell` hears of new ones."""

    tell: Callable[..., None]
    tickets: set[str] = field(default_factory=set)
    open: list[Line] = field(default_factory=list)
    connections: int = 0
    waiting: dict[str, asyncio.Future[JSON]] = field(default_factory=dict)

    def ticket(self) -> str:
        """A ticket for one connection."""
        ticket = secrets.token_hex(16)
        self.tickets.add(ticket)
        return ticket

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One connection, from its ticket to its end."""
        ticket = request.query.get("ticket", "")
        if ticket not in self.tickets:
            return web.Response(status=404, text="unknown ticket")
        self.tickets.discard(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        if len(self.open) >= MAX_SOCKETS:
            await socket.send_json(_disconnect("too_many_websockets"))
            await socket.close()
            return socket
        await self._converse(Line(socket=socket, request=request))
        return socket

    async def send(self, kind: str, payload: JSON, **more: object) -> "asyncio.Future[JSON] | None":
        """Send one envelope to one socket; what resolves with the ack. None: nobody is there."""
        alive = [line for line in self.open if not line.socket.closed]
        if not alive:
            return None
        envelope = str(uuid.uuid4())
        self.waiting[envelope] = asyncio.get_running_loop().create_future()
        body = {
            "envelope_id": envelope,
            "type": kind,
            "accepts_response_payload": kind != "events_api",
            "payload": payload,
            **more,
        }
        future = self.waiting[envelope]
        future.add_done_callback(lambda _: self.waiting.pop(envelope, None))
        await random.choice(alive).socket.send_json(body)
        return future

    async def disconnect(self, reason: str) -> None:
        """Say so to every socket; all reasons but a warning also end the connection."""
        for line in tuple(self.open):
            await line.socket.send_json(_disconnect(reason))
            if reason != "warning":
                await line.socket.close()

    def drop(self) -> None:
        """Cut every connection without a word, as a broken network does."""
        for line in tuple(self.open):
            if line.request.transport is not None:
                line.request.transport.abort()

    async def _converse(self, line: Line) -> None:
        self.open.append(line)
        self.connections += 1
        try:
            await line.socket.send_json(_hello(len(self.open)))
            self.tell(kind="sockets")
            async for message in line.socket:
                if message.type is WSMsgType.TEXT:
                    self._acknowledge(message.data)
        finally:
            self.open.remove(line)

    def _acknowledge(self, text: str) -> None:
        try:
            body = json.loads(text)
        except ValueError:
            return
        future = self.waiting.get(body.get("envelope_id", "")) if isinstance(body, dict) else None
        if future is not None and not future.done():
            future.set_result(body.get("payload") or {})


def _hello(connections: int) -> JSON:
    return {
        "type": "hello",
        "num_connections": connections,
        "connection_info": {"app_id": APP_ID},
        "debug_info": {
            "host": "emulator",
            "approximate_connection_time": CONNECTION_SECONDS,
        },
    }


def _disconnect(reason: str) -> JSON:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "emulator"}}
