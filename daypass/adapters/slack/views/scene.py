"""What every view needs besides the state that it shows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from daypass.adapters.slack.text import code, inert, mention, mention_group
from daypass.domain.catalog import Catalog, Delivery, Level, Principal
from daypass.domain.ids import PersonId

STREAMS: Final = (
    "At the end new requests are refused. "
    "Kubernetes does not cut exec, logs and watch streams that are open then."
)
_NAMED: Final = 5
"""People of a team that has no user group to mention."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The slash command's name (`/access`) and the configuration.

    `accounts` are those of the emails that are to be mentioned, not only named.
    """

    command: str
    catalog: Catalog
    accounts: Mapping[str, PersonId] = field(default_factory=dict)

    def typed(self, *words: str) -> str:
        """Return a command to type, as inline code."""
        return code(" ".join((self.command, *words)), 200)

    def level(self, name: str) -> Level | None:
        """Return the level of that name, if the configuration still has it."""
        return self.catalog.levels.get(name)

    def gives(self, name: str) -> str:
        """Say what a level gives: its summary, and how it reaches the person if that is special."""
        level = self.level(name)
        if level is None:
            return "no longer in the catalog"
        summary = inert(level.summary, 200)
        if level.delivery is Delivery.SUDO:
            return f"{summary}. Acts as group {code(level.group)}, only with `--as-group`"
        return summary

    def asked(self, principals: tuple[Principal, ...]) -> str:
        """Name people who can say yes; a team with a user group is mentioned, so it is notified."""
        return ", ".join(self._asked(one) for one in principals[:20])

    def _asked(self, one: Principal) -> str:
        team = self.catalog.teams.get(one.team)
        if team is not None and team.usergroup:
            return mention_group(team.usergroup)
        emails = self.emails_of(one)
        named = ", ".join(self._named(email) for email in emails)
        if one.email:
            return named
        return f"{inert(str(one), 80)} ({named})" if named else inert(str(one), 80)

    def emails_of(self, one: Principal) -> tuple[str, ...]:
        """Return the emails by which a principal is named: its own, or some of its team's."""
        team = self.catalog.teams.get(one.team)
        listed = sorted(team.emails)[:_NAMED] if team is not None else []
        return (one.email,) if one.email else tuple(listed)

    def _named(self, email: str) -> str:
        account = self.accounts.get(email)
        return mention(account) if account else inert(email, 120)
