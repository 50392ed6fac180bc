"""Left behind: what is live on a cluster that is not configured any more (law 3).

A lease is anybody's word who may write to the store. That it was begun there the grants workers
count themselves; what nobody began has nothing on the cluster.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from daypass.domain.ids import LeaseId
from daypass.domain.people import spelled
from daypass.ports import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftBehind:
    """The live leases of a cluster: those that were `begun`, and those that nobody of ours began.

    Where a count cannot be read they count as begun: doubt means that something is there.
    """

    cluster: str
    begun: Sequence[LeaseId]
    unbegun: Sequence[LeaseId]


def left_behind(cluster: str, store: Store) -> LeftBehind | None:
    """Return what is live there; None for nothing."""
    live = store.live_on(cluster)
    if not live:
        return None
    usernames = {name: spelled(lease.username) for name, lease in live.items()}
    tallies = store.tallies(cluster, frozenset(usernames.values()))
    counted = {name: tallies[username] for name, username in usernames.items()}
    begun = {name for name, tally in counted.items() if tally is None or name in tally.running}
    return LeftBehind(cluster=cluster, begun=sorted(begun), unbegun=sorted(live.keys() - begun))
