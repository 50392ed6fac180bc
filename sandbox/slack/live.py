"""Tells open pages over a WebSocket what changed, so that nobody reloads."""

import asyncio

from aiohttp import web

from sandbox.slack.core import Slack
from sandbox.slack.values import JSON

KEPT = 1_000


async def serve_live(slack: Slack, request: web.Request) -> web.WebSocketResponse:
    """One page's connection. A page that is too slow is cut off and reloads everything."""
    socket = web.WebSocketResponse(heartbeat=20.0)
    await socket.prepare(request)
    queue: asyncio.Queue[JSON] = asyncio.Queue(maxsize=KEPT)
    stop = slack.workspace.watch(lambda change: _put(queue, change))
    sender = asyncio.create_task(_send(socket, queue))
    try:
        async for _ in socket:
            pass
    finally:
        stop()
        sender.cancel()
    return socket


def _put(queue: "asyncio.Queue[JSON]", change: JSON) -> None:
    if not queue.full():
        queue.put_nowait(change)


async def _send(socket: web.WebSocketResponse, queue: "asyncio.Queue[JSON]") -> None:
    while not socket.closed:
        change = await queue.get()
        if queue.full():
            await socket.close()
            return
        await socket.send_json(change)
