"""`python -m bot` as a process: what it needs to start, and how it stops."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from sandbox.slack.client import Client
from sandbox.slack.manifest import DEFAULT, read_manifest
from sandbox.slack.seed import GRID, parse_seed, read_seed
from sandbox.slack.server import Config, Emulator
from sandbox.slack.tokens import fresh_tokens
from sandbox.valkey import Valkey

TOKENS = fresh_tokens()
PATIENCE: Final = 30
CONFIGURATION: Final = """
version: 1
install: main
admins: [team:sre]
teams:
  engineers: {everyone: true}
  sre: {slack_usergroup: S0SRE}
clusters:
  prod: {server: "https://127.0.0.1:6443", ca_file: ca.crt, token_file: token, labels: {env: prod}}
levels:
  debug: {summary: Read pods, clusters: {env: prod}, role: view, namespaces: [payments]}
workflows:
  - name: production
    match: {clusters: {env: prod}}
    requesters: [team:engineers]
    approve: [{by: [team:sre], count: 1}]
    channel: C0APPROVE
    duration: {default: 1h, max: 4h}
    reason: required
    timeout: 1h
    self_approval: false
"""


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """A fresh workspace."""
    config = Config(seed=read_seed(), manifest=read_manifest(DEFAULT), tokens=TOKENS)
    with Emulator(config) as running:
        yield running


@pytest.fixture
def environment(tmp_path: Path, emulator: Emulator, empty_valkey: Valkey) -> dict[str, str]:
    """All that the bot needs to be told."""
    path = tmp_path / "daypass.yaml"
    path.write_text(CONFIGURATION, encoding="utf-8")
    return {
        "DAYPASS_CONFIG": str(path),
        "DAYPASS_REDIS_URL": empty_valkey.address.url_of("bot"),
        "DAYPASS_SLACK_BOT_TOKEN": TOKENS.bot,
        "DAYPASS_SLACK_APP_TOKEN": TOKENS.app,
        "DAYPASS_SLACK_BASE_URL": emulator.api_url,
    }


@contextmanager
def running(
    environment: Mapping[str, str], program: Sequence[str] = ("bot",)
) -> Iterator["subprocess.Popen[str]"]:
    """The bot as its own process, with this environment and no other settings."""
    bot = subprocess.Popen(
        [sys.executable, "-W", "error", "-m", *program],
        env={"PATH": os.environ["PATH"], **environment},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield bot
    finally:
        if bot.poll() is None:
            bot.kill()
        bot.communicate(timeout=PATIENCE)


def failed(environment: Mapping[str, str], program: Sequence[str] = ("bot",)) -> tuple[int, str]:
    """Return the exit status and the words of a bot that does not start."""
    with running(environment, program) as bot:
        said = bot.communicate(timeout=PATIENCE)[1]
        return bot.returncode, said


def test_bot_answers_and_stops_cleanly_when_told(
    emulator: Emulator, environment: dict[str, str]
) -> None:
    """Started with settings alone it listens; SIGTERM ends it without an error."""
    slack = Client(emulator.url)
    with running(environment) as bot:
        slack.wait_for_app(within=PATIENCE)
        slack.say("alice", "#general", "/access whoami")
        slack.wait("alice", "#general", "alice@example.com")
        bot.terminate()
        said = bot.communicate(timeout=PATIENCE)[1]
    assert bot.returncode == 0, said
    assert "bot.channel_unfit" not in said  # It is a member of it, and saw that.
    assert TOKENS.bot not in said


def test_bot_grants_nothing_when_no_timekeeper_runs(
    emulator: Emulator, environment: dict[str, str]
) -> None:
    """Interlock: with nobody to end it nothing begins, and that is what the person reads."""
    slack = Client(emulator.url)
    with running(environment):
        slack.wait_for_app(within=PATIENCE)
        slack.say("alice", "#general", "/access to prod -g debug because INC-42")
        slack.wait("alice", "#general", "prod is unavailable")


def test_bot_names_every_wrong_setting_when_it_cannot_start() -> None:
    """One start, all faults, an exit status that says that starting again will not help."""
    status, said = failed({"DAYPASS_SLACK_BOT_TOKEN": "xapp-1", "DAYPASS_COMMANDE": "/x"})
    assert status == 78
    for name in ("CONFIG", "REDIS_URL", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "COMMANDE"):
        assert f"DAYPASS_{name}" in said


def test_bot_names_every_fault_of_the_configuration(
    environment: dict[str, str], tmp_path: Path
) -> None:
    """Faults of daypass.yaml come with their lines."""
    wrong = CONFIGURATION.replace("role: view", "rol: view").replace("team:sre", "team:nobody")
    (tmp_path / "daypass.yaml").write_text(wrong, encoding="utf-8")
    status, said = failed(environment)
    assert status == 78
    assert "rol" in said
    assert "nobody" in said


@pytest.mark.parametrize(
    ("program", "foreign"),
    [(("bot",), ()), (("workers", "notifications"), ("DAYPASS_SLACK_APP_TOKEN",))],
    ids=["bot", "notifications"],
)
def test_workspace_is_wanted_where_the_app_is_in_the_whole_organisation(
    environment: dict[str, str], program: Sequence[str], foreign: Sequence[str]
) -> None:
    """Without one no user group could be read: nobody would be asked, and no leaver's access end.

    That is said at the start, with what to write, by all who ask Slack about people.
    """
    told = {name: value for name, value in environment.items() if name not in foreign}
    seed = parse_seed(GRID)
    seed = replace(seed, team=replace(seed.team, is_enterprise_install=True))
    config = Config(seed=seed, manifest=read_manifest(DEFAULT), tokens=TOKENS)
    with Emulator(config) as slack:
        status, said = failed({**told, "DAYPASS_SLACK_BASE_URL": slack.api_url}, program)
    assert (status, "DAYPASS_SLACK_WORKSPACE: not set" in said, "E0DEMO" in said) == (
        78,
        True,
        True,
    )


def test_bot_says_what_is_missing_when_slack_or_redis_is(environment: dict[str, str]) -> None:
    """A wrong token or an absent Redis is named, and no secret with it."""
    status, said = failed({**environment, "DAYPASS_SLACK_BOT_TOKEN": "xoxb-wrong"})
    assert (status, "invalid_auth" in said, "xoxb-wrong" in said) == (1, True, False)
    status, said = failed({**environment, "DAYPASS_REDIS_URL": "redis://127.0.0.1:1/0"})
    assert (status, "bot.cannot_start" in said) == (1, True)
