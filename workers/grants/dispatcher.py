"""Rounds of work side by side: a cluster that hangs holds its own threads and no other cluster's.

A wake-up that comes while its cluster's round is under way is not kept: the timekeeper wakes again.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import partial
from threading import Lock
from typing import Final

import structlog

from daypass.domain.errors import BrokenInvariantError
from workers.grants.pool import Pool

PATIENCE: Final = 0.1
"""Seconds that a wake-up waits for its round: mostly it is over by then, and another process takes
the next wake-up meanwhile. So much does a cluster that hangs take from the others."""

STRANGERS: Final = 100
"""Clusters that are none of ours, of which each is said once: whoever can write to Redis may send
thousands."""

_log = structlog.get_logger()


class Dispatcher:
    """At most one of the `rounds` per cluster at a time. Close it at the end.

    A round may be begun again as soon as it is over; `pools` are what they work with.
    """

    def __init__(
        self,
        rounds: Mapping[str, Callable[[], None]],
        pools: Collection[Pool] = (),
        *,
        patience: float = PATIENCE,
    ) -> None:
        self._rounds = rounds
        self._pools = pools
        self._patience = patience
        self._strangers = set[str]()
        self._under_way: dict[str, Future[None]] = {}
        self._lock = Lock()
        self._threads = ThreadPoolExecutor(max(1, len(rounds)), thread_name_prefix="cluster")

    def work(self, cluster: str) -> None:
        """Begin a round, unless there is one under way; wait for it, but not long."""
        if cluster not in self._rounds:
            self._say(cluster)
            return
        if cluster in self._under_way:
            self._wait(self._under_way[cluster])
        with self._lock:  # Two threads may want to begin one.
            before = self._under_way.get(cluster)
            if before is not None and not before.done():
                return
            begun = self._threads.submit(self._rounds[cluster])
            self._under_way[cluster] = begun
        begun.add_done_callback(partial(_log_failure, cluster))
        self._wait(begun)

    def _say(self, stranger: str) -> None:
        """Say that a cluster is none of ours, unless that was said, or too many were."""
        if stranger not in self._strangers and len(self._strangers) < STRANGERS:
            self._strangers.add(stranger)
            _log.error("grants.unknown_cluster", cluster=stranger)

    def close(self) -> None:
        """Begin nothing any more, and end when what is under way is done."""
        for pool in self._pools:
            pool.stop()
        self._threads.shutdown()
        for pool in self._pools:
            pool.close()

    def _wait(self, under_way: Future[None]) -> None:
        wait([under_way], timeout=self._patience)


def _log_failure(cluster: str, round_: Future[None]) -> None:
    """Say what escaped from a round; the timekeeper wakes again."""
    if error := round_.exception():
        _log.error("grants.round_failed", cluster=cluster, exc_info=error)


_OPEN: Final[list[Dispatcher]] = []
"""What this process works with: RQ calls `work` by its name and brings nothing but a cluster's."""


@contextmanager
def opened(dispatcher: Dispatcher) -> Iterator[None]:
    """Let jobs of this process begin these rounds; close them at the end."""
    _OPEN.append(dispatcher)
    try:
        yield
    finally:
        _OPEN.remove(dispatcher)
        dispatcher.close()


def work(cluster: str) -> None:
    """Do what is due on one cluster: the one function that jobs of the queue `grants` may call."""
    if not _OPEN:
        raise BrokenInvariantError("this process was not started as a grants worker")
    _OPEN[-1].work(cluster)
