"""Reads the app manifest that is also given to Slack, so that the manifest itself is tested."""

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from sandbox.slack.values import JSON, Command, Manifest, Shortcut

DEFAULT = Path(__file__).resolve().parents[2] / "deploy" / "slack" / "manifest.yaml"


def read_manifest(path: Path = DEFAULT) -> Manifest:
    """The manifest in this file. Raises OSError, YAMLError or KeyError for a broken one."""
    whole: JSON = YAML(typ="safe").load(path)
    features, settings = whole.get("features", {}), whole.get("settings", {})
    home = features.get("app_home", {})
    return Manifest(
        name=whole["display_information"]["name"],
        bot_name=features["bot_user"]["display_name"],
        scopes=frozenset(whole["oauth_config"]["scopes"]["bot"]),
        commands=tuple(_command(c) for c in features.get("slash_commands", [])),
        shortcuts=tuple(_shortcut(s) for s in features.get("shortcuts", [])),
        bot_events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", [])),
        socket_mode=settings.get("socket_mode_enabled", False),
        home_tab=home.get("home_tab_enabled", False),
        messages_read_only=home.get("messages_tab_read_only_enabled", False),
    )


def _command(raw: dict[str, Any]) -> Command:
    known = ("command", "description", "usage_hint", "should_escape")
    return Command(**{name: raw[name] for name in known if name in raw})


def _shortcut(raw: dict[str, Any]) -> Shortcut:
    return Shortcut(
        name=raw["name"], callback_id=raw["callback_id"], description=raw.get("description", "")
    )
