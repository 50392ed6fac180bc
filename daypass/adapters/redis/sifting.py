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
HELD: Final = 1_000
"""Leases that somebody may be listed to hold: of more nobody says here that they hold none."""
_KINDS: Final = sorted(PUT_OFF | {PromiseKind.RECHECK, PromiseKind.HOLDER, PromiseKind.LAPSE})
_log = structlog.get_logger()


class Sifting:
    """Takes away due rows about leases that need nothing, who holds none, what does not wait."""

    def __init__(self, client: Redis) -> None:
        self._script = Script(client, "sift")

    def sift(self, keeper: str) -> int:
        """Sift all that is due of a keeper; say how many rows went."""
        seen, gone, passed = SIFTED, 0, 0
        while seen == SIFTED:
            names = (keys.lease(""), keys.live_of(""), keys.request(""), keeper)
            bounds = map(str, (passed, SIFTED, sized.MOST, HELD))
            with writing():
                seen, taken = self._script([keys.due(keeper)], *names, *bounds, *_KINDS)
            gone, passed = gone + taken, passed + seen - taken
        if gone:
            _log.error("agenda.sifted", keeper=keeper, rows=gone)
        return gone
