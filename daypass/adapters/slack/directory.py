"""Accounts and user groups as Slack describes them at this moment; nothing is remembered here."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from daypass.adapters.slack.errors import SlackRefusalError, asking_slack
from daypass.adapters.slack.home import Home
from daypass.domain.ids import PersonId
from daypass.domain.people import Profile

NO_ACCOUNT: Final = frozenset({"user_not_found", "user_not_visible", "users_not_found"})
_SLACKBOT: Final = "USLACKBOT"
_PAGE: Final = 1_000
"""Accounts per page; Slack may send fewer."""


class Directory:
    """What Slack says; who is not of `home` is foreign. Threads may share it."""

    def __init__(self, client: WebClient, home: Home, now: Callable[[], datetime]) -> None:
        self._client = client
        self._home = home
        self._now = now

    def account(self, person: PersonId) -> Profile | None:
        """Return an account, None when there is no such."""
        return self._account("users.info", lambda: self._client.users_info(user=person))

    def with_email(self, email: str) -> Profile | None:
        """Return the account with that email; Slack finds no deactivated ones."""
        return self._account(
            "users.lookupByEmail", lambda: self._client.users_lookupByEmail(email=email)
        )

    def everyone(self) -> Iterator[Profile]:
        """Yield all accounts of the workspace, page by page."""

        def ask(at: str | None) -> SlackResponse:
            return self._client.users_list(limit=_PAGE, cursor=at, team_id=self._home.listed)

        return (self._read(user) for page in _pages("users.list", ask) for user in page["members"])

    def members(self, usergroup: str) -> frozenset[PersonId]:
        """Return the members of a user group; SlackRefusalError when there is no such."""

        def ask(at: str | None) -> SlackResponse:
            return self._client.usergroups_users_list(
                usergroup=usergroup, cursor=at, team_id=self._home.listed
            )

        pages = _pages("usergroups.users.list", ask)
        return frozenset(PersonId(user) for page in pages for user in page["users"])

    def _account(self, method: str, ask: Callable[[], SlackResponse]) -> Profile | None:
        try:
            with asking_slack(method):
                found = ask()
        except SlackRefusalError as refusal:
            if refusal.code in NO_ACCOUNT:
                return None
            raise
        return self._read(found["user"])

    def _read(self, user: Mapping[str, Any]) -> Profile:
        profile: Mapping[str, Any] = user.get("profile") or {}
        return Profile(
            id=PersonId(str(user["id"])),
            workspace=str(user.get("team_id") or ""),
            name=str(profile.get("display_name") or user.get("name") or user["id"]),
            email=str(profile.get("email") or "").strip(),
            seen_at=self._now(),
            email_confirmed=user.get("is_email_confirmed") is not False,
            guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
            bot=bool(user.get("is_bot") or user["id"] == _SLACKBOT),
            foreign=not self._home.serves(user),
            deactivated=bool(user.get("deleted")),
        )


def _pages(method: str, ask: Callable[[str | None], SlackResponse]) -> Iterator[SlackResponse]:
    cursor: str | None = None
    while True:
        with asking_slack(method):
            page = ask(cursor)
        yield page
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or None
        if cursor is None:
            return
