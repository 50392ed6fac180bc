"""What the store says afterwards: requests, leases, events, receipts; read past the wires."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

from redis import Redis

from daypass.adapters.redis import keys
from daypass.adapters.redis.codec import decode
from daypass.domain.audit import Action, AuditEvent
from daypass.domain.ids import LeaseId, RequestId
from daypass.domain.lease import Lease
from daypass.domain.notification import Receipt
from daypass.domain.request import Request
from daypass.ports import NOTIFICATIONS, TIMEKEEPER


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """Everything that is stored, at one moment."""

    requests: Mapping[RequestId, Request]
    leases: Mapping[LeaseId, Lease]
    events: Sequence[AuditEvent]
    receipts: Mapping[RequestId, Mapping[str, Receipt]]
    promises: Mapping[str, Sequence[str]]

    @classmethod
    def read(cls, client: Redis) -> Self:
        """Read all of it; Redis is small here."""
        requests = [decode(Request, one) for one in _values(client, keys.request("*"))]
        leases = [decode(Lease, one) for one in _values(client, keys.lease("*"))]
        entries: Any = client.xrange(keys.AUDIT)
        sets: Any = client.scan_iter(match=f"{keys.due(TIMEKEEPER)}*", count=1000)
        return cls(
            requests={one.id: one for one in requests},
            leases={one.id: one for one in leases},
            events=[decode(AuditEvent, said[keys.EVENT.encode()]) for _, said in entries],
            receipts={one.id: _receipts(client, one.id) for one in requests},
            promises={key.decode(): _rows(client, key) for key in sets},
        )

    @cached_property
    def counted(self) -> Counter[tuple[str, Action]]:
        """How many events there are of each subject and action."""
        return Counter((one.subject, one.action) for one in self.events)

    def ending_at(self) -> Mapping[str, float]:
        """Return when it was decided that each lease is over, in epoch seconds."""
        return {
            one.subject: one.at.timestamp()
            for one in self.events
            if one.action is Action.LEASE_ENDING
        }


def is_quiet(client: Redis, clusters: Sequence[str]) -> bool:
    """Whether no lease is live, and Slack was told everything."""
    counts: Any = [client.scard(keys.by_cluster(name)) for name in clusters]
    untold: Any = client.zcard(keys.due(NOTIFICATIONS))
    return not sum(counts) + untold


def _values(client: Redis, pattern: str) -> Iterator[bytes]:
    names: Any = client.scan_iter(match=pattern, count=1000)
    for name in names:
        found: Any = client.get(name)
        if found is not None:
            yield found


def _receipts(client: Redis, request: RequestId) -> Mapping[str, Receipt]:
    found: Any = client.hgetall(keys.told(request))
    return {key.decode(): decode(Receipt, said) for key, said in found.items()}


def _rows(client: Redis, key: bytes) -> Sequence[str]:
    found: Any = client.zrange(key, 0, -1)
    return [row.decode() for row in found]
