"""Slack's own word on accounts and user groups, remembered for at most a minute."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Final, Generic, TypeVar

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from daypass.adapters.slack.errors import SlackRefusalError, asking_slack
from daypass.domain.ids import PersonId
from daypass.domain.people import Profile, spelled

FRESH: Final = timedelta(seconds=60)
"""Law 5: an approver is an approver at the moment of the click, within this."""
MOST: Final = 10_000
"""Remembered answers of one kind; a workspace with more just asks Slack more often."""
_NO_ACCOUNT: Final = frozenset({"user_not_found", "user_not_visible", "users_not_found"})
_SLACKBOT: Final = "USLACKBOT"
T = TypeVar("T")


class SlackPeople:
    """`ports.People` on the real Slack; `workspace` is our team id. Threads may share it."""

    def __init__(self, client: WebClient, workspace: str, now: Callable[[], datetime]) -> None:
        self._client = client
        self._workspace = workspace
        self._now = now
        self._profiles = _Remembered[Profile | None](now)
        self._emails = _Remembered[Profile | None](now)
        self._usergroups = _Remembered[frozenset[PersonId]](now)

    def profile(self, person: PersonId) -> Profile | None:
        """Return an account, None when there is no such."""
        return self._profiles.get(person, lambda: self._info(person))

    def by_email(self, email: str) -> Profile | None:
        """Return the account with that email; Slack finds no deactivated ones."""
        wanted = spelled(email)
        return self._emails.get(wanted, lambda: self._lookup(wanted))

    def usergroup(self, usergroup: str) -> frozenset[PersonId]:
        """Return the members of a user group; PermanentOutsideError when there is no such."""
        return self._usergroups.get(usergroup, lambda: self._members(usergroup))

    def _info(self, person: PersonId) -> Profile | None:
        return self._account("users.info", lambda: self._client.users_info(user=person))

    def _lookup(self, email: str) -> Profile | None:
        return self._account(
            "users.lookupByEmail", lambda: self._client.users_lookupByEmail(email=email)
        )

    def _account(self, method: str, ask: Callable[[], SlackResponse]) -> Profile | None:
        try:
            with asking_slack(method):
                found = ask()
        except SlackRefusalError as refusal:
            if refusal.code in _NO_ACCOUNT:
                return None
            raise
        return self._read(found["user"])

    def _members(self, usergroup: str) -> frozenset[PersonId]:
        members: set[PersonId] = set()
        cursor = ""
        while True:
            with asking_slack("usergroups.users.list"):
                page = self._client.usergroups_users_list(
                    usergroup=usergroup, cursor=cursor or None
                )
            members.update(PersonId(user) for user in page["users"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return frozenset(members)

    def _read(self, user: Mapping[str, Any]) -> Profile:
        profile: Mapping[str, Any] = user.get("profile") or {}
        team = str(user.get("team_id") or "")
        return Profile(
            id=PersonId(str(user["id"])),
            workspace=team,
            name=str(profile.get("display_name") or user.get("name") or user["id"]),
            email=spelled(str(profile.get("email") or "")),
            seen_at=self._now(),
            email_confirmed=user.get("is_email_confirmed") is not False,
            guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
            bot=bool(user.get("is_bot") or user["id"] == _SLACKBOT),
            foreign=bool(user.get("is_stranger")) or team != self._workspace,
            deactivated=bool(user.get("deleted")),
        )


class _Remembered(Generic[T]):
    """Answers by key, each for `FRESH`. Two threads may ask the same at once; both answers hold."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._lock = Lock()
        self._answers: dict[str, tuple[datetime, T]] = {}

    def get(self, key: str, ask: Callable[[], T]) -> T:
        """Return a fresh answer, from memory or by asking; errors are not remembered."""
        asked_at = self._now()
        with self._lock:
            known = self._answers.get(key)
        if known is not None and timedelta(0) <= asked_at - known[0] < FRESH:
            return known[1]
        answer = ask()
        with self._lock:
            if len(self._answers) >= MOST:
                self._answers.clear()
            self._answers[key] = (asked_at, answer)
        return answer
