"""The lists of live leases, put right by the leases: anybody may have written to them."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from redis import Redis

from daypass.adapters.redis import keys
from daypass.adapters.redis.client import writing
from daypass.domain.early import is_early
from daypass.domain.ids import LeaseId
from daypass.domain.lease import Lease


def list_again(
    client: Redis, leases: Sequence[Lease], read: Callable[[Sequence[LeaseId]], Iterable[Lease]]
) -> None:
    """List live leases where they belong; what has ended meanwhile is taken off again."""
    if any(_write(client, _places(leases))):
        now = read([lease.id for lease in leases])
        over = _places([lease for lease in now if not lease.live])
        _write(client, (("SREM", index, names) for _, index, names in over))


def strike_off(
    client: Redis, cluster: str, names: Sequence[LeaseId], *, uncounted: Sequence[LeaseId]
) -> None:
    """Take names off the lists of a cluster; others only off the one that is counted."""
    wide, every = keys.wide(cluster), keys.by_cluster(cluster)
    off = [("SREM", wide, [*names, *uncounted]), ("SREM", every, names), ("SADD", every, uncounted)]
    if commands := [command for command in off if command[2]]:
        _write(client, commands)


def _write(
    client: Redis, commands: Iterable[tuple[str, str, Sequence[LeaseId]]]
) -> Sequence[object]:
    with writing(), client.pipeline(transaction=False) as together:
        for verb, index, names in commands:
            write = together.sadd if verb == "SADD" else together.srem
            write(index, *names)
        return list(together.execute())


def _places(leases: Iterable[Lease]) -> Iterator[tuple[str, str, Sequence[LeaseId]]]:
    """Return what lists them: commands with many names each, for there may be thousands."""
    found: dict[tuple[str, str], list[LeaseId]] = {}
    for lease in leases:
        wide = "SADD" if lease.scope.cluster_wide else "SREM"
        by_cluster, live_of = keys.by_cluster(lease.cluster), keys.live_of(lease.holder.id)
        places = [("SADD", by_cluster), ("SADD", live_of), (wide, keys.wide(lease.cluster))]
        if is_early(lease) or not lease.live:  # What ended is taken off again.
            places.append(("SADD", keys.early(lease.cluster)))
        for place in places:
            found.setdefault(place, []).append(lease.id)
    return ((verb, index, names) for (verb, index), names in found.items())
