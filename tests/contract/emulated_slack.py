"""The emulator with the scopes of our own manifest, and a client of ours on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from slack_sdk import WebClient

from daypass.adapters.slack.client import connect
from sandbox.slack.client import Client
from sandbox.slack.manifest import read_manifest
from sandbox.slack.seed import Seed, read_seed
from sandbox.slack.server import Config, Emulator
from sandbox.slack.tokens import fresh_tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class EmulatedSlack:
    """Our side of the Web API, and the hands of whoever makes trouble."""

    web: WebClient
    hands: Client


@contextmanager
def emulated_slack(seed: Seed | None = None) -> Iterator[EmulatedSlack]:
    """Run a fresh workspace."""
    tokens = fresh_tokens()
    config = Config(seed=seed or read_seed(), manifest=read_manifest(), tokens=tokens)
    with Emulator(config) as running:
        web = connect(tokens.bot, running.api_url)
        yield EmulatedSlack(web=web, hands=Client(running.url))
