"""Who may not have what they hold any more, on Redis: a part of the store."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Final, cast

from daypass.adapters.redis import keys, sized
from daypass.adapters.redis.client import writing
from daypass.adapters.redis.codec import decode, encode
from daypass.adapters.redis.told import Told
from daypass.domain.ids import LeaseId
from daypass.domain.offboarding import Offboarding

_KEPT: Final = timedelta(days=1)
"""It is said again at each look at a holder, as long as the lease goes on."""


class Offboarded(Told):
    """Keeps what is said of leases; what cannot be read, or is another's, says nothing."""

    def offboardings(self, leases: Sequence[LeaseId]) -> Sequence[Offboarding]:
        """Return which of `leases` their holders may not have any more."""
        names = {keys.offboarded(lease): lease for lease in leases}
        read = partial(decode, Offboarding)
        stored = sized.many(self._client, names)
        found = ((names[key], self._or_none(key, read, one)) for key, one in stored)
        return [said for lease, said in found if said is not None and said.lease == lease]

    def keep_offboarding(self, offboarding: Offboarding) -> None:
        """Keep for a day that a holder may not have a lease, in place of what was said before."""
        stored = cast("str", encode(offboarding))
        with writing():
            self._client.set(keys.offboarded(offboarding.lease), stored, ex=_KEPT)
