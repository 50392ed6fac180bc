"""All that a judgement rests on besides the ask itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from daypass.domain.catalog import Catalog, Principal
from daypass.domain.discovery import Snapshot
from daypass.domain.epoch import Epoch, Freeze
from daypass.domain.holding import NOTHING, Holding
from daypass.domain.listing import few
from daypass.domain.people import Person

NAMED: Final = 10
"""People of a team in a sentence; the others are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Who is in the teams and behind the emails that approve; `everyone` marks open-ended teams."""

    members: Mapping[Principal, tuple[Person, ...]]
    everyone: frozenset[Principal] = frozenset()

    def of(self, principals: tuple[Principal, ...]) -> tuple[Person, ...]:
        """Return the trusted people behind `principals`, without doubles."""
        found = {p.id: p for principal in principals for p in self.members.get(principal, ())}
        return tuple(found.values())

    def describe(self, principals: tuple[Principal, ...]) -> tuple[str, ...]:
        """Name each principal with its people: `team:sre (bob, dan)`."""
        return tuple(self._described(principal) for principal in principals)

    def _described(self, one: Principal) -> str:
        names = few([person.name for person in self.members.get(one, ())], NAMED)
        return f"{one} ({names})" if names else str(one)


NOBODY: Final = Roster(members={})


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """All that a judgement rests on besides the ask.

    `roster` is None where nobody can look people up (the grants worker): then only the approvals
    that were given are judged, not whether more could be. `cluster_wide` counts live leases.
    `holding` is what the requester has there besides what is judged.
    """

    catalog: Catalog
    now: datetime
    seen: Mapping[str, Snapshot] = field(default_factory=dict)
    timekeeper_at: datetime | None = None
    cluster_wide: int = 0
    roster: Roster | None = None
    freeze: Freeze | None = None
    epoch: Epoch | None = None
    holding: Holding = NOTHING
