"""What every view needs besides the state that it shows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final

from daypass.adapters.slack.text import code, inert, mention, mention_group, short
from daypass.adapters.slack.views import lengths
from daypass.domain.catalog import Catalog, Level, Principal
from daypass.domain.deliveries import realisation
from daypass.domain.ids import PersonId
from daypass.domain.levels import level_on
from daypass.domain.listing import and_more, few

STREAMS: Final = (
    "At the end new requests are refused. "
    "Kubernetes does not cut exec, logs and watch streams that are open then."
)
_BRIEF: Final = 60
"""Characters of a group's name, or of its bindings, that are shown however little room there is."""
_PARTS: Final = 3
"""Bindings of a group that are named; more are counted."""
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
        return code(" ".join((self.command, *words)), lengths.COMMAND)

    def level(self, name: str, cluster: str) -> Level | None:
        """Return what that level is on a cluster, if the configuration still has it there."""
        return level_on(cluster, name, self.catalog)

    def gives(self, name: str, cluster: str, limit: int = 1_000, *, acts: bool = True) -> str:
        """Say what a level gives: its summary in at most `limit` characters, how it `acts`."""
        level = self.level(name, cluster)
        if level is None:
            return "no longer in the catalog there"
        said = [inert(level.summary, limit)] if limit else []
        if acts and level.group:
            said.append(_by_group(level, max(limit, _BRIEF)))
        return ". ".join(said)

    def asked(self, principals: tuple[Principal, ...], limit: int = 1_000) -> str:
        """Name people who can say yes, as many as fit; a team's user group is mentioned."""
        named = [self._asked(principal) for principal in principals]
        ends = accumulate(len(one) + 2 for one in named)
        shown = [one for one, end in zip(named, ends, strict=True) if end <= limit]
        left = len(named) - len(shown)
        others = f"{left} more" if shown else "whom its workflow names"
        return " and ".join(part for part in (", ".join(shown), others if left else "") if part)

    def _asked(self, one: Principal) -> str:
        team = self.catalog.teams.get(one.team)
        if team is not None and team.usergroup:
            return mention_group(team.usergroup)
        named = ", ".join(self._named(email) for email in self.emails_of(one))
        if one.email:
            return named
        named += and_more(len(team.emails) - _NAMED) if team is not None else ""
        return f"{short(str(one))} ({named})" if named else short(str(one))

    def emails_of(self, one: Principal) -> tuple[str, ...]:
        """Return the emails by which a principal is named: its own, or some of its team's."""
        team = self.catalog.teams.get(one.team)
        listed = sorted(team.emails)[:_NAMED] if team is not None else []
        return (one.email,) if one.email else tuple(listed)

    def _named(self, email: str) -> str:
        account = self.accounts.get(email)
        return mention(account) if account else inert(email, lengths.EMAIL_IN_PASSING)


def _by_group(level: Level, limit: int) -> str:
    """Say how a level's holder has what its group has."""
    group = code(level.group, limit)
    if realisation(level).acts_as(level) is not None:
        return f"Acts as group {group}, only with `--as-group`"
    bound = code(few([str(part) for part in level.parts], _PARTS), limit)
    return f"Under their own name what group {group} has: {bound}"
