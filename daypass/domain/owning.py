"""Who owns a username on a cluster: whoever asked under it first, as long as it is theirs (law 5).

Two people of one username would each have what the other is granted. A template tells most people
apart; `{local}`, a session's name and overrides need not.
"""

from dataclasses import dataclass
from datetime import datetime

from daypass.domain.catalog import Cluster
from daypass.domain.ids import UNMOVED, MoveId, PersonId
from daypass.domain.people import Person, spelled
from daypass.domain.template import filled, is_personal


@dataclass(frozen=True, slots=True, kw_only=True)
class NameOwner:
    """The account that owns a username, spelled as usernames are compared, on a cluster."""

    cluster: str
    username: str
    account: PersonId
    since: datetime
    version: int = 0
    move: MoveId = UNMOVED


def written_for_another(person: Person, cluster: Cluster) -> str:
    """Return for whom else the configuration writes the username of `person`; empty for nobody.

    What it makes of an account's email it does not know here: that account is told when it asks.
    """
    mine = spelled(cluster.username_of(person))
    others = (one for one in cluster.overrides if one not in {person.id, person.mailbox})
    return next((one for one in others if spelled(_written(one, cluster)) == mine), "")


def _written(whom: str, cluster: Cluster) -> str:
    template = cluster.overrides[whom]
    if is_personal(template):
        return filled(template, whom) if "@" in whom else ""
    return filled(template, "")
