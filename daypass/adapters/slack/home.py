"""Where the app is installed, and so whose people Daypass serves (ADR 0021)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from slack_sdk import WebClient

from daypass.adapters.slack.errors import asking_slack
from daypass.domain.errors import PermanentOutsideError, SettingsError

_WORKSPACE: Final = "DAYPASS_SLACK_WORKSPACE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """The workspace that the app is installed in, or the whole organisation (`org_wide`).

    `team` is the workspace's id: of an install in the organisation, the one whose user groups and
    list of accounts are asked for, empty where none was named. `enterprise` is the organisation's
    id, empty outside of Enterprise Grid.
    """

    team: str
    enterprise: str = ""
    org_wide: bool = False

    def serves(self, user: Mapping[str, Any]) -> bool:
        """Whether an account is of our people, by Slack's `user` object.

        Where it says in which workspaces of our organisation somebody is, that counts, and not
        the one that they came from (docs.slack.dev/reference/objects/user-object).
        """
        if user.get("is_stranger"):
            return False
        named: Mapping[str, Any] = user.get("enterprise_user") or {}
        teams = named.get("teams") or ()
        is_own = bool(self.team) and user.get("team_id") == self.team
        if not self.enterprise or named.get("enterprise_id") != self.enterprise:
            return is_own
        return self.org_wide or (self.team in teams if teams else is_own)

    def may_serve(self, team: str) -> bool:
        """Whether somebody whom a payload calls one of `team` can be of our people at all."""
        return not team or team == self.team or bool(self.enterprise)

    @property
    def listed(self) -> str | None:
        """The `team_id` of methods that list, which want one of an org-wide token only."""
        return self.team or None if self.org_wide else None


def home_of(client: WebClient, workspace: str = "") -> Home:
    """Ask Slack where the app is installed; `workspace` is meant where it is org-wide.

    Raises OutsideError when Slack does not know the token, or does not say, and SettingsError
    where `workspace`, which is what `DAYPASS_SLACK_WORKSPACE` says, does not fit.
    """
    with asking_slack("auth.test"):
        told = client.auth_test()
    team, enterprise = (str(told.get(name) or "") for name in ("team_id", "enterprise_id"))
    # Of an install in the organisation Slack names the organisation as its team, or none.
    team = "" if team == enterprise else team
    if told.get("is_enterprise_install") is True:
        home = Home(team=workspace or team, enterprise=enterprise, org_wide=True)
    else:
        home = Home(team=team, enterprise=enterprise)
    if not (home.enterprise if home.org_wide else home.team):
        raise PermanentOutsideError("Slack's auth.test does not say where the app is installed")
    if fault := _misfit(home, workspace):
        raise SettingsError([f"{_WORKSPACE}: {fault}"])
    return home


def _misfit(home: Home, workspace: str) -> str:
    """Say what is wrong with the workspace that was named, or with naming none.

    Slack wants one for the user groups and lists of an org-wide token (`team_id` in its reference).
    """
    if home.org_wide and not home.team:
        return (
            f"not set; the app is installed in the whole organisation {home.enterprise}: "
            "write the id, T…, of the workspace that has the user groups of daypass.yaml, "
            "for the bot and for the notifications worker"
        )
    if workspace not in ("", home.team):
        return (
            f"says {workspace}, but the app is installed in {home.team}; "
            "leave it out, or use the bot token of the other install"
        )
    return ""
