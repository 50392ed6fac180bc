"""Puts the parts behind one loopback address and serves them, in this thread or its own."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from aiohttp import web

from sandbox.slack.acting import Acting
from sandbox.slack.admin import Admin
from sandbox.slack.control import Control, answering, response_url
from sandbox.slack.core import Slack, make_slack
from sandbox.slack.delivery import Delivery
from sandbox.slack.live import serve_live
from sandbox.slack.rules import TIERS
from sandbox.slack.seed import Seed
from sandbox.slack.sockets import Sockets
from sandbox.slack.values import Manifest, Tokens
from sandbox.slack.web_api import WebApi

HOST = "127.0.0.1"
PAGE = Path(__file__).parent / "page"
MAX_BODY = 4 * 1024 * 1024
START_SECONDS = 10.0
_POLICY = (
    "default-src 'self'; img-src 'self' data:; connect-src 'self' ws:; "
    "frame-ancestors 'none'; base-uri 'none'"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What an emulator is started with.

    Port 0 takes a free one; without a `request_url` the app is reached by Socket Mode.
    """

    seed: Seed
    manifest: Manifest
    tokens: Tokens
    port: int = 0
    request_url: str | None = None
    tiers: Mapping[str, int] = field(default_factory=lambda: TIERS)


def make_app(slack: Slack, request_url: str | None = None) -> web.Application:
    """The whole emulator as one web application."""
    sockets = Sockets(tell=slack.workspace.tell)
    delivery = Delivery(slack=slack, sockets=sockets, request_url=request_url)
    control = Control(slack=slack, acting=Acting(slack=slack, delivery=delivery))
    admin = Admin(slack=slack, sockets=sockets, delivery=delivery)
    actions = {**control.actions(), **admin.actions()}
    app = web.Application(client_max_size=MAX_BODY, middlewares=[_only_this_machine])
    api = WebApi(slack, sockets)
    app.router.add_route("*", "/api/{method}", api.answer)
    app.router.add_get("/link/", _unless_down(slack, sockets.serve))
    app.router.add_post("/response/{path}", response_url(slack))
    for name, action in actions.items():
        app.router.add_route("*", f"/_/{name}", answering(action))

    async def live(request: web.Request) -> web.StreamResponse:
        """The page's live updates."""
        return await serve_live(slack, request)

    app.router.add_get("/_/live", live)
    app.router.add_get("/", _page)
    app.router.add_get("/archives/{rest:.*}", _page)
    app.router.add_static("/page/", PAGE)
    app.on_shutdown.append(_closing(sockets, delivery))
    return app


@contextlib.asynccontextmanager
async def running(config: Config) -> AsyncIterator[Slack]:
    """Serve inside a running event loop. Raises OSError when the port is taken."""
    slack = make_slack(config.seed, config.manifest, config.tokens, tiers=config.tiers)
    runner = web.AppRunner(
        make_app(slack, config.request_url), access_log=None, shutdown_timeout=0.5
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, HOST, config.port)
        await site.start()
        slack.url = f"http://{HOST}:{runner.addresses[0][1]}"
        yield slack
    finally:
        await runner.cleanup()


class Emulator:
    """An emulator in a thread of its own, for tests; use it as a context manager."""

    def __init__(self, config: Config) -> None:
        """Nothing runs before `start`."""
        self._config = config
        self._ready = threading.Event()
        self._failure: OSError | None = None
        self._thread = threading.Thread(target=self._run, name="slack-emulator", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self.url = ""

    @property
    def api_url(self) -> str:
        """What a Slack client takes as its base URL."""
        return f"{self.url}/api/"

    def start(self) -> Self:
        """Returns when requests are answered. Raises OSError when the port is taken."""
        self._thread.start()
        self._ready.wait(START_SECONDS)
        if not self.url:
            raise self._failure or OSError("the Slack emulator did not start")
        return self

    def stop(self) -> None:
        """Returns when everything is closed."""
        if self._loop is not None and self._stop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(START_SECONDS)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        try:
            async with running(self._config) as slack:
                self.url = slack.url
                self._ready.set()
                await self._stop.wait()
        except OSError as error:
            self._failure = error
        finally:
            self._ready.set()


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def _only_this_machine(request: web.Request, handler: Handler) -> web.StreamResponse:
    """No foreign page may drive the emulator through somebody's browser."""
    host = request.headers.get("Host", "").rpartition(":")[0] or request.headers.get("Host", "")
    origin = request.headers.get("Origin")
    if host not in (HOST, "localhost"):
        return web.json_response({"ok": False, "error": "loopback only"}, status=403)
    if origin and origin.removeprefix("http://") != request.headers.get("Host"):
        return web.json_response({"ok": False, "error": "foreign origin"}, status=403)
    return await handler(request)


async def _page(_: web.Request) -> web.StreamResponse:
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"}
    return web.FileResponse(PAGE / "index.html", headers=headers)


def _unless_down(slack: Slack, handler: Handler) -> Handler:
    async def answer(request: web.Request) -> web.StreamResponse:
        if slack.faults.down:
            return web.Response(status=503)
        return await handler(request)

    return answer


def _closing(sockets: Sockets, delivery: Delivery) -> Callable[[web.Application], Awaitable[None]]:
    async def close(_: web.Application) -> None:
        for task in tuple(delivery.retries):
            task.cancel()
        for line in tuple(sockets.open):
            await line.socket.close()

    return close
