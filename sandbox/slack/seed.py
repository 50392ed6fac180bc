"""The workspace that the emulator starts with: built in, or read from a JSON file like it."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sandbox.slack.values import JSON, Account, Channel, Team, UserGroup

APP_USER, APP_ID, BOT_ID = "U0DAYPASS", "A0DAYPASS", "B0DAYPASS"

DEFAULT: JSON = {
    "team": {"id": "T0DEMO", "name": "Demo", "domain": "demo"},
    "accounts": [
        {"id": "U0ALICE", "name": "alice", "real_name": "Alice Aldine", "title": "Engineer"},
        {"id": "U0BOB", "name": "bob", "real_name": "Bob Bodoni", "title": "SRE", "is_admin": True},
        {"id": "U0CAROL", "name": "carol", "real_name": "Carol Caslon", "title": "Engineer"},
        {"id": "U0DAN", "name": "dan", "real_name": "Dan Didot", "title": "SRE"},
        {
            "id": "U0EVE", "name": "eve", "real_name": "Eve Erler", "title": "Guest",
            "is_restricted": True,
        },
    ],
    "channels": [
        {
            "id": "C0GENERAL", "name": "general", "topic": "Everybody is here",
            "members": ["U0ALICE", "U0BOB", "U0CAROL", "U0DAN", "U0EVE"],
        },
        {
            "id": "C0APPROVE", "name": "access-approvals", "topic": "Who asks, who decides",
            "members": ["U0ALICE", "U0BOB", "U0CAROL", "U0DAN", APP_USER],
        },
    ],
    "usergroups": [{"id": "S0SRE", "handle": "sre", "name": "SRE", "users": ["U0BOB", "U0DAN"]}],
}  # fmt: skip

GRID: JSON = {
    **DEFAULT,
    "team": {**DEFAULT["team"], "enterprise_id": "E0DEMO", "enterprise_name": "Demo Group"},
    "accounts": [
        *DEFAULT["accounts"],
        {
            "id": "W0GRACE", "name": "grace", "real_name": "Grace Garamond", "title": "SRE",
            "team_id": "T0PARIS", "teams": ["T0PARIS", "T0DEMO"],
        },
        {
            "id": "W0HEIDI", "name": "heidi", "real_name": "Heidi Helvetica", "title": "SRE",
            "team_id": "T0PARIS", "teams": ["T0PARIS"],
        },
        {
            "id": "W0MALLORY", "name": "mallory", "real_name": "Mallory Minion", "title": "Guest",
            "team_id": "T0OTHER", "enterprise_id": "E0OTHER", "teams": ["T0OTHER"],
        },
    ],
    "channels": [
        {**one, "members": [*one["members"], "W0GRACE", "W0HEIDI", "W0MALLORY"]}
        for one in DEFAULT["channels"]
    ],
    "usergroups": [{**DEFAULT["usergroups"][0], "users": ["U0BOB", "U0DAN", "W0GRACE"]}],
}  # fmt: skip
"""The same workspace in an organisation (Enterprise Grid), with people of other workspaces in its
channels: grace is in ours, too, heidi is not, mallory is of a connected organisation."""


class BadSeedError(ValueError):
    """The seed is not of the documented form; the text names the place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """Who and what is there at the start. The app's own account is added by the emulator."""

    team: Team
    accounts: tuple[Account, ...]
    channels: tuple[Channel, ...]
    usergroups: tuple[UserGroup, ...]


def read_seed(path: Path | None = None) -> Seed:
    """The seed in this file, or the built-in one. Raises OSError or BadSeedError."""
    if path is None:
        return parse_seed(DEFAULT)
    try:
        return parse_seed(json.loads(path.read_text(encoding="utf-8")))
    except ValueError as error:
        message = f"{path}: {error}"
        raise BadSeedError(message) from error


def parse_seed(raw: JSON) -> Seed:
    """The seed of this JSON. Without an `email` an account has name@example.com; null is none."""
    try:
        team = Team(**raw["team"])
        return Seed(
            team=team,
            accounts=tuple(_account(a, team) for a in raw["accounts"]),
            channels=tuple(_channel(c) for c in raw["channels"]),
            usergroups=tuple(_group(g) for g in raw.get("usergroups", [])),
        )
    except (KeyError, TypeError) as error:
        message = f"not a seed: {error}"
        raise BadSeedError(message) from error


def _account(raw: dict[str, Any], team: Team) -> Account:
    teams = (team.id,) if team.enterprise_id else ()
    member = {"team_id": team.id, "enterprise_id": team.enterprise_id, "teams": teams}
    account = Account(**{**member, **raw})
    email = raw.get("email", f"{account.name}@example.com")
    return replace(account, email=email, teams=tuple(account.teams))


def _channel(raw: dict[str, Any]) -> Channel:
    return Channel(**{**raw, "members": frozenset(raw["members"])})


def _group(raw: dict[str, Any]) -> UserGroup:
    return UserGroup(**{**raw, "users": tuple(raw["users"])})
