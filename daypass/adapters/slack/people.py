"""Slack's own word on accounts and user groups, remembered for at most a minute."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from typing import Final, Generic, TypeVar

from slack_sdk import WebClient

from daypass.adapters.slack.directory import Directory
from daypass.adapters.slack.home import Home
from daypass.domain.ids import PersonId
from daypass.domain.people import Profile, spelled

FRESH: Final = timedelta(seconds=60)
"""Law 5: an approver is an approver at the moment of the click, within this."""
MOST: Final = 10_000
"""Remembered answers of one kind; a workspace with more just asks Slack more often."""
T = TypeVar("T")


class SlackPeople:
    """`ports.People` on the real Slack; who is not of `home` is foreign. Threads may share it."""

    def __init__(self, client: WebClient, home: Home, now: Callable[[], datetime]) -> None:
        self._directory = Directory(client, home, now)
        self._profiles = Remembered[Profile | None](now, FRESH)
        self._emails = Remembered[Profile | None](now, FRESH)
        self._usergroups = Remembered[frozenset[PersonId]](now, FRESH)

    def profile(self, person: PersonId) -> Profile | None:
        """Return an account, None when there is no such."""
        return self._profiles.get(person, lambda: self._directory.account(person))

    def by_email(self, email: str) -> Profile | None:
        """Return the account with that email; Slack finds no deactivated ones."""
        wanted = spelled(email)
        return self._emails.get(wanted, lambda: self._directory.with_email(wanted))

    def usergroup(self, usergroup: str) -> frozenset[PersonId]:
        """Return the members of a user group; PermanentOutsideError when there is no such."""
        return self._usergroups.get(usergroup, lambda: self._directory.members(usergroup))


class Remembered(Generic[T]):
    """Answers by key, each for `fresh`. Two threads may ask the same at once; both answers hold."""

    def __init__(self, now: Callable[[], datetime], fresh: timedelta) -> None:
        self._now = now
        self._fresh = fresh
        self._lock = Lock()
        self._answers: dict[str, tuple[datetime, T]] = {}

    def get(self, key: str, ask: Callable[[], T]) -> T:
        """Return a fresh answer, from memory or by asking; errors are not remembered."""
        asked_at = self._now()
        with self._lock:
            known = self._answers.get(key)
        if known is not None and timedelta(0) <= asked_at - known[0] < self._fresh:
            return known[1]
        answer = ask()
        with self._lock:
            if len(self._answers) >= MOST:
                self._answers.clear()
            self._answers[key] = (asked_at, answer)
        return answer
