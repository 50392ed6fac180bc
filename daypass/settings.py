"""What each process is told by its environment, each role only what it needs (law 8)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final, Self

from daypass.domain.addresses import DIRECT, Proxies
from daypass.environment import DEFAULT_COMMAND, SLACK_URL, Reading

_ASKED: Final[Mapping[str, Callable[[Reading], object]]] = {
    "config": lambda asked: asked.path("CONFIG"),
    "redis_url": Reading.redis_url,
    "redis_unsafe": lambda asked: asked.flag("REDIS_UNSAFE"),
    "slack_bot_token": lambda asked: asked.token("SLACK_BOT_TOKEN", "xoxb-"),
    "slack_app_token": lambda asked: asked.token("SLACK_APP_TOKEN", "xapp-"),
    "slack_base_url": Reading.slack_url,
    "slack_workspace": Reading.workspace,
    "command": Reading.command,
    "mac_key": lambda asked: asked.key("MAC_KEY"),
    "audit_key": lambda asked: asked.key("AUDIT_KEY") if asked.has("AUDIT_KEY") else b"",
    "processes": Reading.processes,
    "health": Reading.health,
    "proxies": Reading.proxies,
}
"""How what a process is told is read, by its name in the settings of any role."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Settings:
    """What every process is told."""

    config: Path
    redis_url: str = field(repr=False)
    redis_unsafe: bool = False
    health: tuple[str, int] | None = None

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Self:
        """Read them from an environment; SettingsError with every fault at once."""
        asked = Reading(environ)
        told: dict[str, Any] = {one.name: _ASKED[one.name](asked) for one in fields(cls)}
        asked.judge()
        return cls(**told)


@dataclass(frozen=True, slots=True, kw_only=True)
class BotSettings(_Settings):
    """`python -m bot`: no MAC key."""

    slack_bot_token: str = field(repr=False)
    slack_app_token: str = field(repr=False)
    slack_base_url: str = SLACK_URL
    slack_workspace: str = ""
    command: str = DEFAULT_COMMAND


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantsSettings(_Settings):
    """`python -m workers grants`: no Slack token."""

    mac_key: bytes = field(repr=False)
    processes: int = 1
    proxies: Proxies = DIRECT


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationsSettings(_Settings):
    """`python -m workers notifications`: no MAC key."""

    slack_bot_token: str = field(repr=False)
    slack_base_url: str = SLACK_URL
    slack_workspace: str = ""
    command: str = DEFAULT_COMMAND


@dataclass(frozen=True, slots=True, kw_only=True)
class TimekeeperSettings(_Settings):
    """`python -m workers timekeeper`, and `daypass people`: no secret but Redis's and the trail's.

    `audit_key` is empty where it is not set: a trail without checkpoints delays no end (law 10).
    """

    audit_key: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepSettings:
    """`daypass reconcile --no-redis`: the MAC key where it is at hand, no store, no Slack."""

    config: Path | None
    mac_key: bytes | None = field(repr=False)
    proxies: Proxies = DIRECT

    @classmethod
    def read(cls, environ: Mapping[str, str], *, configured: bool = True) -> Self:
        """Read them from an environment; `configured`: a daypass.yaml is needed."""
        asked = Reading(environ)
        values = cls(
            config=asked.path("CONFIG") if configured else None,
            mac_key=asked.key("MAC_KEY") if asked.has("MAC_KEY") else None,
            proxies=asked.proxies(),
        )
        asked.judge()
        return values


@dataclass(frozen=True, slots=True, kw_only=True)
class LookSettings:
    """`daypass rbac --diff` and `daypass doctor`: how clusters are reached from here."""

    proxies: Proxies = DIRECT

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Self:
        """Read it from an environment; SettingsError where it is wrong."""
        asked = Reading(environ)
        values = cls(proxies=asked.proxies())
        asked.judge()
        return values


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailSettings:
    """`daypass audit`: where the trail is, and the key for whoever verifies it."""

    redis_url: str = field(default="", repr=False)
    audit_key: bytes = field(default=b"", repr=False)

    @classmethod
    def read(cls, environ: Mapping[str, str], *, store: bool = True, key: bool = False) -> Self:
        """Read what a command needs from an environment."""
        asked = Reading(environ)
        values = cls(
            redis_url=asked.redis_url() if store else "",
            audit_key=asked.key("AUDIT_KEY") if key else b"",
        )
        asked.judge()
        return values
