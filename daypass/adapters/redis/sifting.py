"""Sifting: rows of a set that are about nothing go by thousands; whoever writes there made them."""

from typing import Final

import structlog
from redis import Redis

from daypass.adapters.redis import keys, sized
from daypass.adapters.redis.client import writing
from daypass.adapters.redis.scripts import Script
from daypass.ports import PUT_OFF, PromiseKind

SIFTED: Final = 5_000
"""Rows that are sifted in one step: some 20 ms of Redis's."""
_OF_LEASES: Final = sorted(PUT_OFF | {PromiseKind.RECHECK})
_log = structlog.get_logger()


class Sifting:
    """Takes away due rows about leases of which nothing is to be done."""

    def __init__(self, client: Redis) -> None:
        self._script = Script(client, "sift")

    def sift(self, cluster: str) -> int:
        """Sift all that is due on a cluster; say how many rows went."""
        seen, gone, passed = SIFTED, 0, 0
        while seen == SIFTED:
            words = (keys.lease(""), cluster, str(passed), str(SIFTED), str(sized.MOST))
            with writing():
                seen, taken = self._script([keys.due(cluster)], *words, *_OF_LEASES)
            gone, passed = gone + taken, passed + seen - taken
        if gone:
            _log.error("agenda.sifted", cluster=cluster, rows=gone)
        return gone
