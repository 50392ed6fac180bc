"""`python -m bot`: wires the bot together over Socket Mode and runs it until it is told to stop."""

import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from threading import Event
from typing import Final

import structlog
from prometheus_client import CollectorRegistry
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from bot.app import THREADS, build_app
from bot.channels import unheard
from bot.connection import Connection, close
from bot.lapses import Lapses
from daypass import logs
from daypass.adapters.prometheus.meters import Meters, measure_silence
from daypass.adapters.prometheus.serve import Health, serving, store_answers
from daypass.adapters.redis.agenda import RedisAgenda
from daypass.adapters.redis.clock import RedisClock
from daypass.adapters.redis.heartbeats import RedisHeartbeats
from daypass.adapters.redis.ids import RandomIds
from daypass.adapters.redis.pictures import RedisPictures
from daypass.adapters.redis.store import RedisStore
from daypass.adapters.redis.trust import connect_trusted
from daypass.adapters.slack.client import connect as connect_slack
from daypass.adapters.slack.home import Home, home_of
from daypass.adapters.slack.people import SlackPeople
from daypass.adapters.yaml import load
from daypass.domain.errors import ConfigurationError, OutsideError, SettingsError
from daypass.garbage import collect_seldom
from daypass.ports import AskPorts
from daypass.settings import BotSettings

_WRONG: Final = 78
"""Exit status: somebody has to change a setting or the configuration (EX_CONFIG of sysexits.h)."""
_UNREACHABLE: Final = 1
"""Exit status: starting again may help."""
_PING: Final = 2.0
"""Seconds between two signs of life; Slack's client takes a connection for dead after five that
failed, and until then nobody is heard."""
_log = structlog.get_logger("bot")


def main() -> int:
    """Run the bot; return its exit status."""
    logs.configure("bot", sys.stderr)
    collect_seldom()
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        _run(BotSettings.read(os.environ), stop)
    except (SettingsError, ConfigurationError) as error:
        for fault in error.faults:
            print(fault, file=sys.stderr)
        return _WRONG
    except (OutsideError, SlackClientError, OSError) as error:
        _log.error("bot.cannot_start", why=str(error))
        return _UNREACHABLE
    return 0


def _run(settings: BotSettings, stop: Event) -> None:
    client = connect_slack(settings.slack_bot_token, settings.slack_base_url)
    registry = CollectorRegistry()
    ports, home = _ports(settings, client, Meters(registry))
    for one in unheard(ports.catalog, client):
        _log.warning("bot.channel_unfit", channel=one.channel, why=one.why)
    with _threads() as executor:
        app = build_app(ports, client, executor, home=home, command=settings.command)
        handler = SocketModeHandler(app, settings.slack_app_token, ping_interval=_PING)
        connection = Connection(handler.client, executor)
        measure_silence(registry, lambda: connection.silence)
        answers = store_answers(ports.heartbeats)
        health = Health(lives=connection.lives, ready=lambda: connection.ready() or answers())
        with (
            serving(settings.health, registry, health),
            connection.watching(),
            Lapses(ports).looking(),
        ):
            try:
                handler.client.connect()
                _log.info("bot.listening", command=settings.command, **asdict(home))
                stop.wait()
            finally:
                close(handler.client)
    _log.info("bot.stopped")


def _ports(settings: BotSettings, client: WebClient, meters: Meters) -> tuple[AskPorts, Home]:
    catalog = load(settings.config).catalog
    # Asked at once: without Redis there is nothing to listen for.
    install, unsafe = catalog.install, settings.redis_unsafe
    redis = connect_trusted(settings.redis_url, install=install, unsafe=unsafe)
    clock = RedisClock(redis)
    home = home_of(client, settings.slack_workspace)
    ports = AskPorts(
        catalog=catalog,
        store=RedisStore(redis, told=meters.count),
        clock=clock,
        agenda=RedisAgenda(redis),
        heartbeats=RedisHeartbeats(redis),
        pictures=RedisPictures(redis),
        ids=RandomIds(),
        people=SlackPeople(client, home, clock.now),
    )
    return ports, home


@contextmanager
def _threads() -> Iterator[ThreadPoolExecutor]:
    """Threads for listeners; what was begun is finished, for each call in it has its own limit."""
    executor = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="listener")
    try:
        yield executor
    finally:
        executor.shutdown(wait=True)


if __name__ == "__main__":
    sys.exit(main())
