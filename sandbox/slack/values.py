"""What the emulated workspace is made of: frozen values, named with Slack's own words."""

from dataclasses import dataclass, field
from typing import Any, TypeAlias

JSON: TypeAlias = dict[str, Any]
SLACKBOT = "USLACKBOT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One person whom the workspace sees. `tz` is an IANA zone.

    `enterprise_id` is their organisation, `teams` the workspaces of it that they are in.
    """

    id: str
    name: str
    real_name: str
    team_id: str
    email: str | None = None
    tz: str = "Europe/Amsterdam"
    title: str = ""
    is_email_confirmed: bool = True
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_admin: bool = False
    is_bot: bool = False
    is_stranger: bool = False
    deleted: bool = False
    enterprise_id: str = ""
    teams: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A channel, or a direct message (`is_im`) between exactly two members."""

    id: str
    name: str
    members: frozenset[str]
    topic: str = ""
    is_private: bool = False
    is_archived: bool = False
    is_ext_shared: bool = False
    is_im: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UserGroup:
    """A user group (`@handle`) and its members."""

    id: str
    handle: str
    name: str
    users: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message as Slack stores it. `only_for` marks an ephemeral one and names its one reader."""

    channel: str
    ts: str
    user: str
    text: str = ""
    blocks: tuple[JSON, ...] = ()
    attachments: tuple[JSON, ...] = ()
    thread_ts: str | None = None
    edited_ts: str | None = None
    only_for: str | None = None
    subtype: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """An open modal or a published Home; `payload` is what the app sent, ids filled in."""

    id: str
    user: str
    hash: str
    payload: JSON
    root_id: str = ""
    previous_id: str | None = None
    choices: JSON = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """The workspace; of an organisation if there is one, in all of which the app may be."""

    id: str
    name: str
    domain: str
    enterprise_id: str = ""
    enterprise_name: str = ""
    is_enterprise_install: bool = False

    def has(self, account: Account) -> bool:
        """Whether somebody is one of its members."""
        return self.id in (account.team_id, *account.teams)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A slash command of the manifest."""

    command: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortcut:
    """A global shortcut of the manifest."""

    name: str
    callback_id: str
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What the app may do and is told about, as its manifest declares."""

    name: str
    bot_name: str
    scopes: frozenset[str]
    commands: tuple[Command, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()
    bot_events: frozenset[str] = frozenset()
    socket_mode: bool = True
    home_tab: bool = False
    messages_read_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """The app's credentials here. They are made up and open nothing but the emulator."""

    bot: str = field(repr=False)
    app: str = field(repr=False)
    signing_secret: str = field(repr=False)
