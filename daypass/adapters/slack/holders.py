"""Slack's own word on people who hold leases: asked again each time, and within its limits.

Slack answers about 100 questions a minute about single accounts and 20 for a page of all of them.
"""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Final, TypeVar

from slack_sdk import WebClient

from daypass.adapters.slack.directory import Directory
from daypass.adapters.slack.errors import SlackRefusalError
from daypass.adapters.slack.home import home_of
from daypass.adapters.slack.people import Remembered
from daypass.domain.errors import SettingsError, TemporaryOutsideError
from daypass.domain.ids import PersonId
from daypass.domain.people import Profile, spelled

PER_MINUTE: Final = 80
"""Single questions; the rest of Slack's 100 is the bot's."""
_NO_GROUP: Final = "no_such_subteam"
_LIST, _GROUP = "users.list", "usergroups.users.list"
_PAUSE: Final = timedelta(seconds=2)
"""After a question that Slack did not answer nobody asks the same for so long."""
_NOTHING: Final = timedelta(0)
"""No time: of what is over, and since this very moment."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Limit:
    """That Slack wants to be left alone for so long from `at` on, and why."""

    at: datetime
    wait: timedelta
    why: str

    def left(self, now: datetime) -> timedelta:
        """Return how long that still is; nothing where it was said at a moment still to come."""
        return self.at + self.wait - now if self.at <= now else _NOTHING


class SlackHolders:
    """`ports.People` for looks at holders: an account is asked for each time it is looked at.

    With more people than Slack takes questions the list of all accounts is read instead. That
    list and the user groups are remembered for `fresh`. Threads may share it; where the app is
    installed is asked when it is first needed (`workspace`: see `home_of`).
    """

    def __init__(
        self,
        client: WebClient,
        now: Callable[[], datetime],
        fresh: timedelta,
        *,
        workspace: str = "",
    ) -> None:
        self._client = client
        self._workspace = workspace
        self._now = now
        self._fresh = fresh
        self._asked = deque[datetime]()
        self._known: Directory | None = None
        self._limited: dict[str, _Limit] = {}
        self._lock, self._listing = Lock(), Lock()
        self._lists = Remembered[Mapping[PersonId, Profile]](now, fresh)
        self._usergroups = Remembered[frozenset[PersonId]](now, fresh)

    def hold_against_slack(self) -> None:
        """Hold the workspace that was named against what Slack says of the token.

        Raises SettingsError where they differ, OutsideError where Slack does not say.
        """
        self._known = self._found()

    def profile(self, person: PersonId) -> Profile | None:
        """Return an account, None when there is no such."""
        if not self._is_one_of_many():
            return self._directory().account(person)
        with self._listing:  # Whoever waits finds the list that another thread has read.
            everyone = self._lists.get(_LIST, lambda: self._unless_limited(_LIST, self._list))
        # Somebody of another workspace is not in the list.
        return everyone[person] if person in everyone else self._directory().account(person)

    def by_email(self, email: str) -> Profile | None:
        """Return the account with that email; Slack finds no deactivated ones."""
        return self._directory().with_email(spelled(email))

    def usergroup(self, usergroup: str) -> frozenset[PersonId]:
        """Return the members of a user group; PermanentOutsideError when there is no such.

        Any other no of Slack's is temporary here: people lose access for what is known only.
        """
        ask = lambda: self._directory().members(usergroup)  # noqa: E731 - once, here
        try:
            return self._usergroups.get(usergroup, lambda: self._unless_limited(_GROUP, ask))
        except SlackRefusalError as refusal:
            if refusal.code == _NO_GROUP:
                raise
            raise TemporaryOutsideError(str(refusal)) from refusal

    def _directory(self) -> Directory:
        if self._known is None:  # Two threads may ask at once, for the same answer.
            try:
                self._known = self._found()
            except SettingsError as wrong:  # Mended by a restart; until then nobody loses access.
                raise TemporaryOutsideError(str(wrong)) from wrong
        return self._known

    def _found(self) -> Directory:
        return Directory(self._client, home_of(self._client, self._workspace), self._now)

    def _list(self) -> Mapping[PersonId, Profile]:
        return {profile.id: profile for profile in self._directory().everyone()}

    def _unless_limited(self, method: str, ask: Callable[[], T]) -> T:
        """Ask, but for as long as Slack wants to be left alone: it would hear it of each holder."""
        now, limit = self._now(), self._limited.get(method)
        if limit is not None and (left := limit.left(now)) > _NOTHING:
            raise TemporaryOutsideError(limit.why, delay=left)
        try:
            return ask()
        except TemporaryOutsideError as error:
            wait = max(error.delay or _PAUSE, _PAUSE)
            self._limited[method] = _Limit(at=now, wait=wait, why=str(error))
            raise

    def _is_one_of_many(self) -> bool:
        """Count this question among the last ones; True where Slack takes no more of them."""
        now, most = self._now(), PER_MINUTE * self._fresh / timedelta(minutes=1)
        with self._lock:
            # Also what was asked at a moment still to come: time has gone back since.
            while self._asked and not _NOTHING <= now - self._asked[0] < self._fresh:
                self._asked.popleft()
            if len(self._asked) >= most:
                return True
            self._asked.append(now)
            return False
