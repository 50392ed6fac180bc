"""A fresh emulator per test, the bot's SDK clients on it, and the hands of its people."""

from collections.abc import Callable, Iterator

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bot.connection import close
from sandbox.slack.client import Client
from sandbox.slack.server import Emulator
from tests.integration.slack.payloads import TOKENS, config


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """A fresh workspace on a free port."""
    with Emulator(config()) as running:
        yield running


@pytest.fixture
def slack(emulator: Emulator) -> Client:
    """The hands of the people."""
    return Client(emulator.url)


@pytest.fixture
def web(emulator: Emulator) -> WebClient:
    """The bot's side of the Web API."""
    return WebClient(TOKENS.bot, base_url=emulator.api_url)


Connect = Callable[[App], SocketModeHandler]


@pytest.fixture
def app(web: WebClient) -> App:
    """A Bolt app that talks to the emulator."""
    return App(client=web)


@pytest.fixture
def connect(slack: Client) -> Iterator[Connect]:
    """Opens sockets for an app, and closes them at the end."""
    opened: list[SocketModeHandler] = []

    def open_socket(app: App) -> SocketModeHandler:
        handler = SocketModeHandler(app, TOKENS.app, ping_interval=1)
        opened.append(handler)
        handler.connect()  # type: ignore[no-untyped-call]
        slack.wait_for_app(len(opened))
        return handler

    yield open_socket
    for handler in opened:
        close(handler.client)
