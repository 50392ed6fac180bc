"""Slack's word on accounts, in memory: what tests and the dry run know of people."""

from collections.abc import Collection, Mapping

from daypass.domain.errors import OutsideError, PermanentOutsideError
from daypass.domain.ids import PersonId
from daypass.domain.people import Profile, spelled


class MemoryPeople:
    """Accounts and user groups; `trouble` is raised by every look-up while it is set."""

    def __init__(
        self, *profiles: Profile, usergroups: Mapping[str, Collection[PersonId]] | None = None
    ) -> None:
        self._profiles = {profile.id: profile for profile in profiles}
        self._usergroups = {
            name: frozenset(members) for name, members in (usergroups or {}).items()
        }
        self.trouble: OutsideError | None = None

    def put(self, profile: Profile) -> None:
        """Add an account, or change what Slack says of it."""
        self._profiles[profile.id] = profile

    def put_usergroup(self, usergroup: str, members: Collection[PersonId]) -> None:
        """Add a user group, or change who is in it."""
        self._usergroups[usergroup] = frozenset(members)

    def profile(self, person: PersonId) -> Profile | None:
        """Return an account, None when there is no such."""
        self._answer()
        return self._profiles.get(person)

    def by_email(self, email: str) -> Profile | None:
        """Return the account with that email; like Slack's, the search ignores deactivated ones."""
        self._answer()
        wanted = spelled(email)
        found = (p for p in self._profiles.values() if p.mailbox == wanted)
        return next((p for p in found if not p.deactivated), None)

    def usergroup(self, usergroup: str) -> frozenset[PersonId]:
        """Return the members of a user group; PermanentOutsideError when there is no such."""
        self._answer()
        if usergroup not in self._usergroups:
            raise PermanentOutsideError(f"Slack has no user group {usergroup}")
        return self._usergroups[usergroup]

    def _answer(self) -> None:
        if self.trouble is not None:
            raise self.trouble
