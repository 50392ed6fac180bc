"""What is over, on Redis: ended leases and decided requests, until somebody lets go of them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import cast

from redis import Redis

from daypass.adapters.redis import keys
from daypass.adapters.redis.client import reading, writing
from daypass.adapters.redis.codec import encode, micros
from daypass.adapters.redis.commit import Word, packed
from daypass.adapters.redis.scripts import Script
from daypass.adapters.rq.enqueue import Command
from daypass.domain.audit import AuditEvent
from daypass.domain.ids import LeaseId, RequestId
from daypass.domain.lease import Lease
from daypass.domain.request import Request
from daypass.ports import Over


class RedisArchive:
    """`ports.Archive`; `RedisStore.commit` writes down since when a value is over."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._forget = Script(client, "forget")

    def over(self, before: datetime, limit: int) -> Over:
        """Return up to `limit` that have been over since before `before`, oldest first."""
        last = f"({micros(before)}"
        with reading():
            found = self._client.zrangebyscore(keys.OVER, "-inf", last, start=0, num=limit)
        rows = cast("Sequence[bytes]", found)
        names = [name for row in rows if (name := self._text(row)) is not None]
        return Over(
            requests=[RequestId(name) for name in names if "-" not in name],
            leases=[LeaseId(name) for name in names if "-" in name],
            more=len(rows) == limit,
        )

    def _text(self, row: bytes) -> str | None:
        """Read a name; one that is no text is nobody's, and would be first for ever: it goes."""
        try:
            return row.decode()
        except UnicodeDecodeError:
            with writing():
                self._client.zrem(keys.OVER, row)
            return None

    def look_again(self, name: RequestId | LeaseId, at: datetime) -> None:
        """Have one of them count as over since `at` only; it stays."""
        with writing():
            self._client.zadd(keys.OVER, {name: micros(at)}, xx=True)

    def strike(self, name: RequestId | LeaseId) -> None:
        """Have it no longer among them: nothing of that name is stored."""
        with writing():
            self._client.zrem(keys.OVER, name)

    def forget(
        self, requests: Sequence[Request], leases: Sequence[Lease], event: AuditEvent
    ) -> Sequence[RequestId | LeaseId]:
        """Remove these values, their indexes and receipts, and append `event`, all or nothing."""
        ids = [*(request.id for request in requests), *(lease.id for lease in leases)]
        names = [
            *(keys.request(request.id) for request in requests),
            *(keys.lease(lease.id) for lease in leases),
        ]
        words: list[Word] = [
            *(request.version for request in requests),
            *(lease.version for lease in leases),
        ]
        words += [keys.EVENT, encode(event), *packed(list(_commands(requests, leases)))]
        with writing():
            moved = self._forget([keys.AUDIT, *names], *words)
        return [ids[n] for n in moved]


def _commands(requests: Sequence[Request], leases: Sequence[Lease]) -> Iterator[Command]:
    for request in requests:
        yield "DEL", keys.told(request.id)
        yield "HDEL", keys.UNSAID, request.id
        yield "ZREM", keys.by_person(request.requester.id), request.id
        yield "ZREM", keys.OVER, request.id
    for lease in leases:
        yield "ZREM", keys.OVER, lease.id
