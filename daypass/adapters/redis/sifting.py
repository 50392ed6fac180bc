"""Sifting: rows of a set that are about nothing go by thousands; whoever writes there made them."""

import time
from collections import Counter
from collections.abc import Callable
from threading import Lock
from typing import Final

import structlog
from redis import Redis

from daypass.adapters.redis import keys, sized
from daypass.adapters.redis.client import writing
from daypass.adapters.redis.scripts import Script
from daypass.ports import PUT_OFF, PromiseKind

SIFTED: Final = 5_000
"""Rows that are sifted in one step: some 20 ms of Redis's."""
READ: Final = 2_000_000
"""Bytes of values that one step reads, some 40 ms: one that somebody made long may be named by
thousands of rows, and everything waits for a step."""
_LOOK: Final = 300
"""Bytes that are read while a name is looked up, with its value or without one."""
HELD: Final = 1_000
"""Leases that somebody may be listed to hold: of more nobody says here that they hold none."""
_TOLD_EVERY: Final = 60.0
"""Seconds from one line of the log about a keeper to the next: whoever writes rows without pause
has them sifted thirty times a second."""
_KINDS: Final = sorted(PUT_OFF | {PromiseKind.RECHECK, PromiseKind.HOLDER, PromiseKind.LAPSE})
_log = structlog.get_logger()


class Sifting:
    """Takes away due rows about leases that need nothing, who holds none, what does not wait.

    Of a keeper's rows one thread at a time; the others have better things to do.
    """

    def __init__(self, client: Redis, ticks: Callable[[], float] = time.monotonic) -> None:
        self._script = Script(client, "sift")
        self._lock, self._at = Lock(), set[str]()
        self._ticks = ticks
        self._untold, self._told = Counter[str](), dict[str, float]()

    def sift(self, keeper: str) -> int:
        """Sift all that is due of a keeper, unless somebody is at it; say how many rows went."""
        with self._lock:
            if keeper in self._at:
                return 0
            self._at.add(keeper)
        try:
            gone = self._sift(keeper)
        finally:
            with self._lock:
                self._at.discard(keeper)
        if gone:
            self._tell(keeper, gone)
        return gone

    def _tell(self, keeper: str, gone: int) -> None:
        """Log how many rows went since the last line, of each keeper a line a minute at most."""
        now = self._ticks()
        with self._lock:
            self._untold[keeper] += gone
            if now - self._told.get(keeper, -_TOLD_EVERY) < _TOLD_EVERY:
                return
            self._told[keeper], rows = now, self._untold.pop(keeper)
        _log.error("agenda.sifted", keeper=keeper, rows=rows)

    def _sift(self, keeper: str) -> int:
        more, gone, passed = 1, 0, 0
        while more:
            names = (keys.lease(""), keys.live_of(""), keys.request(""), keeper)
            bounds = map(str, (passed, SIFTED, sized.MOST, HELD, READ, _LOOK))
            with writing():
                seen, taken, more = self._script([keys.due(keeper)], *names, *bounds, *_KINDS)
            gone, passed = gone + taken, passed + seen - taken
        return gone
