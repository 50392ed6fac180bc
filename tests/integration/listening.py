"""The bot on the Slack emulator, over real Socket Mode and HTTP, with a store in memory."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from slack_bolt.adapter.socket_mode import SocketModeHandler

from bot.app import THREADS, build_app
from bot.connection import close
from daypass.adapters.slack.chat import SlackChat
from daypass.adapters.slack.client import connect
from daypass.adapters.slack.home import home_of
from daypass.adapters.slack.people import SlackPeople
from daypass.domain.ids import RequestId
from daypass.domain.notification import notifications
from daypass.domain.request import RequestState
from daypass.ports import AskPorts
from sandbox.slack.client import Client
from sandbox.slack.manifest import DEFAULT, read_manifest
from sandbox.slack.seed import Seed, read_seed
from sandbox.slack.server import Config, Emulator
from sandbox.slack.tokens import fresh_tokens
from tests.builders import World

TOKENS = fresh_tokens()


@contextmanager
def emulated(seed: Seed | None = None) -> Iterator[Emulator]:
    """Run a fresh workspace with the app's own manifest, so its scopes hold."""
    config = Config(seed=seed or read_seed(), manifest=read_manifest(DEFAULT), tokens=TOKENS)
    with Emulator(config) as running:
        yield running


@contextmanager
def listening(emulator: Emulator, world: World, workspace: str = "") -> Iterator[Client]:
    """Inside, the bot listens; yields the pool of the people."""
    client = connect(TOKENS.bot, emulator.api_url)
    home = home_of(client, workspace)
    ports = AskPorts(
        catalog=world.catalog,
        store=world.store,
        clock=world.clock,
        agenda=world.agenda,
        heartbeats=world.heartbeats,
        pictures=world.pictures,
        ids=world.ids,
        people=SlackPeople(client, home, world.clock.now),
    )
    pool = Client(emulator.url)
    with ThreadPoolExecutor(max_workers=THREADS) as executor:
        app = build_app(ports, client, executor, home=home)
        handler = SocketModeHandler(app, TOKENS.app, ping_interval=1)
        handler.client.connect()
        pool.wait_for_app()
        yield pool
        close(handler.client)


def posted_card(emulator: Emulator, world: World) -> RequestId:
    """Let the notifications worker's part happen: the card of the newest request is posted."""
    request = world.store.pending()[-1]
    chat = SlackChat(connect(TOKENS.bot, emulator.api_url), world.catalog, "/access")
    chat.send(next(iter(notifications(request, (), request.asked_at))), None)
    return request.id


def state(world: World, request: RequestId) -> RequestState:
    """Return how a request stands in the store."""
    found = world.store.request(request)
    assert found is not None
    return found.state
