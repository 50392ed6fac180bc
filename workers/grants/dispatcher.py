"""Rounds of work side by side: a cluster that hangs holds its own threads and no other cluster's.

A wake-up that comes while its cluster's round is under way is not kept: the clock wakes again.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Lock
from typing import Final

import structlog

from workers.grants.pool import Pool

PATIENCE: Final = 0.1
"""Seconds that a wake-up waits for its round: mostly it is over by then, and another process takes
the next wake-up meanwhile. So much does a cluster that hangs take from the others."""

STRANGERS: Final = 100
"""Clusters that are none of ours, of which each is said once: whoever can write to Redis may send
thousands."""

_log = structlog.get_logger()

Round = Callable[[str, Pool], None]


class Dispatcher:
    """At most one round per cluster at a time, each with pool of its own. Close it at the end."""

    def __init__(self, clusters: Iterable[str], do: Round, *, patience: float = PATIENCE) -> None:
        self._do = do
        self._patience = patience
        self._hands = {name: Pool() for name in clusters}
        self._strangers = set[str]()
        self._under_way: dict[str, Future[None]] = {}
        self._lock = Lock()
        self._rounds = ThreadPoolExecutor(max(1, len(self._hands)), thread_name_prefix="cluster")

    def work(self, cluster: str) -> None:
        """Begin a round, unless there is one under way; wait for it, but not long."""
        pool = self._hands.get(cluster)
        if pool is None:
            self._say(cluster)
            return
        before = self._under_way.get(cluster)
        if before is not None:
            self._over(before)
        begun = self._begun(cluster, pool)
        if begun is not None:
            self._over(begun)

    def _say(self, stranger: str) -> None:
        """Say that a cluster is none of ours, unless that was said, or too many were."""
        if stranger not in self._strangers and len(self._strangers) < STRANGERS:
            self._strangers.add(stranger)
            _log.error("grants.unknown_cluster", cluster=stranger)

    def _begun(self, cluster: str, pool: Pool) -> Future[None] | None:
        """Begin a round unless there is one under way: two threads may want to."""
        with self._lock:
            before = self._under_way.get(cluster)
            if before is not None and not before.done():
                return None
            self._under_way[cluster] = self._rounds.submit(self._loudly, cluster, pool)
            return self._under_way[cluster]

    def close(self) -> None:
        """Begin nothing any more, and end when what is under way is done."""
        for pool in self._hands.values():
            pool.stop()
        self._rounds.shutdown()
        for pool in self._hands.values():
            pool.close()

    def _loudly(self, cluster: str, pool: Pool) -> None:
        """Do a round; whatever escapes is logged, and the clock wakes again."""
        try:
            self._do(cluster, pool)
        except Exception:  # noqa: BLE001 - The outermost loop of a round.
            _log.exception("grants.round_failed", cluster=cluster)

    def _over(self, under_way: Future[None]) -> None:
        wait([under_way], timeout=self._patience)
