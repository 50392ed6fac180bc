"""What is to end before its time, and who may not have theirs any more, on Redis: of the store."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Final, cast

from redis import Redis
from redis.exceptions import RedisError

from daypass.adapters.redis import keys, sized
from daypass.adapters.redis.client import reading, writing
from daypass.adapters.redis.codec import decode, encode
from daypass.adapters.redis.scripts import Script
from daypass.adapters.redis.told import Told
from daypass.adapters.redis.values import LONGEST, texts
from daypass.domain.ids import LeaseId
from daypass.domain.offboarding import Offboarding

_KEPT: Final = timedelta(days=1)
"""It is said again at each look at a holder, as long as the lease goes on."""


class Offboarded(Told):
    """Keeps what is said of leases; what cannot be read, or is another's, says nothing."""

    def __init__(self, client: Redis) -> None:
        super().__init__(client)
        self._listed = Script(client, "names")

    def offboardings(self, leases: Sequence[LeaseId]) -> Sequence[Offboarding]:
        """Return which of `leases` their holders may not have any more."""
        names = {keys.offboarded(lease): lease for lease in leases}
        read = partial(decode, Offboarding)
        stored = sized.many(self._client, names)
        found = ((names[key], self._or_none(key, read, one)) for key, one in stored)
        return [said for lease, said in found if said is not None and said.lease == lease]

    def keep_offboarding(self, offboarding: Offboarding, *, cluster: str) -> None:
        """Keep for a day that a holder may not have a lease, in place of what was said before."""
        stored = cast("str", encode(offboarding))
        with writing(), self._client.pipeline(transaction=False) as both:
            both.set(keys.offboarded(offboarding.lease), stored, ex=_KEPT)
            both.sadd(keys.early(cluster), offboarding.lease)
            said, _ = both.execute(raise_on_error=False)
            if isinstance(said, RedisError):  # A list that somebody made another type is no list.
                raise said

    def early(self, cluster: str) -> Sequence[LeaseId]:
        """Return the ids of what is to end on a cluster before what is there says so."""
        with reading():
            (names,) = self._listed([keys.early(cluster)], LONGEST, "SMEMBERS")
        return sorted(map(LeaseId, texts(names)))

    def not_early(self, cluster: str, names: Sequence[LeaseId]) -> None:
        """Take off that list what is not to end before its time."""
        if names:
            with writing():
                self._client.srem(keys.early(cluster), *names)
