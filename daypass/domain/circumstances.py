"""All that a judgement rests on besides the ask itself."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from daypass.domain.catalog import Catalog, Principal
from daypass.domain.discovery import Snapshot
from daypass.domain.epoch import Epoch, Freeze
from daypass.domain.holding import NOTHING, Holding
from daypass.domain.listing import and_more
from daypass.domain.people import Person

NAMED: Final = 10
"""People of a team in a sentence; the others are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Who is in the teams and behind the emails that approve; `everyone` marks open-ended teams.

    `others` counts the members of large teams who were not looked up.
    """

    members: Mapping[Principal, tuple[Person, ...]]
    everyone: frozenset[Principal] = frozenset()
    others: Mapping[Principal, int] = field(default_factory=dict)

    def is_open(self, principals: Iterable[Principal]) -> bool:
        """Whether there are always more people behind `principals` than answers are needed."""
        return any(one in self.everyone or one in self.others for one in principals)

    def of(self, principals: tuple[Principal, ...]) -> tuple[Person, ...]:
        """Return the trusted people behind `principals`, without doubles."""
        found = {p.id: p for principal in principals for p in self.members.get(principal, ())}
        return tuple(found.values())

    def describe(self, principals: Sequence[Principal]) -> tuple[str, ...]:
        """Name each principal with its people: `team:sre (bob, dan)`."""
        return tuple(self._described(principal) for principal in principals)

    def _described(self, one: Principal) -> str:
        names = [person.name for person in self.members.get(one, ())]
        left = max(len(names) - NAMED, 0) + self.others.get(one, 0)
        return f"{one} ({', '.join(names[:NAMED])}{and_more(left)})" if names else str(one)


NOBODY: Final = Roster(members={})


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """All that a judgement rests on besides the ask.

    `roster` is None where nobody can look people up (the grants worker): then only the approvals
    that were given are judged, not whether more could be. `cluster_wide` counts live leases.
    `holding` is what the requester has there besides what is judged. `namesake` is who else was
    seen there by the requester's username; empty for nobody, or where nobody looked.
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
    namesake: str = ""
