"""What clusters last showed of themselves, on Redis; with it goes what is said of it (law 7)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Final, cast

from redis import Redis

from daypass.adapters.redis import keys
from daypass.adapters.redis.client import reading, writing
from daypass.adapters.redis.codec import decode, encode, micros
from daypass.adapters.redis.commit import packed, telling
from daypass.adapters.redis.offboarded import Offboarded
from daypass.adapters.redis.scripts import Script
from daypass.adapters.redis.values import texts
from daypass.domain.audit import AuditEvent
from daypass.domain.discovery import Snapshot
from daypass.domain.freshness import AHEAD
from daypass.ports import Change

_SNAPSHOTS: Final = 64
"""Discoveries that are read once and kept: one for each cluster of most installs."""


class Seen(Offboarded):
    """The part of the store that keeps snapshots."""

    def __init__(self, client: Redis, *, told: Callable[[Sequence[AuditEvent]], None]) -> None:
        super().__init__(client)
        self._committed = told
        self._keep_seen = Script(client, "keep_seen")
        # A big cluster's takes milliseconds to decode and changes every 30 s.
        self._snapshots = lru_cache(maxsize=_SNAPSHOTS)(_snapshot)

    def seen(self) -> Mapping[str, Snapshot]:
        """Return the last snapshot of every cluster that has one."""
        with reading():
            found = cast("Mapping[bytes, bytes]", self._client.hgetall(keys.SEEN))
        return self._as_seen(found)

    def _as_seen(self, found: Mapping[bytes, bytes]) -> Mapping[str, Snapshot]:
        seen = (
            (cluster, self._or_none(f"{keys.SEEN} {cluster!r}", self._snapshots, stored))
            for cluster, stored in found.items()
        )
        kept = ((cluster, snapshot) for cluster, snapshot in seen if snapshot is not None)
        return {name: snapshot for cluster, snapshot in kept for name in texts([cluster])}

    def seen_of(self, cluster: str) -> Snapshot | None:
        """Return the last snapshot of a cluster; None where there is none that can be read."""
        with reading():
            stored = cast("bytes | None", self._client.hget(keys.SEEN, cluster))
        name = f"{keys.SEEN} {cluster!r}"
        return None if stored is None else self._or_none(name, self._snapshots, stored)

    def keep_seen(
        self, snapshot: Snapshot, *, after: Snapshot | None = None, with_it: Change | None = None
    ) -> bool:
        """Keep a newer snapshot of a cluster; False where it is older, or `after` is not kept."""
        words = (snapshot.cluster, micros(snapshot.taken_at), encode(snapshot))
        bounds = (AHEAD // timedelta(microseconds=1), micros(after.taken_at) if after else "")
        told = packed([] if with_it is None else list(telling(with_it)))
        with writing():
            kept = self._keep_seen([keys.SEEN, keys.SEEN_AT], *words, *bounds, *told)
        if kept and with_it is not None:
            self._committed(with_it.events)
        return bool(kept)


def _snapshot(stored: bytes) -> Snapshot:
    return decode(Snapshot, stored)
